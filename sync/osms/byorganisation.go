package osms

// OrganisationPart is what stands behind a bridge line of one organisation.
type OrganisationPart struct {
	BIN    BIN
	Name   string // for people; "" when it is not known
	Amount Tiyn
	Behind []BridgePerson
}

// ByOrganisation parts persons by their organisation, in the order in which each
// comes first. Together the parts are the whole.
func ByOrganisation(behind []BridgePerson) []OrganisationPart {
	var parts []OrganisationPart
	at := map[BIN]int{}
	for _, p := range behind {
		i, ok := at[p.BIN]
		if !ok {
			i = len(parts)
			at[p.BIN] = i
			parts = append(parts, OrganisationPart{BIN: p.BIN, Name: p.Organisation})
		}
		parts[i].Amount += p.Amount
		parts[i].Behind = append(parts[i].Behind, p)
	}
	return parts
}

// Called is the organisation's name in a language, or in the other when it has
// none in this one.
func (o Organisation) Called(lang string) string {
	first, second := o.NameRU, o.NameKK
	if lang == "kk" {
		first, second = second, first
	}
	if first == "" {
		return second
	}
	return first
}

// Label is the document's reference, or its number when it has none.
func (d DocumentRef) Label() string {
	if d.Reference == "" {
		return d.Number
	}
	return d.Reference
}

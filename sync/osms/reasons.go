package osms

// OrganisationUnknown: an application to an organisation that is on no list, by
// a channel of no region.
const OrganisationUnknown Code = "organisation_unknown"

// CaseReasons are the reasons that have a sentence.
var CaseReasons = []CaseReason{ReasonNameDiffers, ReasonStudiesThere, ReasonUnknownOffice, ReasonNotFullTime, ReasonNotEntitled, ReasonNoStudy,
	ReasonCourtBan, ReasonCourtDeprived, ReasonNoConsent, ReasonByHand, ReasonBlocked, ReasonNotConfirmed, ReasonPeriod, ReasonIIN, ReasonOtherPersonIIN}

// In says the reason in a language, as a part of a sentence.
func (r CaseReason) In(lang string) string { return sentence("reason "+string(r), lang) }

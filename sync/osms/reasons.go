package osms

// OrganisationUnknown: an application to an organisation that is on no list, by
// a channel of no region.
const OrganisationUnknown Code = "organisation_unknown"

// CaseReasons are the reasons that have a sentence.
var CaseReasons = []CaseReason{ReasonNameDiffers, ReasonStudiesThere, ReasonUnknownOffice, ReasonNotFullTime, ReasonNotEntitled, ReasonNoStudy,
	ReasonCourtBan, ReasonCourtDeprived, ReasonNoConsent, ReasonByHand, ReasonBlocked, ReasonNotConfirmed, ReasonPeriod, ReasonIIN, ReasonOtherPersonIIN}

// In says the reason in a language, as a part of a sentence.
func (r CaseReason) In(lang string) string { return sentence("reason "+string(r), lang) }

// EventEffect names the sentence that says what follows from an event of a kind.
type EventEffect string

// EventTakenBack is the effect of an event whose record was taken back.
const EventTakenBack EventEffect = "taken_back"

// In says the effect in a language; "" for events that have none.
func (e EventEffect) In(lang string) string { return sentence("effect "+string(e), lang) }

package osms

// Codes of refused rows of a list of ledger totals and of the list of
// organisations.
const (
	MonthUnreadable   Code = "month_unreadable"
	RegionUnknown     Code = "region_unknown"
	CategoryUnknown   Code = "category_unknown"
	PersonsUnreadable Code = "persons_unreadable"
	AmountUnreadable  Code = "amount_unreadable"
	// OrganisationNameMissing: an organisation without a name in any language;
	// name_missing speaks of a person's.
	OrganisationNameMissing Code = "organisation_name_missing"
)

// LevelUnknown is a warning: the organisation is kept without its level.
const LevelUnknown Code = "level_unknown"

// LineRepeated is a warning: a ledger line says the same as another, to the
// reference. Both are counted, since money is never dropped on a likeness.
const LineRepeated Code = "line_repeated"

// MovementPending is a warning: an entry of a statement that is not booked yet
// moved no money, and is left out.
const MovementPending Code = "movement_pending"

// KNPUnknown is a warning: the payment purpose code is none of those known for
// the Fund; the payment is kept.
const KNPUnknown Code = "knp_unknown"

// DocumentDiffers is a warning: a movement is there already, and its purpose then
// named another month, region, code or person. The one that is there stands.
const DocumentDiffers Code = "document_differs"

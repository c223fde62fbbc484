package osms

// DocumentClass is a class of documents that has a term of retention of its own
// (law No 94-V): at its end the content is destroyed, with a record.
type DocumentClass string

const (
	ClassOriginals  DocumentClass = "originals"  // the bytes of files, in the archive
	ClassRows       DocumentClass = "rows"       // the parsed rows of rosters
	ClassArrivals   DocumentClass = "arrivals"   // the values in the reports on files; the counts stay
	ClassReturned   DocumentClass = "returned"   // receipts and returned workbooks
	ClassLetters    DocumentClass = "letters"    // printed letters; the register of letters stays
	ClassReports    DocumentClass = "reports"    // reconciliation workbooks
	ClassStatements DocumentClass = "statements" // statements
)

// DocumentClasses are all of them, as they are shown.
var DocumentClasses = [...]DocumentClass{ClassOriginals, ClassRows, ClassArrivals, ClassReturned, ClassLetters, ClassReports, ClassStatements}

// Jobs that destroy or block: never on the schedule.
const (
	JobDestroy Job = "destroy"
	JobBlock   Job = "block"
)

// JobExport hands a frozen list out: when it is asked for only.
const JobExport Job = "export"

// HoldRowsDestroyed: the roster speaks of a day for which the rows of others,
// among which it would have its place, were destroyed at the end of their term.
const HoldRowsDestroyed HoldReason = "rows_destroyed"

package osms

import "time"

// FileReport is what is said about one file: the JSON of check and import, the
// receipt, the line in the list of files. Accepted = Joined + LeftByRow +
// Changed + Unchanged; Rows = Accepted + Refused + Ignored; Left counts
// absences too.
type FileReport struct {
	File   string // name as it was dropped
	SHA256 string
	Size   int64
	Kind   Kind
	Region Region
	Mode   Mode
	AsAt   Date
	// AsAtDeclared is false when the day of receipt stands in for it.
	AsAtDeclared bool
	Outcome      Outcome
	Error        *FileError

	Rows, Accepted, Refused, Ignored, Repaired  int
	Joined, Left, LeftByRow, Changed, Unchanged int
	HiddenRows                                  int
	ControlTotal                                int // -1: none
	ProvedWhole                                 string
	Format, Encoding, Delimiter                 string

	Held     bool
	Holds    []Hold
	Diff     string // hash of the diff
	Import   int64  // 0: none
	Refusals []Refusal
	// Unlisted counts refusals and warnings beyond those listed.
	Unlisted int

	// Members are the files of an archive of files, Junk counts those in it that
	// are nobody's delivery.
	Members []Member
	Junk    int

	Organisations []BIN
	Received      time.Time
	Run           int64
}

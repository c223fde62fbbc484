package osms

import "strings"

// OrganisationDiff is what a roster would do at one organisation.
type OrganisationDiff struct {
	BIN  BIN
	Diff string // its hash: over the declaration, the organisation's version and the persons
	Held bool

	Joined, Left, LeftByRow, Changed, Unchanged int
}

// PersonChange is what a roster would do to one person's claim: the facts that
// would no longer be believed and those that would be.
type PersonChange struct {
	BIN     BIN
	Person  IIN
	Name    Name
	Effect  string // joined, left or changed
	Was, Is []Fact
}

// IsDiff reports whether a text has the form of a diff's hash.
func IsDiff(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}

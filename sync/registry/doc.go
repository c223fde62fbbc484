// Package registry decides what a roster changes. It is pure: the same claims
// and the same statements give the same outcome, on any day and in any store.
//
// The register believes, for each person at each organisation (a Claim), what
// the statements about that pair add up to. A statement is what one import says
// of one person: a row, or, in a full roster, the absence of a row. Statements
// are ordered by the as-at date of the file that makes them and, on a tie, by
// arrival; Apply takes them one by one in that order. So a file that comes late
// needs no rules of its own: the statements are folded again with the late one
// in its place, and the result is what it would have been had the file come in
// time. Undoing a file folds without it.
//
// The file that arrives in order, which is nearly every file, does not pay for
// that: Screen compares fingerprints of what is held with fingerprints of the
// rows and hands on only persons of whom something differs.
package registry

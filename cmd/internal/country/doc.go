// Package country makes a synthetic country: organisations, learners with valid
// numbers and true names, the rosters that akimats would send of them month
// after month in every shape and encoding, ledger totals with known
// differences, and the truth about all of it.
//
// Nothing is drawn from a stream of random numbers. A person is a function of
// (seed, organisation, index), and so is the person's story: who joins, leaves,
// moves, is claimed twice, and in which file that is said. A roster is written
// by asking the stories of one organisation what its next file says; the truth
// is counted by asking the same stories what is known at the cut-off and after
// the late files. So memory does not grow with the number of persons, and the
// truth is what was planted, never what some reader made of the files.
//
// The money of a month arrives as totals, as a bank statement or as the payer's
// lists of persons. What goes wrong with it is planted while the frozen list is
// walked, a person at most once in all months, since two differences of one
// person could explain each other.
//
// Time is counted in stages: stage 2m is the moment when the full rosters of
// the month with index m have arrived (its cut-off), stage 2m+1 is after the
// late files of that month.
//
// The package knows the vocabulary (osms) and no other part of the program, so
// that its truth is an independent answer.
package country

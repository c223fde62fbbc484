// Package jobs holds the use-cases of the program: taking a file in, freezing a
// month, reconciling it, writing letters and statements, checking the proofs.
// Each is a thin shell around the pure packages: it reads what they need from
// the store, lets them decide, and commits what they decided in one
// transaction.
//
// Schedule, command and console all enter Runner.Run, which takes the lease,
// opens a line in the run journal with the run's only "now", and closes it with
// its outcome whatever happens.
package jobs

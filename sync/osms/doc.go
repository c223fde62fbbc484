// Package osms is the vocabulary of obligatory social medical insurance
// (OSMS, МӘМС, ОСМС) as this program speaks it: who a person is (IIN), who
// reports them (BIN, Region), what an education organisation says of them
// (Roster, Row, Enrolment), what the law concludes from it (Entitlement), and
// what the state then owes (Contribution, Tiyn).
//
// The package imports nothing but the standard library and does no input or
// output. It has no clock: every rule that depends on "today" takes the day as
// an argument. Money is integer tiyn, days and months are civil dates without
// a zone, and a personal number masks itself wherever it is printed.
package osms

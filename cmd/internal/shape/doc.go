// Package shape holds the JSON shapes in which the register is shown to programs:
// the command line prints them with --json, the API answers with them, so that
// whoever reads one reads the other.
//
// Lists are never null. Amounts are whole tiyn (1/100 of a tenge) in fields whose
// name ends in _tiyn; days are yyyy-mm-dd and months yyyy-mm, "" where there is
// none; moments are RFC 3339 in UTC unless a zone was asked for; regions are the
// two digits of their KATO code. Names that came from outside are shown without
// control characters. Personal numbers stand whole only where a shape is made for
// somebody who may see them; whoever makes such a shape writes the look down
// first.
package shape

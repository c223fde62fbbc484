// Package statement writes the result of the public service "Information on
// participation as a consumer of medical services and on transferred
// deductions and contributions" (order No ҚР ДСМ-26/2020) for one person: as
// PDF, as a workbook and as JSON, the same content in each.
//
// The law keeps deductions (аударымдар, отчисления: employers) and
// contributions (жарналар, взносы: the state, employees, people for
// themselves) apart, and so does every word here.
//
// The digest is SHA-256 over the compact JSON without its own key. A statement
// whose total is not the sum of its rows, or whose digest is not that of its
// content, is not written. The same statement gives the same bytes.
//
// A statement names a person whole; these files disclose the IIN, their names
// and metadata do not.
package statement

// Package statement writes the result of the public service "Information on
// participation as a consumer of medical services and on transferred
// deductions and contributions" (order No ҚР ДСМ-26/2020) for one person: as
// PDF, as a workbook and as JSON, the same content in each; and the refusal of
// that service.
//
// The law keeps deductions (аударымдар, отчисления: employers) and
// contributions (жарналар, взносы: the state, employees, people for
// themselves) apart, and so does every word here.
//
// The digest is SHA-256 over the compact JSON up to the key before "digest".
// The signature is Ed25519 over "osmsd statement 1\n" and the digest in hex; the
// verification code follows from it. The code of squares in the PDF holds
//
//	OSMSD1|number|digest|key|signature
//
// with the key's name in hex and the signature in base64 (RFC 4648 §5, without
// padding): nothing that names the person.
//
// PDF and workbook carry the JSON. Everything that they show follows from it, so
// that Verify can write them again and compare. A change of how they look
// therefore makes documents of before fail as ChangedDocument, though what they
// carry still verifies.
//
// A statement whose total is not the sum of its rows, or whose digest is not
// that of its content, is not written. The same statement gives the same bytes.
//
// A statement names a person whole; these files disclose the IIN, their names,
// metadata, codes and errors do not.
package statement

// Package letter prints what the office of the public service "Updating data on
// individuals for whom the state pays OSMS contributions" sends out: the
// notifications (хабарлама, уведомление), one page for each person, one PDF for
// each organisation with a table of contents; and the letters of the office:
// reasoned refusals, receipts of a refusal to accept, questions to the previous
// organisation, covering letters with the list of notifications, letters about
// events. Each is in Kazakh above Russian, with one letterhead and signature.
//
// What stands in a letter is the field set of the domain description: title,
// outgoing number and date, provider with BIN and address, recipient, incoming
// number where a case exists, legal basis, what was done or decided, the head's
// place for signature and seal, the executor. The annexes with the official
// forms were not found; the wording is this program's and stands in texts/:
// <kind>.kk.txt and <kind>.ru.txt are templates, words.csv the labels and the
// words for values. An operator may have their own (Load). The legal basis comes
// with the letter, from the law's dated data.
//
// A letter goes three steps: the fields and the wording make a Content, plain
// data that says everything the letter says; a Content is set in type, smaller
// until it fits its page (PDF), or written as paragraphs and tables (DOCX).
//
// A document is written whole or not at all: an empty bundle, a broken template,
// a letter that lacks a field or holds a character without a glyph, or a text
// that does not fit one page is an error. It names a letter by its number, never
// the person.
package letter

// Package letter prints the notifications (хабарлама, уведомление) of the
// public service "Updating data on individuals for whom the state pays OSMS
// contributions": one page for each person in Kazakh and Russian, one PDF for
// each organisation with a table of contents.
//
// What stands in a letter is the field set of the domain description: title,
// outgoing number and date, provider with BIN and address, recipient, legal
// basis, what was done, the enrolment, the month from which it counts, the
// head's place for signature and seal, the executor. The annex with the
// official form was not found; the wording is this program's and stands in
// texts/: kk.txt and ru.txt are templates, words.csv the labels and the words
// for values. The legal basis comes with the letter, from the law's dated data.
//
// A bundle is written whole or not at all: an empty bundle, a broken template,
// a letter that lacks a field or holds a character without a glyph, or a text
// that does not fit one page is an error that names the letter by its number.
package letter

// Package receipt writes what is said about a dropped file to those who dropped
// it: as a text and a PDF in Kazakh and Russian for people, and as JSON for
// programs. Every file has one, also a file of which not a byte could be used.
//
// The three say the same, and say it again to the byte: everything comes from
// the report that was kept when the file was committed, and the zone in which
// times are shown. IINs and names in values and in the file's name are masked;
// a whole value stands only in the submitter's own returned workbook.
package receipt

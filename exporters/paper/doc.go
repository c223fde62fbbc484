// Package paper makes PDF pages on which Kazakh and Russian print right: the
// embedded fonts, the measuring and wrapping of text, the page helpers that
// letters and statements share, and the words in which documents write days
// and months.
//
// Three rules hold for everything that is printed here.
//
// A letter that the font does not have is an error (GlyphError), never an
// empty box: a person's name with a box in it is not that person's name.
//
// Text that does not fit wraps or is set smaller; it never runs over an edge
// and is never cut. Text that cannot be made to fit is an error (ErrFit).
//
// The same input gives the same bytes on any machine: dates come from the
// document, and nothing reads a clock or an environment.
//
// The package writes PDF 1.7 (ISO 32000-1) itself: objects.go is the file with its
// object streams, page.go and text.go what stands on a page, subset.go and fonts.go
// the embedded fonts, structure.go the tags by which a reading machine knows text,
// language and order, outline.go bookmarks and links, attach.go files in the
// document and attached.go the way back. A letter of a page is about 3 KB, and each
// document 26 KB of fonts besides, which are the same bytes in nearly every one.
//
// The fonts are Liberation Serif 2.1 under the SIL Open Font Licence
// (fonts/LICENSE-OFL.txt). They have no sign for the tenge: documents write
// "теңге" and "тенге".
package paper

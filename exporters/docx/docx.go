// Package docx writes simple documents for offices that edit: paragraphs and
// tables in WordprocessingML. The same document gives the same bytes.
package docx

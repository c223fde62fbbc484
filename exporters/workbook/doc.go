// Package workbook writes what people read about a month: the reconciliation
// workbook, the frozen list for the Fund and the treasury (XLSX and CSV), and
// the receipt and JSON for a dropped file.
//
// A workbook is made in two steps. excelize builds the skeleton: styles, sheet
// settings, panes, filters, print set-up, charts, everything that is small.
// The rows are written by this package, straight into the ZIP, in place of the
// skeleton's empty sheetData. So a sheet of a million rows needs no tree and no
// spool file with personal numbers in it, an amount is the exact decimal text
// of its tiyn and never a float, and the same data gives the same bytes.
//
// Every text cell is an inline string: a name that begins with = + - @ cannot
// become a formula. Amounts are computed here and checked before anything is
// written; the workbooks hold no formulas.
package workbook

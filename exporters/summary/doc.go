// Package summary prints a month's reconciliation on one A4 page for whoever has
// a minute: where the money differs most and why, the regions, the country's
// bridge with bars, the best guesses, and what the figures rest on.
//
// It says nothing that the workbook does not say. The figures are checked before
// a byte is written, and nothing of the clock is in the bytes: the document's day
// is that of the reconciliation's as-of.
package summary

//go:build race

package workbook

// raced: the race detector makes everything ten times slower.
const raced = true

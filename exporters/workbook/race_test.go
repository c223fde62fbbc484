//go:build race

package workbook

// underRace: the race detector makes everything ten times slower.
const underRace = true

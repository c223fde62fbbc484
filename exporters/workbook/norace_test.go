//go:build !race

package workbook

const underRace = false

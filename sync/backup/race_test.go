//go:build race

package backup

// raced: the race detector makes every process some ten times slower, so that
// tests which start many do a share of their points under it.
const raced = true

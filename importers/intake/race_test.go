//go:build race

package intake

// underRace makes the tests that start many processes take every fifth point:
// the race detector takes long to start and has nothing to say about a kill.
const underRace = true

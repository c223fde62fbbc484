// Package grammar puts names of persons into the grammatical case that a letter
// needs, where that can be done surely, and says where it cannot.
package grammar

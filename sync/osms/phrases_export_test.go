package osms

// Phrased gives what a phrase makes of a detail.
func Phrased(s, lang string) (string, bool) { return phrased(s, lang) }

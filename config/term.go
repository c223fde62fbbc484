package config

import (
	"fmt"
	"strings"
)

// Term is a term of retention in months, written with its unit: 18mo, 5y. 0 is
// for ever.
type Term int

// String gives the term in the largest unit that divides it.
func (t Term) String() string {
	switch {
	case t == 0:
		return "0"
	case t%12 == 0:
		return fmt.Sprintf("%dy", int(t)/12)
	}
	return fmt.Sprintf("%dmo", int(t))
}

func parseTerm(text string) (Term, error) {
	if text == "0" {
		return 0, nil
	}
	for _, u := range []struct {
		name   string
		months int
	}{{"mo", 1}, {"y", 12}} {
		if number, ok := strings.CutSuffix(text, u.name); ok {
			if n, err := parseInt(strings.TrimSpace(number)); err == nil && n > 0 && n <= 100*12/u.months {
				return Term(n * u.months), nil
			}
			break
		}
	}
	return 0, fmt.Errorf("%q: write a number with its unit, as 18mo or 5y, up to 100y, or 0 for ever", text)
}

package entitlement_test

import (
	"testing"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
)

const academy osms.BIN = 990340000010

// TestDecided: what a decision does to the months in common, and to no others.
func TestDecided(t *testing.T) {
	day := func(text string) osms.Date {
		d, err := osms.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	decide := func(a, b, keep osms.BIN, from, until string) entitlement.Decision {
		d := entitlement.Decision{A: a, B: b, Keep: keep, From: day(from), Until: osms.Forever}
		if until != "" {
			d.Until = day(until)
		}
		return d
	}
	early, late := study(t, college, "2025-09-01"), study(t, lyceum, "2025-11-10") // college is of region 63, lyceum of 10
	keep := decide(college, lyceum, lyceum, "2025-11-10", "")
	third := study(t, academy, "2025-10-01")
	third.Region = 75
	for _, c := range []struct {
		name      string
		sources   []entitlement.Source
		decisions []entitlement.Decision
		want      string
	}{
		{"the rule", []entitlement.Source{early, late}, nil, "2025-09.. 13 63"},
		{"for the later side", []entitlement.Source{early, late}, []entitlement.Decision{keep}, "2025-09..2025-10 13 63, 2025-11.. 13 10"},
		{"for whom the rule names anyway", []entitlement.Source{early, late}, []entitlement.Decision{decide(college, lyceum, college, "2025-11-10", "")}, "2025-09.. 13 63"},
		{"the kept side ends: the other claims again", []entitlement.Source{early, study(t, lyceum, "2025-11-10 2026-01-15")}, []entitlement.Decision{keep},
			"2025-09..2025-10 13 63, 2025-11..2026-01 13 10, 2026-02.. 13 63"},
		{"the other side ends: the months before stay decided", []entitlement.Source{study(t, college, "2025-09-01 2025-12-20"), late}, []entitlement.Decision{keep},
			"2025-09..2025-10 13 63, 2025-11.. 13 10"},
		{"corrected days", []entitlement.Source{early, study(t, lyceum, "2025-10-31")}, []entitlement.Decision{keep}, "2025-09..2025-09 13 63, 2025-10.. 13 10"},
		{"one day in common decides its month", []entitlement.Source{study(t, college, "2025-09-01 2025-11-10"), late}, []entitlement.Decision{keep},
			"2025-09..2025-10 13 63, 2025-11.. 13 10"},
		{"no day in common: nothing is left to decide", []entitlement.Source{study(t, college, "2025-09-01 2025-11-09"), late}, []entitlement.Decision{keep},
			"2025-09..2025-11 13 63, 2025-12.. 13 10"},
		{"a later dispute of the same two is another", []entitlement.Source{early, study(t, lyceum, "2025-11-10 2025-12-20", "2026-03-01 2026-04-30")}, []entitlement.Decision{keep},
			"2025-09..2025-10 13 63, 2025-11..2025-12 13 10, 2026-01.. 13 63"},
		{"days that nobody disputes", []entitlement.Source{early, late}, []entitlement.Decision{decide(college, lyceum, lyceum, "2025-09-01", "2025-11-09")}, "2025-09.. 13 63"},
		{"the later decision stands", []entitlement.Source{early, late}, []entitlement.Decision{keep, decide(college, lyceum, college, "2025-11-10", "")}, "2025-09.. 13 63"},
		{"between two of three the third may claim by the rule", []entitlement.Source{early, late, third}, []entitlement.Decision{keep},
			"2025-09..2025-10 13 63, 2025-11.. 13 75"},
		{"a circle decides nothing", []entitlement.Source{early, late, third}, []entitlement.Decision{keep,
			decide(lyceum, academy, academy, "2025-11-10", ""), decide(college, academy, college, "2025-11-10", "")}, "2025-09.. 13 63"},
		{"one that is gone", []entitlement.Source{late}, []entitlement.Decision{decide(college, lyceum, college, "2025-11-10", "")}, "2025-11.. 13 10"},
	} {
		if got := tell(entitlement.Derive(grown, c.sources, entitlement.DefaultRules(), c.decisions, nil)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

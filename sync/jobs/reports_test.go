package jobs

import (
	"os"
	"testing"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// A report on one region must not take the place of the country's.
func TestWorkbookOfARegionHasItsOwnName(t *testing.T) {
	d := &Desk{Home: Home{Reports: t.TempDir()}, Lang: "ru", Drops: intake.Options{}}
	r := osms.Reconciliation{Month: 202609, Sequence: 7, Lines: []osms.ReconciliationLine{{Region: 63}, {Region: 75}}}
	country, err := d.WriteReconciliation(r, 0)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(country)
	if err != nil {
		t.Fatal(err)
	}
	region, err := d.WriteReconciliation(r.Only(63), 63)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(country)
	if err != nil {
		t.Fatal(err)
	}
	if region == country || string(before) != string(after) {
		t.Errorf("%s was written over", country)
	}
}

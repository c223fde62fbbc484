package osms_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

// Nobody and no money is lost or counted twice, and everybody stands with their
// own organisation.
func TestByOrganisation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		behind := rapid.SliceOf(rapid.Custom(func(t *rapid.T) osms.BridgePerson {
			return osms.BridgePerson{BIN: osms.BIN(rapid.IntRange(0, 4).Draw(t, "bin")), Amount: osms.Tiyn(rapid.Int32().Draw(t, "amount"))}
		})).Draw(t, "behind")
		var whole, parts osms.Tiyn
		persons := 0
		seen := map[osms.BIN]bool{}
		for _, p := range behind {
			whole += p.Amount
		}
		for _, part := range osms.ByOrganisation(behind) {
			if seen[part.BIN] || slices.ContainsFunc(part.Behind, func(p osms.BridgePerson) bool { return p.BIN != part.BIN }) {
				t.Fatalf("%v twice or with others: %v", part.BIN, part.Behind)
			}
			seen[part.BIN] = true
			parts += part.Amount
			persons += len(part.Behind)
		}
		if whole != parts || persons != len(behind) {
			t.Fatalf("%v of %d persons became %v of %d", whole, len(behind), parts, persons)
		}
	})
}

func TestNamesOfDocumentsAndOrganisations(t *testing.T) {
	if got := (osms.DocumentRef{Number: "17"}).Label() + (osms.DocumentRef{Reference: "R", Number: "17"}).Label(); got != "17R" {
		t.Error(got)
	}
	o := osms.Organisation{NameRU: "Школа"}
	if got := o.Called("kk") + o.Called("ru"); got != "ШколаШкола" {
		t.Error(got)
	}
}

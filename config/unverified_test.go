package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestUnverified: every remark of example.yaml names its key, and a key that
// somebody has set is no longer listed.
func TestUnverified(t *testing.T) {
	want := []string{"cases", "policy.academic_leave_due", "policy.category1_first", "rates", "retention", "rosters.correct_within", "rosters.due_day",
		"schedule.assess.working_day", "state"}
	got := Default().Unverified()
	for _, key := range want {
		if !slices.Contains(got, key) {
			t.Errorf("%s is not among %v", key, got)
		}
	}
	_, body, _ := strings.Cut(example, "\ndatabase:") // above it the word is explained
	if n := strings.Count(body, "nverified"); n < len(want) {
		t.Errorf("%d remarks for %d keys", n, len(want))
	}
	path := filepath.Join(t.TempDir(), "osmsd.yaml")
	if err := os.WriteFile(path, []byte("rosters:\n  due_day: 6\nstate:\n  knp: \"012\"\nrates:\n  - year: 2026\n    percent: 2\n    base_kzt: 405416\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, func(name string) (string, bool) { return "false", name == "OSMSD_POLICY_ACADEMIC_LEAVE_DUE" })
	if err != nil {
		t.Fatal(err)
	}
	left := c.Unverified()
	for _, key := range want {
		set := slices.Contains([]string{"policy.academic_leave_due", "rates", "rosters.due_day", "state"}, key)
		if slices.Contains(left, key) == set {
			t.Errorf("%s: set %v, listed in %v", key, set, left)
		}
	}
}

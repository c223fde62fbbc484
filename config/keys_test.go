package config

import (
	"slices"
	"strings"
	"testing"
)

// TestKeys: every key with its value, and no secret.
func TestKeys(t *testing.T) {
	c := Default()
	c.DatabasePassword = "hidden"
	c.Console.Proxies = []string{"127.0.0.1", "10.0.0.0/8"}
	c.Providers = []Provider{{Region: 63, Head: "А. Б. Әкімов"}}
	got, sections := map[string]string{}, map[string]string{}
	for _, k := range Keys(c) {
		if _, twice := got[k.Path]; twice {
			t.Errorf("%s stands twice", k.Path)
		}
		got[k.Path], sections[k.Path] = k.Value, k.Section
		if strings.Contains(k.Value, "hidden") {
			t.Errorf("%s shows a secret", k.Path)
		}
	}
	for path, want := range map[string]string{"database_password": "***", "console.proxies": "127.0.0.1, 10.0.0.0/8", "providers[0].head": "А. Б. Әкімов",
		"schedule.assess.working_day": "1", "policy.academic_leave_due": "true", "rates": "", "limits.file": "256MiB", "intake.poll": "10s"} {
		if v, ok := got[path]; !ok || v != want {
			t.Errorf("%s: %q, want %q", path, v, want)
		}
	}
	for path, want := range map[string]string{"providers[0].head": "providers", "law": "", "regions": "regions", "schedule.assess.cron": "schedule"} {
		if sections[path] != want {
			t.Errorf("%s is in section %q", path, sections[path])
		}
	}
}

// TestRemarks: what the example marks as unverified is found, under paths that
// keys have.
func TestRemarks(t *testing.T) {
	var paths []string
	for _, k := range Keys(Default()) {
		paths = append(paths, k.Path)
	}
	remarks, unverified := Remarks(), []string{}
	for path, r := range remarks {
		if !slices.ContainsFunc(paths, func(p string) bool { return p == path || strings.HasPrefix(p, path+".") }) {
			t.Errorf("%s is no key: %q", path, r.Text)
		}
		if r.Unverified && path != "rates" {
			unverified = append(unverified, path)
		}
	}
	slices.Sort(unverified)
	want := []string{"cases", "mail.attach", "policy.academic_leave_due", "policy.category1_first", "retention", "rosters.correct_within", "rosters.due_day",
		"schedule.assess.working_day", "state"}
	if !slices.Equal(unverified, want) {
		t.Errorf("unverified: %q", unverified)
	}
	if n := strings.Count(strings.ToLower(example), "unverified"); n < len(want) {
		t.Errorf("%d marks in the example", n)
	}
	if r := remarks["intake"]; !strings.Contains(r.Text, "poll") {
		t.Errorf("intake: %q", r.Text)
	}
}

package main

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestSiteOperators: health, readiness and metrics are there for machines, say
// what is wrong, and name nobody.
func TestSiteOperators(t *testing.T) {
	s := newSite(t)
	v := s.nobody()
	if body := v.page("/healthz"); body != "ok\n" {
		t.Errorf("healthz: %q", body)
	}
	if body := v.page("/readyz"); !strings.Contains(body, "registry: ok") || !strings.Contains(body, "archive: ok") {
		t.Errorf("readyz: %q", body)
	}
	if err := s.home.desk.Store.PutDue(t.Context(), osms.JobAssess, s.now.Add(-90*1e9)); err != nil {
		t.Fatal(err)
	}
	s.as("boss").page("/month?month=2026-10")
	body := v.page("/metrics")
	for _, want := range []string{"osmsd_registry_up 1", `osmsd_job_lateness_seconds{job="assess"} 90`, `osmsd_files_total{outcome="held"} 1`, "osmsd_held_diffs 1",
		`osmsd_job_last_success_timestamp_seconds{job="letters"}`, `osmsd_http_request_seconds_count{code="200",route="GET /month"} 1`, "osmsd_uploads_waiting 0"} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics have no %s", want)
		}
	}
	if m := regexp.MustCompile(`"\d{12}"|\.xlsx|\.csv`).FindString(body); m != "" {
		t.Errorf("metrics hold %s", m)
	}
	if err := os.Rename(s.home.desk.Home.Archive, s.home.desk.Home.Archive+".aside"); err != nil {
		t.Fatal(err)
	}
	if code, body, _ := v.get("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "archive: failing") {
		t.Errorf("without its archive: %d %s", code, body)
	}
	if code, _, _ := v.get("/healthz"); code != http.StatusOK {
		t.Errorf("healthz: %d", code)
	}
}

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// alone runs the program in this process, without a home.
func alone(t *testing.T, args ...string) (code int, out, errout string) {
	t.Helper()
	var o, e bytes.Buffer
	env := map[string]string{"OSMSD_HOME": filepath.Join(t.TempDir(), "none"), "OSMSD_NOW": "2026-10-31T23:30:00Z", "OSMSD_LANGUAGE": "en"}
	code = Main(t.Context(), args, Surroundings{Stdout: &o, Stderr: &e, Clock: time.Now, Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
	return code, o.String(), e.String()
}

// TestManual: the page has every command and flag that --help has, and each
// variable; nothing in it is a stray macro.
func TestManual(t *testing.T) {
	dir := t.TempDir()
	if code, _, errout := alone(t, "man", "--out", dir); code != 0 {
		t.Fatal(errout)
	}
	b, err := os.ReadFile(filepath.Join(dir, "osmsd.1"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), `\-`, "-")
	for _, want := range []string{".SS osmsd serve", ".SS osmsd cases step ", ".SS osmsd config example", "OSMSD_LOG_FORMAT", "OSMSD_DATABASE_PASSWORD_FILE",
		".B --refreeze", ".SH EXIT STATUS", ".B 130", "SIGHUP", "/var/lib/osmsd"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in it", want)
		}
	}
	for line := range strings.Lines(text) {
		if macro, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(line, ".") && !slices.Contains([]string{".TH", ".ad", ".SH", ".SS", ".TP", ".B", ".PP"}, macro) {
			t.Errorf("a stray macro: %s", line)
		}
	}
	for _, hidden := range []string{"healthcheck", "osmsd man"} {
		if strings.Contains(text, ".SS osmsd "+hidden) {
			t.Errorf("%s is in it", hidden)
		}
	}
	if code, _, _ := alone(t, "man"); code != exitUsage {
		t.Errorf("without --out: %d", code)
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, errout := alone(t, "completion", shell); code != 0 || !strings.Contains(out, "osmsd") || errout != "" {
			t.Errorf("%s: %d, %d bytes, %s", shell, code, len(out), errout)
		}
	}
	for _, c := range []struct{ words, first, has string }{
		{"run ", "intake", "reconcile"},
		{"assess --month ", "2026-12", "2025-01"}, // 1 November already in Almaty
		{"statement --from ", "2026-12", "2026-10"},
		{"access --from ", "", ":0"}, // days, not months
		{"import --region ", "10\t", "63\t"},
		{"import --kind ", "roster", "events"},
		{"letters preview --kind ", "", ":0"},
		{"--lang ", "kk", "en"},
		{"rec", "reconcile", "Due against"},
	} {
		code, out, _ := alone(t, append([]string{"__complete"}, strings.Split(c.words, " ")...)...)
		if code != 0 || !strings.HasPrefix(out, c.first) || !strings.Contains(out, c.has) {
			t.Errorf("%s: %d\n%s", c.words, code, out)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	status := http.StatusOK
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
	})
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer plain.Close()
	defer secure.Close()
	for _, url := range []string{plain.URL, secure.URL} {
		for _, c := range []struct{ status, code int }{{200, 0}, {204, 0}, {503, 1}, {302, 1}} {
			status = c.status
			if code, _, errout := alone(t, "healthcheck", "--url", url+"/healthz"); code != c.code {
				t.Errorf("%s, %d: %d %s", url, c.status, code, errout)
			}
		}
	}
	plain.Close()
	if code, _, errout := alone(t, "healthcheck", "--url", plain.URL+"/healthz"); code != 1 || !strings.Contains(errout, "does not answer") {
		t.Errorf("nobody there: %d %s", code, errout)
	}
	for _, url := range []string{"", "127.0.0.1:8080", "file:///etc/passwd"} {
		if code, _, _ := alone(t, "healthcheck", "--url", url); code != exitUsage {
			t.Errorf("%q: %d", url, code)
		}
	}
}

package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// layers says who may import whom: a package's own imports from this module, in
// full. Every package has a line, and the line is the package's whole truth: an
// import that is not in it fails, and so does a package without a line.
var layers = map[string][]string{
	"cmd/osmsd": {"*"},
	// The synthetic country must not know the program whose answers it checks.
	"cmd/internal/country":  {"sync/osms"},
	"cmd/internal/notify":   {},
	"cmd/internal/tlsfiles": {},
	"cmd/internal/words":    {"sync/osms"},
	// One shape for the command line and the API.
	"cmd/internal/shape": {"sync/*", "importers/intake", "exporters/receipt"},
	"cmd/internal/web":   {"cmd/internal/words", "cmd/internal/shape", "sync/*", "importers/intake", "exporters/*"},
	"config":             {"sync/osms"},

	"sync/osms":         {},
	"sync/calendar":     {"sync/osms"},
	"sync/registry":     {"sync/osms", "sync/calendar"},
	"sync/entitlement":  {"sync/osms", "sync/calendar"},
	"sync/contribution": {"sync/osms", "sync/calendar"},
	"sync/reconcile":    {"sync/osms", "sync/calendar"},
	"sync/law":          {"sync/osms"},
	"sync/casework":     {"sync/osms", "sync/calendar", "sync/law"},
	"sync/store":        {"sync/osms", "sync/calendar"},
	"sync/backup":       {"sync/store", "importers/intake"},
	"sync/jobs": {"sync/osms", "sync/calendar", "sync/registry", "sync/entitlement", "sync/contribution", "sync/reconcile", "sync/law", "sync/casework", "sync/store",
		"importers/*", "exporters/*"},

	"importers/intake":        {"sync/osms"},
	"importers/sheet":         {"sync/osms"},
	"importers/table":         {"sync/osms", "importers/sheet"},
	"importers/lines":         {"sync/osms", "importers/sheet", "importers/table"},
	"importers/remote":        {"importers/intake"},
	"importers/roster":        {"sync/osms", "importers/sheet", "importers/table"},
	"importers/ledger":        {"sync/osms", "importers/sheet", "importers/table", "importers/lines"},
	"importers/application":   {"sync/osms", "importers/sheet", "importers/table", "importers/lines"},
	"importers/organisations": {"sync/osms", "importers/sheet", "importers/table", "importers/lines"},

	"exporters/paper":     {"sync/osms", "sync/calendar"},
	"exporters/docx":      {},
	"exporters/grammar":   {"sync/osms"},
	"exporters/letter":    {"sync/osms", "sync/calendar", "exporters/paper", "exporters/docx", "exporters/grammar"},
	"exporters/receipt":   {"sync/osms", "sync/calendar", "exporters/paper"},
	"exporters/statement": {"sync/osms", "sync/calendar", "exporters/paper"},
	"exporters/summary":   {"sync/osms", "sync/calendar", "exporters/paper"},
	"exporters/workbook":  {"sync/osms", "sync/calendar"},
	"exporters/returned":  {"sync/osms"},
	"exporters/mt102":     {"sync/osms"},
	"exporters/mail":      {"sync/osms"},

	// For tests only: nothing of the program imports it.
	"sync/store/storetest":    {},
	"exporters/mail/mailtest": {},

	"importers/remote/remotetest": {},
}

// only says which packages may import a library, where that is a rule.
var only = map[string][]string{
	"github.com/robfig/cron/v3":               {"sync/jobs"},
	"github.com/jmoiron/sqlx":                 {"sync/store"},
	"github.com/lib/pq":                       {"sync/store", "sync/store/storetest"},
	"modernc.org/sqlite":                      {"sync/store"},
	"github.com/xuri/excelize/v2":             {"exporters/workbook", "exporters/statement"},
	"github.com/spf13/cobra":                  {"cmd/osmsd"},
	"github.com/wneessen/go-mail":             {"exporters/mail"},
	"github.com/emersion/go-smtp":             {"exporters/mail/mailtest"},
	"rsc.io/qr":                               {"exporters/statement"},
	"go.yaml.in/yaml/v4":                      {"config"},
	"github.com/coreos/go-systemd/v22/daemon": {"cmd/internal/notify"},
	"database/sql":                            {"sync/store", "sync/store/storetest"},

	"github.com/pkg/sftp":                     {"importers/remote", "importers/remote/remotetest"},
	"golang.org/x/crypto/ssh":                 {"importers/remote", "importers/remote/remotetest"},
	"github.com/aws/aws-sdk-go-v2/service/s3": {"importers/remote"},
	"github.com/johannesboyne/gofakes3":       {"importers/remote/remotetest"},
}

type listed struct {
	ImportPath string
	Name       string
	Imports    []string
	GoFiles    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Name,Imports,GoFiles", "osmsd/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	var all []listed
	for {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, "osmsd/")
		if room == "sync" {
			t.Error("there are Go files directly in sync/: `sync` must always mean the standard package")
			continue
		}
		allowed, ok := layers[room]
		if !ok {
			t.Errorf("package %s has no line in the table of layers", room)
			continue
		}
		seen[room] = true
		for _, i := range p.Imports {
			if other, ours := strings.CutPrefix(i, "osmsd/"); ours && !permits(allowed, other) {
				t.Errorf("%s imports %s: the layers do not allow it", room, other)
			}
			if first, _, _ := strings.Cut(i, "/"); room == "sync/osms" && strings.Contains(first, ".") {
				t.Errorf("sync/osms imports %s: the vocabulary uses the standard library only", i)
			}
			if rooms, ruled := only[i]; ruled && !slices.Contains(rooms, room) {
				t.Errorf("%s imports %s: only %s may", room, i, strings.Join(rooms, ", "))
			}
		}
	}
	for room := range layers {
		if !seen[room] {
			t.Errorf("the table of layers names %s, which is not there", room)
		}
	}
}

func permits(allowed []string, room string) bool {
	return slices.ContainsFunc(allowed, func(pattern string) bool {
		ok, _ := path.Match(pattern, room)
		return pattern == "*" || ok
	})
}

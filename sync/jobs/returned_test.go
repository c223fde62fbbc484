package jobs

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// TestReturned: a file with faults comes back marked, a clean one does not; the
// returned one, mended, is simply a new file.
func TestReturned(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	bin := school(t, 1)
	o.list(map[osms.BIN]osms.Region{bin: 63})
	wrong := learner{iin: student(t, 1), form: "очнаяя", bin: bin}
	right := learner{iin: student(t, 2), bin: bin}

	paths := func(name string, lines ...string) (out []string) {
		path := o.write(name, lines...)
		o.run(func(ctx context.Context, turn Turn) error {
			return o.desk.Import(ctx, turn, []string{path}, 63, "", func(taken Taken) {
				if taken.Err != nil {
					t.Fatal(taken.Err)
				}
				out = taken.Receipts
			})
		})
		return out
	}
	marked := func(paths []string) string {
		for _, p := range paths {
			if strings.HasSuffix(p, ".xlsx") {
				return p
			}
		}
		return ""
	}
	if p := marked(paths("clean.csv", rosterOf(right)...)); p != "" {
		t.Errorf("a clean file came back as %s", p)
	}
	path := marked(paths("63-delta-2026-10-01.csv", rosterOf(right, wrong)...))
	if path == "" || filepath.Dir(path) != filepath.Join(o.desk.Home.Returned, "63") {
		t.Fatalf("the faulty file came back as %q", path)
	}
	if name := filepath.Base(path); !strings.HasPrefix(name, "63-delta-2026-10-01-receipt-") {
		t.Errorf("under the name %s", name)
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	// The same registry, the workbook that was returned, dropped as it is: its own
	// cells are marked once more, in the same places.
	again := o.checkBytes("again.xlsx", first)
	if again.Refused != 1 || again.Rows != 2 || len(again.Holds) > 0 {
		t.Errorf("dropped again: %+v", again)
	}
	f, err := excelize.OpenReader(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := again.Refusals[0]
	if err := f.SetCellValue(r.Sheet, r.Cell, "очная"); err != nil {
		t.Fatal(err)
	}
	var mended bytes.Buffer
	if err := f.Write(&mended); err != nil {
		t.Fatal(err)
	}
	if got := o.checkBytes("mended.xlsx", mended.Bytes()); got.Refused != 0 || got.Joined != 1 || got.Unchanged != 1 || got.Outcome != osms.Applied {
		t.Errorf("mended: %+v", got)
	}
}

// checkBytes looks at a file of region 63, and at what would be returned.
func (o *office) checkBytes(name string, data []byte) osms.FileReport {
	o.t.Helper()
	path := filepath.Join(o.files, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		o.t.Fatal(err)
	}
	report := o.check(63, path)
	dir := o.t.TempDir()
	back, err := o.desk.ReturnTo(dir, report)
	if err != nil || (back != "") != (len(report.Refusals) > 0) {
		o.t.Errorf("%s comes back as %q: %v", name, back, err)
	}
	if back != "" {
		if _, err := os.Stat(back); err != nil {
			o.t.Error(err)
		}
	}
	return report
}

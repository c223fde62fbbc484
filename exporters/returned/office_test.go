package returned_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// checkOffice: LibreOffice opens the workbook, and what it saves has every cell
// as it saves it from the one that came, but for the marks.
func checkOffice(t *testing.T, office string, before, after []byte, report osms.FileReport) {
	t.Helper()
	if _, err := exec.LookPath(office); err != nil {
		t.Skip("LibreOffice is not installed")
	}
	dir := t.TempDir()
	saved := func(name string, data []byte) *excelize.File {
		path := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(os.TempDir(), "osmsd-returned-office"),
			"--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), path)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		out, err := os.ReadFile(filepath.Join(dir, "out", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	a, b := saved("before", before), saved("after", after)
	names := a.GetSheetList()
	if got := b.GetSheetList(); !slices.Equal(got, append(slices.Clone(names), osms.ReturnedSheet)) {
		t.Errorf("LibreOffice finds the sheets %q, before %q", got, names)
	}
	columns := errorColumns(t, b, report)
	for _, name := range names {
		r1, _ := a.GetRows(name)
		r2, _ := b.GetRows(name)
		c, ok := columns[name]
		for i := range max(len(r1), len(r2)) {
			for j := range 14 {
				if ok && c == j {
					continue
				}
				if v1, v2 := cellAt(r1, i, j), cellAt(r2, i, j); v1 != v2 {
					t.Errorf("LibreOffice reads %s!%s as %q, before %q", name, osms.CellName(j, i+1), v2, v1)
				}
			}
		}
		notes, _ := b.GetComments(name)
		held := map[string]bool{}
		for _, n := range notes {
			held[n.Cell] = true
		}
		for _, r := range report.Refusals {
			if r.Sheet == name && !held[r.Cell] {
				t.Errorf("LibreOffice finds no note on %s!%s", name, r.Cell)
			}
		}
	}
}

func cellAt(rows [][]string, i, j int) string {
	if i < len(rows) && j < len(rows[i]) {
		return rows[i][j]
	}
	return ""
}

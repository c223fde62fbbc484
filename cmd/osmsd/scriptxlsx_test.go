package main

import (
	"fmt"
	"os"

	"github.com/xuri/excelize/v2"
)

// cells edits the first sheet of a workbook as a person would: CELL VALUE
// pairs, each value as text.
func (s *script) cells(name string, pairs []string) {
	s.t.Helper()
	f, err := excelize.OpenFile(s.one(name))
	s.check(err)
	for i := 0; i+1 < len(pairs); i += 2 {
		s.check(f.SetCellStr(f.GetSheetName(0), pairs[i], pairs[i+1]))
	}
	s.check(f.Save())
	s.check(f.Close())
}

// mode wants a file to have just these permissions, as 0600.
func (s *script) mode(name, want string) {
	s.t.Helper()
	info, err := os.Stat(s.one(name))
	s.check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != want {
		s.fatalf("%s has mode %s, want %s", name, got, want)
	}
}

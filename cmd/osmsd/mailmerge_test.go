package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"osmsd/exporters/letter"
	"osmsd/sync/osms"
)

// mailMerge has LibreOffice merge letters of the bundle: the office's start is
// not in the time, but in the processor time. An error says that it cannot.
func mailMerge(b *testing.B, bundle osms.LetterBundle, letters int, out string) (p passed, err error) {
	if _, err := exec.LookPath("soffice"); err != nil {
		return p, err
	}
	python := ""
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import uno").Run() == nil {
			python = name
		}
	}
	if python == "" {
		return p, errors.New("no Python with LibreOffice's module uno")
	}
	dir := b.TempDir()
	bundle.Letters = bundle.Letters[:letters]
	data, docx, to := filepath.Join(dir, "letters.csv"), filepath.Join(dir, "letter.docx"), filepath.Join(dir, out)
	var first bytes.Buffer
	one := bundle
	one.Letters = bundle.Letters[:1]
	if err := letter.Default().WriteBundleDOCX(&first, one); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(docx, first.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(data, mergeData(b, bundle), 0o600); err != nil {
		b.Fatal(err)
	}
	if !strings.HasSuffix(out, ".pdf") {
		if err := os.Mkdir(to, 0o700); err != nil {
			b.Fatal(err)
		}
	}
	merge := exec.Command(python, filepath.Join("testdata", "mailmerge", "merge.py"), docx, data, to)
	var said bytes.Buffer
	merge.Stderr = &said
	seconds, err := merge.Output()
	if err != nil {
		return p, fmt.Errorf("%w\n%s", err, said.Bytes())
	}
	took, err := strconv.ParseFloat(strings.TrimSpace(string(seconds)), 64)
	if err != nil {
		b.Fatal(err)
	}
	used := merge.ProcessState.SysUsage().(*syscall.Rusage)
	p = passed{letters: letters, took: time.Duration(took * float64(time.Second)), peak: float64(used.Maxrss) / 1024,
		cpu: merge.ProcessState.UserTime() + merge.ProcessState.SystemTime()}
	pages := 0
	err = filepath.WalkDir(to, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".pdf" {
			return err
		}
		pdf, err := os.ReadFile(path)
		p.size += len(pdf)
		pages += bytes.Count(pdf, []byte("/Type/Page/"))
		return err
	})
	if err != nil || pages != letters {
		b.Fatalf("LibreOffice made %d pages of %d letters: %v", pages, letters, err)
	}
	return p, nil
}

// mergeData is what differs between the letters, as CSV: in quotation marks all,
// so that numbers are taken as text.
func mergeData(b *testing.B, bundle osms.LetterBundle) []byte {
	var out bytes.Buffer
	line := func(values ...string) {
		for i, v := range values {
			values[i] = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		fmt.Fprintln(&out, strings.Join(values, ","))
	}
	line("number", "iin", "grade", "name_kk", "name_ru", "birth_kk", "birth_ru")
	for _, l := range bundle.Letters {
		c, err := letter.Default().Notification(bundle, l)
		if err != nil {
			b.Fatal(err)
		}
		k, r := c.Halves[0].Recipient, c.Halves[1].Recipient
		line(l.Number, l.Person.Digits(), l.Facts.Grade, k[0].Value, r[0].Value, k[2].Value, r[2].Value)
	}
	return out.Bytes()
}

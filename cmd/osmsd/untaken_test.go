package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTextsOfUntaken: an intake run by command refuses what has lain incomplete
// for hours, and says what can never be taken, in the language, in one line.
func TestTextsOfUntaken(t *testing.T) {
	home, old := t.TempDir(), time.Now().Add(-2*time.Hour)
	inbox := filepath.Join(home, "inbox")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(inbox, "63"), 0o750),
		os.WriteFile(filepath.Join(home, "osmsd.yaml"), []byte("intake: {rest: 1s}\n"), 0o600),
		os.WriteFile(filepath.Join(inbox, "63", "empty.csv"), nil, 0o600),
		os.Chtimes(filepath.Join(inbox, "63", "empty.csv"), old, old),
		os.Mkdir(filepath.Join(inbox, "63", "3 files\n.xlsx"), 0o750),
		os.WriteFile(filepath.Join(inbox, "lost.csv"), nil, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := command(t, home, nil, "--lang", "ru", "run", "intake")
	if code != exitDone || !strings.Contains(stdout, `файлов: 1, не принят: 1, нельзя принять: 2 — "63/3 files\x0a.xlsx" (папка), "lost.csv" (лежит не в папке региона)`) {
		t.Errorf("exit %d: %s", code, stdout)
	}
	line, hint, _ := strings.Cut(stderr, "\n")
	if !strings.HasSuffix(line, `всего: 2 — "63/3 files\x0a.xlsx" (папка), "lost.csv" (лежит не в папке региона)`) || strings.Count(hint, "\n") != 1 {
		t.Errorf("%s", stderr)
	}
	if code, stdout, stderr = command(t, home, nil, "--lang", "kk", "run", "intake", "--json"); code != exitDone ||
		!strings.Contains(stdout, `0 files, 2 cannot be taken: \"63/3 files\\x0a.xlsx\" (directory)`) || !strings.Contains(stderr, "(қалта)") {
		t.Errorf("exit %d: %s %s", code, stdout, stderr)
	}
}

// TestTextsOfPerson: a history shows names of files safely and names endings in
// the language.
func TestTextsOfPerson(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(t.TempDir(), "63-delta-2026-10-05\n000229537532.csv")
	if err := os.WriteFile(path, []byte("ИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления;Статус;Дата отчисления\n"+
		"061211601593;Ахметова Айгерим;11.12.2006;971240666596;очная;01.09.2024;отчислен;04.10.2026\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"OSMSD_NOW": "2026-10-05T09:00:00+05:00"}
	if code, stdout, stderr := command(t, home, env, "import", "--region", "63", path); code != exitDone {
		t.Fatalf("exit %d: %s %s", code, stdout, stderr)
	}
	for lang, want := range map[string]string{"kk": "2026-10-04 оқудан шығарылды", "ru": "2026-10-04 отчислен", "en": "2026-10-04 expelled"} {
		code, stdout, _ := command(t, home, env, "--lang", lang, "person", "061211601593")
		if code != exitDone || !strings.Contains(stdout, want) || !strings.Contains(stdout, `63-delta-2026-10-05\x0a********7532.csv`) {
			t.Errorf("%s: exit %d: %s", lang, code, stdout)
		}
	}
	if _, stdout, _ := command(t, home, env, "--json", "person", "061211601593"); strings.Contains(stdout, "000229537532") {
		t.Error(stdout)
	}
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVerifyCode: a statement's number and code are confirmed, and its IIN is not
// told in full.
func TestVerifyCode(t *testing.T) {
	home := t.TempDir()
	roster := filepath.Join(t.TempDir(), "roster.csv")
	if err := os.WriteFile(roster, []byte("\ufeffИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления\n060315601150;Серикова Дана;15.03.2006;971240666596;очная;01.09.2024\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := command(t, home, nil, "import", "--region", "63", roster); code != exitDone {
		t.Fatal(code, stderr)
	}
	code, stdout, stderr := command(t, home, nil, "statement", "--iin", "060315601150", "--from", "2026-09", "--to", "2026-10", "--json")
	var s struct{ Number, Code string }
	if err := json.Unmarshal([]byte(stdout), &s); err != nil || code != exitDone || s.Code == "" {
		t.Fatal(code, err, stderr)
	}
	code, stdout, stderr = command(t, home, nil, "--lang", "en", "verify", "--number", s.Number, "--code", strings.ToLower(s.Code))
	if code != exitDone || !strings.Contains(stdout, s.Number+": genuine") || strings.Contains(stdout, "060315601150") {
		t.Errorf("exit %d, %s%s", code, stdout, stderr)
	}
	code, stdout, _ = command(t, home, nil, "verify", "--number", s.Number, "--code", s.Code, "--json")
	if code != exitDone || !strings.Contains(stdout, `"ok": true`) || !strings.Contains(stdout, `"********1150"`) {
		t.Errorf("exit %d, %s", code, stdout)
	}
	_, stdout, _ = command(t, home, nil, "--lang", "en", "access")
	if strings.Count(stdout, "code of a statement checked") != 2 {
		t.Error(stdout)
	}
}

package osms

import "testing"

func TestShown(t *testing.T) {
	iin := "070314600059"
	for s, want := range map[string]string{
		"":                                "",
		"63-full-2026-10-01.xlsx":         "63-full-2026-10-01.xlsx",
		"Тізім №5 (қазан).csv":            "Тізім №5 (қазан).csv",
		"a\nb\x00\x1b[31m":                `a\x0ab\x00\x1b[31m`,
		"evil\u202Exslx.exe":              `evil\u202exslx.exe`,
		"\xff\xfe\uFFFD":                  "\\xff\\xfe\uFFFD",
		"\U000E0041":                      `\U000e0041`,
		iin + ".xlsx":                     "********" + iin[8:] + ".xlsx",
		"list" + iin + iin + "x":          "list********" + iin[8:] + "********" + iin[8:] + "x",
		"1" + iin:                         "1********" + iin[8:],
		"63-" + "060340001234":            "63-" + "060340001234",
		"63-full-20261001-123456789.xlsx": "63-full-20261001-123456789.xlsx",
	} {
		if got := Shown(s); got != want {
			t.Errorf("%q is shown as %q, want %q", s, got, want)
		}
	}
}

package intake

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// anIIN is a number that is valid and nobody's.
const anIIN = "900101300017"

func TestSafeName(t *testing.T) {
	if _, err := osms.ParseIIN(anIIN, 0); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ж", 126)
	for in, want := range map[string]string{
		"63-full-2026-10-01.xlsx":           "63-full-2026-10-01.xlsx",
		"Өскемен қаласы, тізім №3 (1).xlsx": "Өскемен қаласы, тізім №3 (1).xlsx",
		"":                       "file",
		".":                      "file",
		"..":                     "file",
		"...":                    "file",
		"../../etc/passwd":       "passwd",
		`C:\Users\a\b.xlsx`:      "b.xlsx",
		"a/":                     "file",
		".htaccess":              "htaccess",
		"-rf":                    "rf",
		"a\nb.csv":               "a_b.csv",
		"a\x00\x1b[31m.csv":      "a_31m.csv",
		"\xff\xfe.csv":           "_.csv",
		"\u202excod.exe":         "_xcod.exe",
		"a\u200b\u200fb":         "a_b",
		"CON":                    "_CON",
		"con.xlsx":               "_con.xlsx",
		"Lpt1 .txt":              "_Lpt1 .txt",
		"COM10":                  "COM10",
		"a. . .":                 "a",
		"~$a.xlsx":               "_a.xlsx",
		"=cmd|' /C calc'!A0.csv": "C calc_A0.csv",
		"и\u0306.csv":            "и\u0306.csv",
		"\u0306.csv":             "csv",
		long + ".xlsx":           long[:94] + ".xlsx",
		long:                     long[:100],
		"a." + long:              ("a." + long)[:100],
		"x" + long + ".csv":      ("x" + long)[:95] + ".csv",
		anIIN + ".xlsx":          "xxxxxxxx0017.xlsx",
		"a" + anIIN + anIIN:      "axxxxxxxx0017xxxxxxxx0017",
		"1" + anIIN + "2":        "1xxxxxxxx00172",
		"900101300018.csv":       "900101300018.csv", // wrong check digit
		"990140000123.csv":       "990140000123.csv", // a BIN is public
		"90010\u202e1300017":     "90010_1300017",
		"٩٠٠١٠١٣٠٠٠١٥":           "_",
	} {
		if in == "a/" {
			want = "file"
		}
		if got := SafeName(in); got != want {
			t.Errorf("SafeName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSafeNameWith(t *testing.T) {
	for _, name := range []string{"a.xlsx", "", strings.Repeat("ж", 120) + ".xlsx", strings.Repeat("a. ", 80), anIIN} {
		for _, tail := range []string{"-import-17.json", "-import-1712345678901234567.workbook.xlsx"} {
			got := SafeNameWith(name, tail)
			if !strings.HasSuffix(got, tail) || SafeName(got) != got || len(got) > maxName || strings.Contains(got, anIIN) {
				t.Errorf("SafeNameWith(%q, %q) = %q", name, tail, got)
			}
		}
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"inbox/63/Тізім №1.xlsx": "inbox/63/Тізім №1.xlsx",
		"a\nb":                   `a\x0ab`,
		"a\xffb":                 `a\xffb`,
		"\u202egpj.exe":          `\u202egpj.exe`,
		"a\uFFFDb":               "a\uFFFDb",
		"x/" + anIIN + ".csv":    "x/********0017.csv",
	} {
		if got := Shown(in); got != want {
			t.Errorf("Shown(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	for _, s := range []string{"a.xlsx", "..", "con.txt", anIIN + anIIN, "\xff/\\", strings.Repeat("ә.", 90), strings.Repeat("9", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := SafeName(s)
		switch {
		case n == "" || len(n) > maxName || !utf8.ValidString(n):
			t.Errorf("%q: size or bytes", n)
		case SafeName(n) != n:
			t.Errorf("%q becomes %q", n, SafeName(n))
		case n != filepath.Base(n) || !filepath.IsLocal(n) || strings.ContainsAny(n, `/\:*?"<>|$~`):
			t.Errorf("%q is a path or more", n)
		case ignored(n) || strings.HasPrefix(n, "-") || strings.TrimRight(n, " .") != n:
			if low := strings.ToLower(n); low != "thumbs.db" && low != "desktop.ini" {
				t.Errorf("%q has bad ends", n)
			}
		case device(n):
			t.Errorf("%q is a device", n)
		}
		for _, shown := range []string{n, Shown(s)} {
			for i := 0; i+12 <= len(shown); i++ {
				if _, err := osms.ParseIIN(shown[i:i+12], 0); err == nil {
					t.Errorf("%q shows a number", shown)
				}
			}
			for _, r := range shown {
				if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
					t.Errorf("%q has %U", shown, r)
				}
			}
		}
	})
}

func FuzzIncomplete(f *testing.F) {
	f.Add([]byte("PK\x05\x06"+strings.Repeat("\x00", 18)), "a.xlsx")
	f.Add([]byte("PK\x03\x04abc"), "a.csv")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		why, err := incomplete(strings.NewReader(string(b)), name, int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if (why == Empty) != (len(b) == 0) {
			t.Errorf("%q", why)
		}
	})
}

// Every cut of a whole workbook is seen, also where a workbook lies inside
// another ZIP, and wherever the cut falls.
func TestEveryCutIsSeen(t *testing.T) {
	inner := workbook(t, "xl/workbook.xml")
	for _, whole := range []string{inner, zipped(t, "a.xlsx", inner)} {
		for n := 1; n <= len(whole); n++ {
			why, err := incomplete(strings.NewReader(whole[:n]), "a.zip", int64(n))
			if err != nil || (why == "") != (n == len(whole)) {
				t.Fatalf("%d of %d bytes: %q, %v", n, len(whole), why, err)
			}
		}
	}
	if d := digestIn("SHA256(x)= zz " + strings.Repeat("g", 64)); d != "" {
		t.Errorf("a digest from nothing: %q", d)
	}
}

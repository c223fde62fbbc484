package grammar

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// table reads lines of "name: dative" and checks each; "=" is a name that stays
// and is not sure.
func table(t *testing.T, file string, least int, dative func(osms.Name, string) (string, bool)) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		left, want, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("%q is no case", line)
		}
		written, sex, _ := strings.Cut(left, ", ")
		name := named(written)
		sure := want != "="
		if !sure {
			want = written
		}
		if got, is := dative(name, sex); got != want || is != sure {
			t.Errorf("%s: %q, %v, want %q, %v", left, got, is, want, sure)
		}
		n++
	}
	if n < least {
		t.Errorf("%d names in the table, want at least %d", n, least)
	}
}

// named cuts a name at its spaces.
func named(s string) (n osms.Name) {
	parts := append(strings.SplitN(s, " ", 3), "", "")
	return osms.Name{Surname: parts[0], Given: parts[1], Patronymic: parts[2]}
}

func TestDativeRU(t *testing.T) {
	table(t, "russian.txt", 140, func(n osms.Name, sex string) (string, bool) {
		return DativeRU(n, map[string]osms.Sex{"m": osms.Male, "f": osms.Female}[sex])
	})
}

func TestDativeKK(t *testing.T) {
	table(t, "kazakh.txt", 75, func(n osms.Name, _ string) (string, bool) { return DativeKK(n) })
}

// A name without a surname or a given name, or with a part of several words, is
// left alone.
func TestPartsMissing(t *testing.T) {
	for _, n := range []osms.Name{{}, {Surname: "Ахметова"}, {Given: "Динара"}, {Surname: "Ахметова", Patronymic: "Ерлановна"},
		{Given: "Динара", Patronymic: "Ерланқызы"}, {Surname: "Ахметова Динара", Given: "Ерлановна"}, {Surname: "Ахметова", Given: "Динара Роза"},
		{Surname: "Ахметова", Given: "Динара", Patronymic: " "}, {Surname: "Ахметова ", Given: "Динара"}, {Surname: "Я", Given: "О"}} {
		if got, sure := DativeRU(n, osms.Female); got != n.String() || sure {
			t.Errorf("Russian: %q, %v", got, sure)
		}
		if got, sure := DativeKK(n); got != n.String() || sure {
			t.Errorf("Kazakh: %q, %v", got, sure)
		}
	}
}

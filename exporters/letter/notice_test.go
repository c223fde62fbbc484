package letter

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

func sampleNotice() Notice {
	return Notice{Number: 17, Date: 20261006, Answer: 20261012, Organisation: sample(1).Organisation, Person: sample(1).Letters[0].Person,
		Name: osms.Name{Surname: "Әбдіғаппарова", Given: "Айгүл", Patronymic: "Өмірзаққызы"}, Birth: 20100305, First: 20250901, From: 20260921}
}

func writeNotice(t *testing.T, n Notice) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteNotice(&b, n); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestNotice: what stands in a notice, in both languages, on one page.
func TestNotice(t *testing.T) {
	n := sampleNotice()
	pdf := writeNotice(t, n)
	if !bytes.Equal(pdf, writeNotice(t, n)) {
		t.Error("equal notices have other bytes")
	}
	if path := os.Getenv("NOTICE_PDF"); path != "" {
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := flat(text(t, pdf, "-layout"))
	for _, want := range []string{"№ 000017", "2026 жылғы 6 қазан / 6 октября 2026 года", "ХАБАРЛАМА", "УВЕДОМЛЕНИЕ", "Әбдіғаппарова Айгүл Өмірзаққызы",
		n.Person.Digits(), n.Organisation.BIN.Digits(), "2025 жылғы 1 қыркүйек", "1 сентября 2025 года", "2026 жылғы 21 қыркүйек", "21 сентября 2026 года",
		"12 октября 2026 года", "2026 жылғы 12 қазан", "четыре рабочих дня", "төрт жұмыс күні"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if n := strings.Count(text(t, pdf), "\f"); n != 1 {
		t.Errorf("%d pages", n)
	}
	for what, c := range map[string]func(*Notice){
		"number": func(n *Notice) { n.Number = 0 }, "date": func(n *Notice) { n.Date = 0 }, "last day to answer": func(n *Notice) { n.Answer = 0 },
		"BIN": func(n *Notice) { n.Organisation.BIN = 0 }, "IIN": func(n *Notice) { n.Person = 0 }, "name": func(n *Notice) { n.Name = osms.Name{} },
		"birth date": func(n *Notice) { n.Birth = 0 }, "first day": func(n *Notice) { n.First = 0 }, "first day in common": func(n *Notice) { n.From = 0 },
	} {
		less := n
		c(&less)
		if err := WriteNotice(&bytes.Buffer{}, less); err == nil || !strings.Contains(err.Error(), "the "+what+" is missing") {
			t.Errorf("without %s: %v", what, err)
		}
	}
	strange := n
	strange.Name.Surname = "字"
	if err := CheckNotice(strange); !errors.As(err, new(*paper.GlyphError)) || strings.Contains(err.Error(), n.Person.Digits()) {
		t.Errorf("%v", err)
	}
	long := n
	long.Name.Surname = strings.Repeat("Әбдіғаппарова-Нұрмағамбетова ", 60)
	if err := CheckNotice(long); !errors.Is(err, paper.ErrFit) {
		t.Errorf("%v", err)
	}
	long.Name.Surname = strings.Repeat("Ұлы", 60)
	if err := CheckNotice(long); err != nil {
		t.Errorf("a long name: %v", err)
	}
	// An organisation known by its number alone is called so.
	nameless := n
	nameless.Organisation = osms.Organisation{BIN: n.Organisation.BIN}
	if got := flat(text(t, writeNotice(t, nameless), "-layout")); !strings.Contains(got, "Организация с БИН "+n.Organisation.BIN.Digits()) {
		t.Error(got)
	}
}

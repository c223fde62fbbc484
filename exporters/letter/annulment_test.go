package letter

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

func sampleAnnulment(letters int) Annulment {
	b := sample(letters)
	return Annulment{Sequence: 43, Date: 20261106, Organisation: b.Organisation, Import: 41, Received: 20261101, File: "63-full-2026-11-01 Өскемен.xlsx", Letters: b.Letters}
}

func writeAnnulment(t *testing.T, a Annulment) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteAnnulment(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAnnulment: what stands in such a notice, in both languages, with each
// letter once, on as many pages as it takes.
func TestAnnulment(t *testing.T) {
	for letters, pages := range map[int]int{1: 1, 6: 1, 120: 3} {
		a := sampleAnnulment(letters)
		pdf := writeAnnulment(t, a)
		if !bytes.Equal(pdf, writeAnnulment(t, a)) {
			t.Error("equal notices have other bytes")
		}
		if path := os.Getenv("ANNULMENT_PDF"); path != "" {
			if err := os.WriteFile(fmt.Sprintf("%s-%d.pdf", path, letters), pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		raw := text(t, pdf, "-layout")
		got := flat(raw)
		for _, want := range []string{"№ 000043", "2026 жылғы 6 қараша / 6 ноября 2026 года", "ХАБАРЛАМА", "УВЕДОМЛЕНИЕ", a.Organisation.BIN.Digits(),
			"2026 жылғы 1 қараша күні түскен № 41 импорт", "импорт № 41 от 1 ноября 2026 года", "«63-full-2026-11-01 Өскемен.xlsx»",
			fmt.Sprintf("Аннулировано уведомлений: %d", letters), "енгізілді / внесены", "01.10.2026", "Әбдіғаппарова Айгүл"} {
			if !strings.Contains(got, want) {
				t.Errorf("%d letters: %q is missing:\n%s", letters, want, got)
			}
		}
		for _, l := range a.Letters {
			if strings.Count(got, l.Number) != 1 || strings.Count(got, l.Person.Digits()) != 1 {
				t.Errorf("letter %s does not stand there once", l.Number)
			}
		}
		if n := strings.Count(raw, "\f"); n != pages || !strings.Contains(got, fmt.Sprintf("%d / %d", pages, pages)) {
			t.Errorf("%d letters on %d pages, want %d", letters, n, pages)
		}
	}
	for what, c := range map[string]func(*Annulment){
		"number": func(a *Annulment) { a.Sequence = 0 }, "date": func(a *Annulment) { a.Date = 0 }, "BIN": func(a *Annulment) { a.Organisation.BIN = 0 },
		"import": func(a *Annulment) { a.Import = 0 }, "day of the import": func(a *Annulment) { a.Received = 0 },
		"action": func(a *Annulment) { a.Letters[0].Action = "" },
	} {
		less := sampleAnnulment(1)
		c(&less)
		if err := WriteAnnulment(&bytes.Buffer{}, less); err == nil || !strings.Contains(err.Error(), "the "+what+" is missing") {
			t.Errorf("without %s: %v", what, err)
		}
	}
	if err := WriteAnnulment(&bytes.Buffer{}, sampleAnnulment(0)); err != ErrEmpty {
		t.Errorf("%v", err)
	}
}

// TestAnnulmentOfStrangeNames: the organisation holds the letters and is told of
// them, whatever names came meanwhile.
func TestAnnulmentOfStrangeNames(t *testing.T) {
	a := sampleAnnulment(3)
	a.Letters[0].Name.Surname = "字"
	a.Letters[1].Name.Surname = strings.Repeat("Әбдіғаппарова-Нұрмағамбетова ", 60)
	a.File = "тізім 😀" + strings.Repeat("Ұ", 300) + ".xlsx"
	a.Organisation.NameKK, a.Organisation.NameRU = "字", strings.Repeat("Школа № 12 ", 200)
	got := flat(text(t, writeAnnulment(t, a), "-layout"))
	for _, want := range []string{"63-2026-000001", "63-2026-000002", "Ыбырайұлы Нұрсұлтан", "«тізім ?Ұ", "Ұ…»", "Организация с БИН 060340001234", "БСН бойынша ұйым 060340001234"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Екатерина") || strings.Contains(got, "字") {
		t.Error(got)
	}
}

// TestReplaces: a letter says in both languages which annulled one it replaces;
// an operator's wording that says nothing of it leaves it to the built-in one.
func TestReplaces(t *testing.T) {
	b := sample(2)
	plain := write(t, b)
	b.Letters[0].Replaces, b.Letters[1].Replaces = "63-2026-000101", "63-2026-000102, 63-2026-000103"
	pdf := write(t, b)
	if path := os.Getenv("ANNULMENT_PDF"); path != "" {
		if err := os.WriteFile(path+"-replaces.pdf", pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := flat(text(t, pdf))
	for _, want := range []string{"Осы хабарлама күші жойылған № 63-2026-000101 хабарламаның орнына берілді.",
		"Настоящее уведомление выдано взамен аннулированного уведомления № 63-2026-000101.",
		"күші жойылған № 63-2026-000102, 63-2026-000103 хабарламалардың орнына",
		"взамен аннулированных уведомлений № 63-2026-000102, 63-2026-000103."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if strings.Contains(flat(text(t, plain)), "взамен") {
		t.Error("a letter replaces nothing and says that it does")
	}
}

package letter

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// docxText reads what a document says.
func docxText(t testing.TB, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b strings.Builder
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if err == io.EOF {
			return b.String()
		} else if err != nil {
			t.Fatal(err)
		}
		if chars, ok := token.(xml.CharData); ok {
			b.Write(chars)
		}
	}
}

// TestDOCX: an office that edits gets everything that stands on the page.
func TestDOCX(t *testing.T) {
	for _, kind := range officeKinds {
		l := office(kind)
		if kind == osms.LetterCovering {
			l.List = sample(4000).Letters
		}
		var a, b bytes.Buffer
		if err := WriteDOCX(&a, l); err != nil {
			t.Fatal(err)
		}
		if err := WriteDOCX(&b, l); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s: two writes differ: %v", kind, err)
		}
		if path := os.Getenv("LETTER_PDF"); path != "" {
			if err := os.WriteFile(path+"-"+string(kind)+".docx", a.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, err := Default().Content(l)
		if err != nil {
			t.Fatal(err)
		}
		want := said(c)
		if c.List != nil {
			for _, row := range c.List.Rows {
				want = append(want, strings.Join(row, ""))
			}
			want = append(want, c.List.Caption, c.List.Total)
		}
		got := unbroken(docxText(t, a.Bytes()))
		for _, w := range want {
			if !strings.Contains(got, unbroken(w)) {
				t.Errorf("%s: %q is not in the document", kind, w)
			}
		}
	}
	l := office(osms.LetterEvent)
	l.Basis.RU = ""
	var out bytes.Buffer
	if err := WriteDOCX(&out, l); err == nil || out.Len() > 0 {
		t.Errorf("without a basis: %v, %d bytes", err, out.Len())
	}
}

func TestBundleDOCX(t *testing.T) {
	b := longest()
	var out bytes.Buffer
	if err := Default().WriteBundleDOCX(&out, b); err != nil {
		t.Fatal(err)
	}
	got := unbroken(docxText(t, out.Bytes()))
	for _, l := range b.Letters {
		c, err := Default().Notification(b, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range said(c) {
			if !strings.Contains(got, unbroken(want)) {
				t.Errorf("%q is not in the document", want)
			}
		}
	}
	b.Letters[1].Basis.KK = ""
	out.Reset()
	if err := Default().WriteBundleDOCX(&out, b); err == nil || err.Error() != "letter 63-2026-000002: the legal basis is missing" || out.Len() > 0 {
		t.Errorf("%v", err)
	}
	if err := Default().WriteBundleDOCX(&out, osms.LetterBundle{}); err != ErrEmpty {
		t.Error(err)
	}
}

// TestDative: a name stands in the dative where a letter says to whom it goes,
// and as it is written everywhere else.
func TestDative(t *testing.T) {
	l := office(osms.LetterRefusal)
	l.Person, l.Name = 100305600012, osms.Name{Surname: "Ахметова", Given: "Анна", Patronymic: "Сергеевна"}
	for lang, want := range []string{"Ахметова Анна Сергеевнаға", "Ахметовой Анне Сергеевне"} {
		if got := dative(language(lang), l.Name, l.Person); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := flat(text(t, writeOffice(t, l), "-raw")); !strings.Contains(got, "Кому: Ахметовой Анне Сергеевне") || !strings.Contains(got, "Кімге: Ахметова Анна Сергеевнаға") {
		t.Error(got)
	}
	q := office(osms.LetterQuestion)
	q.Name = l.Name
	if got := flat(text(t, writeOffice(t, q), "-raw")); strings.Contains(got, "Ахметовой") || strings.Count(got, "Ахметова Анна Сергеевна") != 2 {
		t.Error(got)
	}
	l.Name = osms.Name{Surname: "АХМЕТОВА", Given: "Әсел"} // not sure: as it is written
	if got := dative(ru, l.Name, l.Person); got != "АХМЕТОВА Әсел" {
		t.Error(got)
	}
}

package paper

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func attached(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	d := New(Options{Title: "Ә", Date: 20261001})
	d.NewPage()
	d.Print(Set(Regular(), 11, 60, Left, "Құжат"), 20, 20)
	for _, name := range []string{"б.json", "a.csv", "empty.txt"} {
		if content, ok := files[name]; ok {
			d.Attach(name, content)
		}
	}
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAttachment(t *testing.T) {
	files := map[string][]byte{"б.json": []byte(`{"endobj": "\nendobj\n"}`), "a.csv": bytes.Repeat([]byte("a;b\n"), 1<<18), "empty.txt": {}}
	pdf := attached(t, files)
	checkSound(t, pdf)
	for name, want := range files {
		if got, err := Attachment(pdf, name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	for name, pdf := range map[string][]byte{"another name": pdf, "no files": attached(t, nil)} {
		if _, err := Attachment(pdf, "c.json"); !errors.Is(err, ErrNoAttachment) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAttachmentRefuses: what this package did not write, or somebody changed.
func TestAttachmentRefuses(t *testing.T) {
	pdf := attached(t, map[string][]byte{"б.json": []byte(`{"a": 1}`)})
	change := func(from, to string) []byte {
		if bytes.Count(pdf, []byte(from)) != 1 {
			t.Fatalf("%q stands %d times", from, bytes.Count(pdf, []byte(from)))
		}
		return bytes.Replace(pdf, []byte(from), []byte(to), 1)
	}
	signed := append(bytes.Clone(pdf), "\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"...)
	for name, b := range map[string][]byte{"nothing": nil, "text": []byte("бір екі үш"), "the head alone": pdf[:40], "cut": pdf[:len(pdf)-1],
		"the tail alone": pdf[len(pdf)-60:], "appended to": signed, "moved": append([]byte(header), pdf...),
		"size": change("/Size 8>>", "/Size 7>>"), "kind": change("/EmbeddedFile/", "/EmbeddedFilx/"), "longer": change("/Size 8>>", "/Size 99999999>>"),
		"no stream": change("/Filespec/", "/Filespex/")} {
		if got, err := Attachment(b, "б.json"); !errors.Is(err, ErrForeign) || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAttachRefuses(t *testing.T) {
	for name, attach := range map[string]func(*Document){
		"twice":   func(d *Document) { d.Attach("a", nil); d.Attach("a", nil) },
		"no name": func(d *Document) { d.Attach("", nil) },
		"many": func(d *Document) {
			for i := range maxAttachments + 1 {
				d.Attach(strings.Repeat("a", i+1), nil)
			}
		},
		"large": func(d *Document) { d.Attach("a", make([]byte, MaxAttachment+1)) },
	} {
		d := New(Options{Date: 20261001})
		d.NewPage()
		attach(d)
		if err := d.Write(&bytes.Buffer{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// FuzzAttachment: whatever comes, the answer is the file or a plain error, and
// never more than a file may have.
func FuzzAttachment(f *testing.F) {
	pdf := attached(f, map[string][]byte{"б.json": []byte(`{"a": 1}`), "a.csv": []byte("a;b\n")})
	f.Add(pdf, "б.json")
	f.Add(pdf, "c")
	f.Add(attached(f, nil), "б.json")
	f.Add([]byte(header+"1 0 obj\n<</Type/XRef>>stream\nstartxref\n15\n%%EOF\n"), "")
	f.Fuzz(func(t *testing.T, pdf []byte, name string) {
		got, err := Attachment(pdf, name)
		if err != nil && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrNoAttachment) || err != nil && got != nil || len(got) > MaxAttachment {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	})
}

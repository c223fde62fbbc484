package letter

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"osmsd/sync/osms"
)

func folder(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, content := range files {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

// TestOperatorsWording: an operator who changes one title gets that title and
// everything else as it is built in, for every kind and language.
func TestOperatorsWording(t *testing.T) {
	for _, kind := range osms.LetterKinds {
		for lang := range languages {
			own, err := Load(folder(map[string]string{
				fileName(kind, language(lang)): "{{/* ours */}}\r\n{{define \"title\"}}ӘЛЕМГЕ № {{.Number}}{{end}}\r\n",
				"README.txt":                   "anything",
			}))
			if err != nil {
				t.Fatal(err)
			}
			var out, plain bytes.Buffer
			if err := errors.Join(Preview(&out, own, kind), Preview(&plain, Default(), kind)); err != nil {
				t.Fatal(err)
			}
			got, was := text(t, out.Bytes(), "-raw"), text(t, plain.Bytes(), "-raw")
			title := Default().templates[kind][lang].Lookup(blockTitle).Root.String()
			if !strings.Contains(got, "ӘЛЕМГЕ № 00-2026-000000") || flat(strings.Replace(got, "ӘЛЕМГЕ № 00-2026-000000", title, 1)) != flat(was) {
				t.Errorf("%s %s: the operator's title:\n%s", kind, languages[lang], got)
			}
			if own.Digest() == Default().Digest() {
				t.Errorf("%s: another title, the same digest", kind)
			}
		}
	}
	own, err := Load(folder(map[string]string{"words.csv": "\ufeffkey;kk;ru\r\nlabel.head;Бастық;Начальник\r\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if own.both("label.head") != "Бастық / Начальник" || own.both("label.seal") != "М.О. / М.П." {
		t.Error("a list with semicolons was not read")
	}
	var out bytes.Buffer
	if err := own.Write(&out, sample(1)); err != nil {
		t.Fatal(err)
	}
	if got := text(t, out.Bytes(), "-raw"); !strings.Contains(got, "Бастық / Начальник") {
		t.Errorf("the operator's word is not on the page:\n%s", got)
	}
}

// TestWordingIsKept: the built-in folder and what Files gives are the same
// wording when they are loaded.
func TestWordingIsKept(t *testing.T) {
	back, err := Load(BuiltIn())
	if err != nil {
		t.Fatal(err)
	}
	if back.Digest() != Default().Digest() || len(back.Digest()) != 64 {
		t.Error("the built-in folder is another wording than the built-in one")
	}
	if len(Default().Files()) != 2*len(osms.LetterKinds)+1 {
		t.Errorf("files %v", slices.Sorted(maps.Keys(Default().Files())))
	}
	own, err := Load(folder(map[string]string{"event.ru.txt": `{{define "note"}}{{if and .Child (eq .Event "death")}}а{{else if not .Ends}}б{{- /* в */ -}}{{else}} "г" {{"{{"}}{{end}} {{.Effect}}{{end}}`,
		"words.csv": "label.seal,\"М. \"\"О\"\",\",М.П.\n"}))
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	for name, content := range own.Files() {
		m[name] = &fstest.MapFile{Data: content}
	}
	again, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != own.Digest() || again.both("label.seal") != `М. "О", / М.П.` {
		t.Error("what was kept is another wording")
	}
	for name, content := range own.Files() {
		if !bytes.Equal(content, again.Files()[name]) {
			t.Errorf("%s is kept as another file", name)
		}
	}
	var a, b bytes.Buffer
	if err := errors.Join(Preview(&a, own, osms.LetterEvent), Preview(&b, again, osms.LetterEvent)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("a letter printed again is another: %v", err)
	}
	own.Files()["words.csv"] = nil
	if len(own.Files()["words.csv"]) == 0 {
		t.Error("the files can be changed from outside")
	}
}

// TestFaults: whatever is wrong is found with its file, line and field.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		want          []Fault // Detail: a part of it
	}{
		"syntax":            {"refusal.kk.txt", "{{define \"title\"}}А{{end}}\n\n{{define \"body\"}}{{if}}{{end}}", []Fault{{"refusal.kk.txt", 3, "", "missing value for if"}}},
		"not closed":        {"event.ru.txt", "{{define \"title\"}}А{{end}}\n{{define \"body\"}}{{.Name", []Fault{{"event.ru.txt", 2, "", "unclosed action"}}},
		"twice":             {"event.ru.txt", "{{define \"title\"}}А{{end}}\n{{define \"title\"}}Б{{end}}", []Fault{{"event.ru.txt", 2, "", "multiple definition"}}},
		"field":             {"refusal.ru.txt", "\n{{define \"body\"}}\nА {{.Base}} {{.Action}}{{end}}", []Fault{{"refusal.ru.txt", 3, ".Base", "no such field"}, {"refusal.ru.txt", 3, ".Action", "no such field"}}},
		"hidden field":      {"question.kk.txt", "{{define \"note\"}}{{if .Case}}{{if .Child}}А{{else}}\n{{.Reason}}{{end}}{{end}}{{end}}", []Fault{{"question.kk.txt", 2, ".Reason", "no such field"}}},
		"field of a field":  {"question.kk.txt", "{{define \"note\"}}{{.Case.Number}}{{end}}", []Fault{{"question.kk.txt", 1, ".Case.Number", "no such field"}}},
		"value":             {"notification.ru.txt", "{{define \"note\"}}{{if eq .Action \"enterd\"}}А{{end}}{{end}}", []Fault{{"notification.ru.txt", 1, ".Action", `never "enterd"`}}},
		"kinds of values":   {"event.ru.txt", "{{define \"note\"}}\n{{if eq .Child \"yes\"}}А{{end}}{{end}}", []Fault{{"event.ru.txt", 2, "note", "incompatible types"}}},
		"function":          {"event.ru.txt", "{{define \"note\"}}\n{{printf \"%999999999d\" 1}}{{end}}", []Fault{{"event.ru.txt", 2, "printf", "only eq"}}},
		"no function":       {"event.ru.txt", "{{define \"note\"}}\n{{shout 1}}{{end}}", []Fault{{"event.ru.txt", 2, "", `"shout" not defined`}}},
		"loop":              {"event.ru.txt", "{{define \"note\"}}\n{{template \"note\" .}}{{end}}", []Fault{{"event.ru.txt", 2, "note", "only fields"}}},
		"variable":          {"event.ru.txt", "{{define \"note\"}}\n{{$x := .Name}}{{end}}", []Fault{{"event.ru.txt", 2, "note", "variables"}}},
		"everything":        {"event.ru.txt", "{{define \"note\"}}\n{{.}}{{end}}", []Fault{{"event.ru.txt", 2, "note", "cannot be used"}}},
		"block":             {"event.ru.txt", "\n{{define \"bodie\"}}А{{end}}", []Fault{{"event.ru.txt", 2, "bodie", "no letter has this block"}}},
		"outside":           {"event.ru.txt", "\n\n Сообщаем {{define \"body\"}}А{{end}}", []Fault{{"event.ru.txt", 3, "", "outside the blocks"}}},
		"empty block":       {"event.ru.txt", "\n{{define \"body\"}} {{end}}", []Fault{{"event.ru.txt", 2, "body", "empty for the event death"}}},
		"empty branch":      {"notification.ru.txt", "{{define \"body\"}}{{if eq .Action \"entered\" \"updated\"}}А{{end}}{{end}}", []Fault{{"notification.ru.txt", 1, "body", "empty when the action is removed"}}},
		"empty ground":      {"refusal.kk.txt", "{{define \"note\"}}{{if ne .Ground 5}}А{{end}}{{end}}", []Fault{{"refusal.kk.txt", 1, "note", "on ground 5"}}},
		"glyph":             {"covering.kk.txt", "{{define \"body\"}}А\nБ ☃ \n{{.Count}}☃{{end}}", []Fault{{"covering.kk.txt", 2, "body", "U+2603"}, {"covering.kk.txt", 3, "body", "U+2603"}}},
		"glyph in a string": {"covering.kk.txt", "{{define \"body\"}}А\n{{\"☃\"}}{{end}}", []Fault{{"covering.kk.txt", 2, "body", "U+2603"}}},
		"not UTF-8":         {"covering.kk.txt", "{{define \"body\"}}А\n\xc0\xe1{{end}}", []Fault{{"covering.kk.txt", 2, "", "UTF-8"}}},
		"too large":         {"covering.kk.txt", strings.Repeat(" ", largestFile+1), []Fault{{"covering.kk.txt", 0, "", "larger than"}}},
		"name of a file":    {"refusl.kk.txt", "{{define \"body\"}}А{{end}}", []Fault{{"refusl.kk.txt", 0, "", "no letter uses"}}},
		"name of a list":    {"word.csv", "", []Fault{{"word.csv", 0, "", "no letter uses"}}},
		"word":              {"words.csv", "key,kk,ru\nlabel.iin,ЖСН,ИИН\nlabel.iim,ЖСН,ИИН\n", []Fault{{"words.csv", 3, "label.iim", "no letter uses"}}},
		"empty word":        {"words.csv", "key,kk,ru\nlabel.iin,, \n", []Fault{{"words.csv", 2, "label.iin", "language kk"}, {"words.csv", 2, "label.iin", "language ru"}}},
		"word's glyph":      {"words.csv", "key,kk,ru\n\nlabel.iin,ЖСН,☃\n", []Fault{{"words.csv", 3, "label.iin", "U+2603"}}},
		"word twice":        {"words.csv", "label.iin,ЖСН,ИИН\nlabel.iin,ЖСН,ИИН\n", []Fault{{"words.csv", 2, "label.iin", "twice"}}},
		"cells":             {"words.csv", "key,kk,ru\nlabel.iin,ЖСН\n", []Fault{{"words.csv", 2, "label.iin", "2 cells"}}},
		"quotes":            {"words.csv", "key,kk,ru\nlabel.iin,\"ЖСН\n", []Fault{{"words.csv", 2, "", "quote"}}},
	} {
		t.Run(name, func(t *testing.T) {
			texts, err := Load(folder(map[string]string{c.file: c.content}))
			var all *TextsError
			if texts != nil || !errors.As(err, &all) {
				t.Fatalf("%v, want faults", err)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(all.Faults, func(f Fault) bool {
					return f.File == want.File && f.Line == want.Line && f.Field == want.Field && strings.Contains(f.Detail, want.Detail)
				}) {
					t.Errorf("%v is not among\n%v", want, err)
				}
			}
		})
	}
}

// TestEveryFault: the faults of all files are found at once, in order.
func TestEveryFault(t *testing.T) {
	_, err := Load(folder(map[string]string{
		"words.csv": "label.x,а,б\n", "event.ru.txt": `{{define "note"}}{{.Base}}{{end}}`, "event.kk.txt": "{{define \"x\"}}\n{{end}}",
		"covering.ru.txt": "{{define \"title\"}}☃{{end}}\n{{define \"subject\"}}{{.Name}}{{end}}"}))
	const want = `letter texts: covering.ru.txt:1: title: the font has no letter U+2603
covering.ru.txt:2: .Name: a letter of this kind has no such field`
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Fatal(err)
	}
	var files []string
	for _, f := range err.(*TextsError).Faults {
		files = append(files, f.File)
	}
	if got := strings.Join(files, " "); got != "covering.ru.txt covering.ru.txt event.kk.txt event.ru.txt words.csv" {
		t.Error(got)
	}
	if _, err := Load(broken{}); err == nil || errors.As(err, new(*TextsError)) {
		t.Errorf("a folder that cannot be read: %v", err)
	}
}

type broken struct{}

func (broken) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

// TestVocabulary: every kind has its fields and its built-in files, and every
// field that is named exists.
func TestVocabulary(t *testing.T) {
	for _, kind := range osms.LetterKinds {
		for lang := range languages {
			if _, err := fs.Stat(BuiltIn(), fileName(kind, language(lang))); err != nil {
				t.Error(err)
			}
		}
		var all strings.Builder
		for _, field := range vocabulary[kind] {
			all.WriteString("{{." + field + "}}")
		}
		if _, err := Load(folder(map[string]string{fileName(kind, ru): `{{define "body"}}` + all.String() + `{{end}}`})); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// FuzzLoad: no template or list stops the program, and what is accepted can be
// printed and kept.
func FuzzLoad(f *testing.F) {
	for _, kind := range osms.LetterKinds {
		f.Add(string(Default().Files()[fileName(kind, ru)]), "key,kk,ru\nlabel.iin,ЖСН,ИИН\n")
	}
	f.Add(`{{define "note"}}{{if (and .Child (not .Case)) | eq true}}{{else}}{{end}}{{end}}`, "a;b\n\"")
	f.Fuzz(func(t *testing.T, ru, words string) {
		own, err := Load(folder(map[string]string{"refusal.ru.txt": ru, "words.csv": words}))
		if err != nil {
			if !errors.As(err, new(*TextsError)) {
				t.Fatal(err)
			}
			return
		}
		m := fstest.MapFS{}
		for name, content := range own.Files() {
			m[name] = &fstest.MapFile{Data: content}
		}
		again, err := Load(m)
		if err != nil || again.Digest() != own.Digest() {
			t.Fatalf("what was kept is another wording: %v", err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(BuiltIn()); err != nil {
			b.Fatal(err)
		}
	}
}

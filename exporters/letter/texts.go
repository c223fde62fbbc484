package letter

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"text/template"

	"osmsd/sync/osms"
)

//go:embed texts
var embedded embed.FS

// language indexes what exists in both languages.
type language int

const (
	kk language = iota
	ru
)

// tags name the languages in the documents.
var tags = [...]string{kk: "kk", ru: "ru"}

// Texts are the wording of letters: templates and words in both languages.
type Texts struct {
	templates [2]*template.Template
	words     map[string][2]string
}

// parts are the templates that each language must define; "note" may be
// empty for a letter, the others may not.
var parts = []string{"title", "subject", "body", "basis", "note"}

// partReplaces says which annulled letter a letter replaces. A wording may leave
// it out: then it is the built-in one.
const partReplaces = "replaces"

// Default is the built-in wording.
func Default() *Texts { return builtIn() }

var builtIn = sync.OnceValue(func() *Texts {
	sub, err := fs.Sub(embedded, "texts")
	if err == nil {
		var t *Texts
		if t, err = ParseTexts(sub); err == nil {
			return t
		}
	}
	panic("letter: embedded texts: " + err.Error())
})

// ParseTexts reads a wording: kk.txt, ru.txt and words.csv of a folder with
// the same names of templates and words as the built-in ones. A template that
// is missing, broken or does not render, and a word that is missing or empty,
// is an error.
func ParseTexts(folder fs.FS) (*Texts, error) {
	t := &Texts{words: map[string][2]string{}}
	for lang, name := range []string{"kk.txt", "ru.txt"} {
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("letter texts: %w", err)
		}
		tm, err := template.New(name).Option("missingkey=error").Parse(string(b))
		if err != nil {
			return nil, fmt.Errorf("letter texts: %w", err)
		}
		for _, part := range parts {
			if tm.Lookup(part) == nil {
				return nil, fmt.Errorf("letter texts: %s does not define %q", name, part)
			}
		}
		if tm.Lookup(partReplaces) == nil {
			ours, err := template.ParseFS(embedded, "texts/"+name)
			if err == nil {
				_, err = tm.AddParseTree(partReplaces, ours.Lookup(partReplaces).Tree)
			}
			if err != nil {
				return nil, fmt.Errorf("letter texts: %w", err)
			}
		}
		t.templates[lang] = tm
	}
	f, err := folder.Open("words.csv")
	if err != nil {
		return nil, fmt.Errorf("letter texts: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("letter texts: words.csv: %w", err)
	}
	for _, row := range rows {
		if len(row) != 3 || row[1] == "" || row[2] == "" {
			return nil, fmt.Errorf("letter texts: words.csv: %q needs words in both languages", row[0])
		}
		t.words[row[0]] = [2]string{row[1], row[2]}
	}
	for _, key := range keys {
		if _, ok := t.words[key]; !ok {
			return nil, fmt.Errorf("letter texts: words.csv lacks %q", key)
		}
	}
	for _, action := range []osms.LetterAction{osms.Entered, osms.Updated, osms.Removed} {
		for lang := range t.templates {
			if _, err := t.render(language(lang), fields{Action: action, Basis: "x", Replaces: "x"}); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// keys are the words that a wording must have.
var keys = strings.Fields(`action.entered action.updated action.removed
	form. form.full_time form.part_time form.evening form.distance form.external grade. last.
	label.bin label.birth label.contents label.effective label.executor label.first label.form
	label.grade label.head label.iin label.last label.letters label.level label.name label.number
	label.organisation label.outgoing label.page label.phone label.recipient label.seal
	label.sequence label.signature label.status label.total label.what
	level. level.secondary level.tvet level.post_secondary level.higher level.postgraduate
	organisation. status.academic_leave`)

// fields are what a template may use.
type fields struct {
	Action osms.LetterAction
	Basis  string
	// Child: not yet eighteen on the letter's date.
	Child bool
	// Replaces are the numbers of annulled letters, Several of more than one.
	Replaces string
	Several  bool
	// The rest is for an operator's wording; the built-in one prints these in
	// the head of the letter and its table.
	Number, Date, Name, IIN, Birth          string
	Organisation, BIN                       string
	Level, Form, Grade, First, Last, Effect string
}

// wording is what the templates of one language make of one letter.
type wording struct{ title, subject, body, basis, note, replaces string }

func (t *Texts) render(lang language, f fields) (w wording, err error) {
	for i, to := range []*string{&w.title, &w.subject, &w.body, &w.basis, &w.note} {
		var b strings.Builder
		if err := t.templates[lang].ExecuteTemplate(&b, parts[i], f); err != nil {
			return w, fmt.Errorf("letter texts: %w", err)
		}
		if *to = strings.TrimSpace(b.String()); *to == "" && parts[i] != "note" {
			return w, fmt.Errorf("letter texts: %q is empty for %s", parts[i], f.Action)
		}
	}
	if f.Replaces != "" {
		var b strings.Builder
		if err := t.templates[lang].ExecuteTemplate(&b, partReplaces, f); err != nil {
			return w, fmt.Errorf("letter texts: %w", err)
		}
		if w.replaces = strings.TrimSpace(b.String()); w.replaces == "" {
			return w, fmt.Errorf("letter texts: %q is empty", partReplaces)
		}
	}
	return w, nil
}

func (t *Texts) word(lang language, key string) string { return t.words[key][lang] }

// both gives a word in both languages, as the parts of the page write it that
// the two share.
func (t *Texts) both(key string) string {
	w := t.words[key]
	if w[kk] == w[ru] {
		return w[kk]
	}
	return w[kk] + " / " + w[ru]
}

// value is the word for a value of the vocabulary; one that is not in the
// table is an error of the caller's.
func (t *Texts) value(lang language, field, value string) (string, error) {
	w, ok := t.words[field+"."+value]
	if !ok {
		return "", fmt.Errorf("no word for the %s %q", field, value)
	}
	return w[lang], nil
}

package letter

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
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

var languages = [2]string{"kk", "ru"}

// Texts are the wording of letters of every kind: templates and words in both
// languages.
type Texts struct {
	templates map[osms.LetterKind]*[2]*template.Template
	words     map[string][2]string
	files     map[string][]byte
	digest    string
}

// BuiltIn is the folder of the built-in wording, to be written out and edited:
// <kind>.kk.txt and <kind>.ru.txt for every kind of letter, and words.csv.
func BuiltIn() fs.FS {
	sub, err := fs.Sub(embedded, "texts")
	if err != nil {
		panic("letter: embedded texts: " + err.Error())
	}
	return sub
}

// Default is the built-in wording.
func Default() *Texts { return builtIn() }

var builtIn = sync.OnceValue(func() *Texts {
	t, err := load(BuiltIn(), nil)
	if err != nil {
		panic("letter: embedded texts: " + err.Error())
	}
	return t
})

// Files gives the whole wording as files that Load makes the same wording of:
// what the operator left out is filled in with the built-in one, so that a
// letter can be printed again after that has changed. Comments are lost.
func (t *Texts) Files() map[string][]byte { return maps.Clone(t.files) }

// Digest names a wording: SHA-256 over Files in the order of their names, hex.
// What does not change a letter (comments, line ends, what stands between
// blocks) does not change it.
func (t *Texts) Digest() string { return t.digest }

// DigestOf is the digest of the wording that files make, as Files gives them.
func DigestOf(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// wording is what the templates of one language make of one letter, by block.
type wording map[string]string

func (t *Texts) render(kind osms.LetterKind, lang language, f fields) (wording, error) {
	w := wording{}
	for _, block := range blocks {
		if block == blockReplaces && f.Replaces == "" {
			continue
		}
		var b strings.Builder
		if err := t.templates[kind][lang].ExecuteTemplate(&b, block, f); err != nil {
			return nil, fmt.Errorf("letter texts: %w", err)
		}
		if w[block] = strings.TrimSpace(b.String()); w[block] == "" && needed(kind, block, f) {
			return nil, fmt.Errorf("letter texts: %s of %s is empty", block, fileName(kind, lang))
		}
	}
	return w, nil
}

var emptyLine = regexp.MustCompile(`\n\s*\n`)

// paragraphs splits a block at its empty lines.
func paragraphs(block string) (out []string) {
	if block != "" && !strings.Contains(block, "\n") {
		return []string{block}
	}
	for _, p := range emptyLine.Split(block, -1) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (t *Texts) word(lang language, key string) string { return t.words[key][lang] }

// both gives a word in both languages, as the parts of the page write it that
// the two share.
func (t *Texts) both(key string) string { return bothOf(t.words[key]) }

// bothOf joins what is said in both languages; what is the same is said once.
func bothOf(w [2]string) string {
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

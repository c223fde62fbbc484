package letter

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"osmsd/sync/osms"
)

const wordsFile = "words.csv"

// largestFile is the size of a file of a wording, in bytes.
const largestFile = 1 << 20

func fileName(kind osms.LetterKind, lang language) string {
	return string(kind) + "." + languages[lang] + ".txt"
}

// Load reads an operator's wording. A file that is absent, a block that a
// template does not define and a word that the list does not have are the
// built-in ones, so that an operator changes only what they want. Everything is
// checked at once, and all that is wrong is a *TextsError; any other error says
// that the folder could not be read.
func Load(folder fs.FS) (*Texts, error) { return load(folder, Default()) }

func load(folder fs.FS, base *Texts) (*Texts, error) {
	var found faults
	files, err := readFolder(folder, &found)
	if err != nil {
		return nil, fmt.Errorf("letter texts: %w", err)
	}
	t := &Texts{templates: map[osms.LetterKind]*[2]*template.Template{}, words: map[string][2]string{}, files: map[string][]byte{}}
	if base != nil {
		maps.Copy(t.words, base.words)
	}
	if list, ok := files[wordsFile]; ok {
		t.readWords(list, base != nil, &found)
	}
	lines := map[[2]string]int{}
	for _, kind := range osms.LetterKinds {
		t.templates[kind] = new([2]*template.Template)
		for lang := range languages {
			var ours *template.Template
			if base != nil {
				ours = base.templates[kind][lang]
			}
			name := fileName(kind, language(lang))
			s := source{kind: kind, name: name, text: files[name], found: &found, lines: lines}
			t.templates[kind][lang] = s.parse(ours)
		}
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	t.tryAll(lines, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	if base != nil {
		t.trySizes(files, &found)
		if err := found.err(); err != nil {
			return nil, err
		}
	}
	t.keep()
	return t, nil
}

// readFolder reads the files that a wording consists of. A template or list
// with a name that no kind has is a fault: it would have no effect.
func readFolder(folder fs.FS, found *faults) (map[string][]byte, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, err
	}
	known := []string{wordsFile}
	for _, kind := range osms.LetterKinds {
		known = append(known, fileName(kind, kk), fileName(kind, ru))
	}
	files := map[string][]byte{}
	for _, e := range entries {
		name := e.Name()
		if !slices.Contains(known, name) {
			if strings.HasSuffix(name, ".kk.txt") || strings.HasSuffix(name, ".ru.txt") || strings.HasSuffix(name, ".csv") {
				found.add(name, 0, "", "no letter uses a file of this name; the names are %s", strings.Join(known, ", "))
			}
			continue
		}
		at, err := e.Info()
		if err != nil {
			return nil, err
		}
		if at.Size() > largestFile {
			found.add(name, 0, "", "larger than %d bytes", largestFile)
			continue
		}
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		b = bytes.ReplaceAll(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
		if !utf8.Valid(b) {
			i := 0
			for i < len(b) {
				r, n := utf8.DecodeRune(b[i:])
				if r == utf8.RuneError && n == 1 {
					break
				}
				i += n
			}
			found.add(name, bytes.Count(b[:i], []byte("\n"))+1, "", "the file is not UTF-8 text")
			continue
		}
		files[name] = b
	}
	return files, nil
}

// source is a template file being read.
type source struct {
	kind  osms.LetterKind
	name  string
	text  []byte
	found *faults
	lines map[[2]string]int // where a block of a file begins
}

func (s source) line(at int) int { return bytes.Count(s.text[:min(at, len(s.text))], []byte("\n")) + 1 }

var parseFault = regexp.MustCompile(`^template: [^:]*:(\d+)(?::\d+)?: (.*)$`)

// split takes file and line off an error of text/template.
func split(err error) (line int, detail string) {
	if m := parseFault.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
		return line, m[2]
	}
	return 0, err.Error()
}

// parse reads the blocks of a file; those that it does not define are ours.
func (s source) parse(ours *template.Template) *template.Template {
	t, err := template.New(s.name).Parse(string(s.text))
	if err != nil {
		line, detail := split(err)
		s.found.add(s.name, line, "", "%s", detail)
		return ours
	}
	if t.Tree != nil && t.Tree.Root != nil {
		s.outside(t.Tree.Root)
	}
	for _, block := range t.Templates() {
		if block.Name() == s.name || block.Tree == nil {
			continue
		}
		if !slices.Contains(blocks, block.Name()) {
			s.found.add(s.name, s.line(int(block.Tree.Root.Position())), block.Name(), "no letter has this block; the blocks are %s", strings.Join(blocks, ", "))
			continue
		}
		s.lines[[2]string{s.name, block.Name()}] = s.line(int(block.Tree.Root.Position()))
		s.block(block.Name(), block.Tree.Root)
	}
	for _, name := range blocks {
		if t.Lookup(name) != nil {
			continue
		}
		if ours == nil {
			s.found.add(s.name, 0, name, "the block is not defined")
		} else if _, err := t.AddParseTree(name, ours.Lookup(name).Tree); err != nil {
			s.found.add(s.name, 0, name, "%v", err)
		}
	}
	return t
}

// tryAll renders every block with every sample.
func (t *Texts) tryAll(lines map[[2]string]int, found *faults) {
	for _, kind := range osms.LetterKinds {
		for lang, of := range t.templates[kind] {
			name := fileName(kind, language(lang))
			for _, f := range samples(kind) {
				for _, block := range blocks {
					var b strings.Builder
					var exec template.ExecError
					if err := of.ExecuteTemplate(&b, block, f); errors.As(err, &exec) {
						line, detail := split(exec.Err)
						found.add(name, line, block, "%s", detail)
					} else if err != nil {
						found.add(name, 0, block, "%v", err)
					} else if strings.TrimSpace(b.String()) == "" && needed(kind, block, f) {
						found.add(name, lines[[2]string{name, block}], block, "the block is empty%s", when(kind, f))
					}
				}
			}
		}
	}
}

// trySizes lays out a sample of every kind that the files change: a wording that
// leaves no room for a short name leaves none for anybody's.
func (t *Texts) trySizes(files map[string][]byte, found *faults) {
	for _, kind := range osms.LetterKinds {
		changed := slices.DeleteFunc([]string{fileName(kind, kk), fileName(kind, ru), wordsFile}, func(name string) bool { return files[name] == nil })
		if len(changed) == 0 {
			continue
		}
		c, err := t.sample(kind)
		if err == nil {
			_, err = t.layOutContent(c)
		}
		if err != nil {
			found.add(changed[0], 0, "", "a letter of the kind %s cannot be printed: %v", kind, err)
		}
	}
}

// when says for which letters a block came out empty.
func when(kind osms.LetterKind, f fields) string {
	switch kind {
	case osms.LetterNotification:
		return " when the action is " + string(f.Action)
	case osms.LetterRefusal:
		return " on ground " + strconv.Itoa(f.Ground)
	case osms.LetterEvent:
		return " for the event " + string(f.Event)
	}
	return ""
}

// keep writes the wording out anew, as Files gives it.
func (t *Texts) keep() {
	for _, kind := range osms.LetterKinds {
		for lang, of := range t.templates[kind] {
			var b bytes.Buffer
			for _, block := range blocks {
				fmt.Fprintf(&b, "{{define %q}}%s{{end}}\n", block, of.Lookup(block).Root)
			}
			t.files[fileName(kind, language(lang))] = b.Bytes()
		}
	}
	t.files[wordsFile] = t.wordList()
	t.digest = DigestOf(t.files)
}

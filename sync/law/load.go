package law

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"osmsd/sync/osms"
)

//go:embed data/*.csv
var embedded embed.FS

// Texts are the legal texts of every day. They do not change once loaded.
type Texts struct {
	acts      []dated[Act]
	services  []dated[Service]
	steps     []dated[Step]
	terms     []dated[Term]
	grounds   []dated[Ground]
	forms     []dated[Form]
	documents []dated[Document]
	bases     []dated[basis]
	version   string
}

// dated is a row: a value from a day to a day, under the keys that it stands for.
type dated[T any] struct {
	since, until osms.Date
	line         int
	keys         []string
	value        T
}

func (d dated[T]) holds(date osms.Date) bool { return d.since <= date && date <= d.until }

func on[T any](list []dated[T], date osms.Date) (values []T) {
	for _, d := range list {
		if d.holds(date) {
			values = append(values, d.value)
		}
	}
	return values
}

var defaultTexts = sync.OnceValue(func() *Texts {
	t, err := Load(nil)
	if err != nil {
		panic("law: embedded data: " + err.Error())
	}
	return t
})

// Default are the program's own texts.
func Default() *Texts { return defaultTexts() }

// Version names the content: the same rows give the same version, whatever their
// order and the comments between them. A case and a letter record it.
func (t *Texts) Version() string { return t.version }

// Files are the names of the files that an operator may replace.
func Files() []string { return slices.Sorted(maps.Keys(columns)) }

// Load makes texts of the program's own files and those that an operator put in
// their place, whole, by name ("grounds.csv"). The error lists every fault with
// its file and line: a value that cannot be, a key without a wording on some day
// between two of its rows, two wordings on one day, a required key that has none
// today. An old day before the first row of a key is no fault: the act was not
// there yet.
func Load(files map[string][]byte) (*Texts, error) {
	l := loader{files: files}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if columns[name] == nil {
			l.fault(name, 0, fmt.Errorf("unknown file: the files are %s", strings.Join(Files(), ", ")))
		}
	}
	t := &Texts{
		acts:      read(&l, "acts.csv", act),
		services:  read(&l, "services.csv", service, "A", "B"),
		steps:     read(&l, "steps.csv", step, stepCodes...),
		terms:     read(&l, "terms.csv", term, termCodes...),
		grounds:   read(&l, "grounds.csv", ground),
		forms:     read(&l, "forms.csv", form, formCodes()...),
		documents: read(&l, "documents.csv", document),
		bases:     read(&l, "basis.csv", legalBasis, string(osms.Child), string(osms.Learner)),
	}
	if err := errors.Join(l.faults...); err != nil {
		return nil, err
	}
	slices.Sort(l.content)
	sum := sha256.Sum256([]byte(strings.Join(l.content, "\n")))
	t.version = fmt.Sprintf("%x", sum[:6])
	return t, nil
}

// loader reads the files one by one and keeps what they say and what is wrong.
type loader struct {
	files   map[string][]byte
	content []string // of every row, for the digest
	faults  []error
}

func (l *loader) fault(file string, line int, err error) {
	if line > 0 {
		file = fmt.Sprintf("%s, line %d", file, line)
	}
	l.faults = append(l.faults, fmt.Errorf("%s: %w", file, err))
}

func (l *loader) text(name string) []byte {
	text, ok := l.files[name]
	if !ok {
		text, _ = embedded.ReadFile("data/" + name) // every name of columns is embedded: a test holds that
	}
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
}

// read reads one file. convert gives the keys that a row stands for and its
// value; each of the required keys must have a value without an end.
func read[T any](l *loader, name string, convert func(Standing, *cells) ([]string, T), required ...string) (list []dated[T]) {
	r := csv.NewReader(bytes.NewReader(l.text(name)))
	r.Comment = '#'
	header := slices.Concat([]string{"since", "until", "official"}, columns[name], []string{"source", "note"})
	r.FieldsPerRecord = len(header)
	if first, err := r.Read(); err != nil || !slices.Equal(first, header) {
		l.fault(name, 1, fmt.Errorf("the columns must be %s", strings.Join(header, ",")))
		return nil
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			l.fault(name, 0, err) // it names its line
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return nil
		}
		line, _ := r.FieldPos(0)
		c := &cells{names: header, row: row}
		s := c.standing()
		keys, value := convert(s, c)
		for _, err := range c.faults {
			l.fault(name, line, err)
		}
		if len(c.faults) == 0 {
			list = append(list, dated[T]{s.Since, s.Until, line, keys, value})
		}
		l.content = append(l.content, name+"\x1f"+strings.Join(row, "\x1f"))
	}
	slices.SortStableFunc(list, func(a, b dated[T]) int { return int(a.since - b.since) })
	follow(l, name, list, required)
	return list
}

// follow checks that the rows of each key follow one another day by day, and that
// the required ones hold today and on.
func follow[T any](l *loader, name string, list []dated[T], required []string) {
	last := map[string]osms.Date{}
	for _, d := range list {
		for _, key := range d.keys {
			until, ok := last[key]
			switch {
			case ok && d.since <= until:
				l.fault(name, d.line, fmt.Errorf("%s: from %s there are two rows", key, d.since))
			case ok && d.since != until.Add(1):
				l.fault(name, d.line, fmt.Errorf("%s: nothing holds from %s to %s", key, until.Add(1), d.since.Add(-1)))
			}
			last[key] = max(until, d.until)
		}
	}
	for _, key := range required {
		if last[key] != osms.Forever {
			l.fault(name, 0, fmt.Errorf("%s: a row without a last day is missing", key))
		}
	}
}

// File is one of the program's own files, to be edited.
func File(name string) ([]byte, error) { return embedded.ReadFile("data/" + name) }

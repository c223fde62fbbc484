package config

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong with the configuration.
type Fault struct {
	Source string // the file's name, or the environment variable's
	Line   int    // 0 when there is none
	Key    string // "intake.poll"; "" for the file as a whole
	Text   string // what is wrong and what is expected
}

// String gives osmsd.yaml:12: intake.poll: text.
func (f Fault) String() string {
	s := f.Source
	if f.Line > 0 {
		s += fmt.Sprintf(":%d", f.Line)
	}
	if f.Key != "" {
		s += ": " + f.Key
	}
	return s + ": " + f.Text
}

// Faults is every fault of a configuration in order of source and line. It is
// an error when it is not empty.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// source remembers where each value came from and what could not be read, so
// that Validate can say it together with its own faults.
type source struct {
	file   string
	places map[string]place // by key
	faults Faults
	taken  bool // the password came in the database's address
	read   int  // so many faults are of reading: Validate adds none to their keys
}

func (s source) faulty(key string) bool {
	return slices.ContainsFunc(s.faults, func(f Fault) bool { return f.Key == key })
}

type place struct {
	source string
	line   int
}

// at names the place of a key, or of the nearest key around it.
func (s source) at(key string) place {
	for k := key; k != ""; {
		if p, ok := s.places[k]; ok {
			return p
		}
		cut := max(strings.LastIndexByte(k, '.'), strings.LastIndexByte(k, '['))
		if cut < 0 {
			break
		}
		k = k[:cut]
	}
	name := s.file
	if name == "" {
		name = "configuration"
	}
	return place{source: name}
}

func (s *source) addAt(p place, key, format string, args ...any) {
	s.faults = append(s.faults, Fault{Source: p.source, Line: p.line, Key: key, Text: fmt.Sprintf(format, args...)})
}

func (s *source) add(key, format string, args ...any) {
	for _, f := range s.faults[:s.read] {
		if f.Key == key {
			return
		}
	}
	s.addAt(s.at(key), key, format, args...)
}

// list gives the faults in order, or nil.
func (s source) list() error {
	if len(s.faults) == 0 {
		return nil
	}
	sorted := slices.Clone(s.faults)
	slices.SortStableFunc(sorted, func(a, b Fault) int {
		fileFirst := func(f Fault) int {
			if f.Source == s.file {
				return 0
			}
			return 1
		}
		if c := fileFirst(a) - fileFirst(b); c != 0 {
			return c
		}
		if c := strings.Compare(a.Source, b.Source); c != 0 {
			return c
		}
		if c := a.Line - b.Line; c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
	return sorted
}

package main

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/store"
)

// json reads the one JSON document of a file.
func (s *script) json(name string) any {
	s.t.Helper()
	d := json.NewDecoder(strings.NewReader(s.read(name)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		s.fatalf("%s: %v", name, err)
	}
	if err := d.Decode(new(any)); err != io.EOF {
		s.fatalf("%s: more than one document (%v)", name, err)
	}
	return v
}

// shape compares a document with a template: an object has just the keys of
// the template's object, each item of a list has the shape of the template's
// one item, and a text in the template names the types a value may have
// (string|integer|number|boolean|null). An object may be null when its template
// has the key "|null".
func (s *script) shape(name, template string) {
	s.t.Helper()
	var faults []string
	compareShape(&faults, "", s.json(name), s.json(template))
	if len(faults) > 0 {
		s.fatalf("%s has not the shape of %s:\n%s", name, template, strings.Join(faults, "\n"))
	}
}

func compareShape(faults *[]string, at string, v, template any) {
	fault := func(format string, args ...any) { *faults = append(*faults, at+": "+fmt.Sprintf(format, args...)) }
	switch t := template.(type) {
	case string:
		if kind := kindOf(v); !slices.Contains(strings.Split(t, "|"), kind) && (kind != "integer" || t != "number") {
			fault("%v is %s, want %s", v, kind, t)
		}
	case []any:
		list, ok := v.([]any)
		if !ok {
			fault("%v is no list", v)
		}
		for i, item := range list {
			compareShape(faults, fmt.Sprintf("%s.%d", at, i), item, t[0])
		}
	case map[string]any:
		if _, nullable := t["|null"]; nullable && v == nil {
			return
		}
		object, ok := v.(map[string]any)
		if !ok {
			fault("%v is no object", v)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(t)) {
			if item, ok := object[key]; ok {
				compareShape(faults, at+"."+key, item, t[key])
			} else if key != "|null" {
				fault("%s is missing", key)
			}
		}
		for key := range object {
			if _, ok := t[key]; !ok {
				fault("%s is not in the template", key)
			}
		}
	}
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	case []any:
		return "list"
	}
	return "object"
}

// at gives the values at a path such as lines.*.bridge.0.kind.
func at(v any, path string) (values []any) {
	if path == "" || path == "." {
		return []any{v}
	}
	key, rest, _ := strings.Cut(path, ".")
	switch v := v.(type) {
	case map[string]any:
		if item, ok := v[key]; ok {
			return at(item, rest)
		}
	case []any:
		if key == "#" {
			return []any{json.Number(strconv.Itoa(len(v)))}
		}
		for i, item := range v {
			if key == "*" || key == strconv.Itoa(i) {
				values = append(values, at(item, rest)...)
			}
		}
	}
	return values
}

// values gives what stands at a path, as JSON; several values are parted by
// blanks, # is the length of a list.
func (s *script) values(name, path string) string {
	s.t.Helper()
	var got []string
	for _, v := range at(s.json(name), path) {
		b, err := json.Marshal(v)
		s.check(err)
		got = append(got, string(b))
	}
	return strings.Join(got, " ")
}

func (s *script) value(not bool, name, path, want string) {
	s.t.Helper()
	if got := s.values(name, path); (got == want) == not {
		s.fatalf("%s is %s, want %s", path, got, want)
	}
}

// sum wants the numbers at a path to add up to those at the others.
func (s *script) sum(name, path string, parts []string) {
	s.t.Helper()
	total := func(path string) (n int64) {
		for _, v := range at(s.json(name), path) {
			number, ok := v.(json.Number)
			if !ok {
				s.fatalf("%s is no number", path)
			}
			i, err := number.Int64()
			s.check(err)
			n += i
		}
		return n
	}
	if len(at(s.json(name), path)) == 0 {
		s.fatalf("nothing at %s", path)
	}
	want := int64(0)
	for _, p := range parts {
		want += total(p)
	}
	if got := total(path); got != want {
		s.fatalf("%s is %d, its parts add up to %d", path, got, want)
	}
}

// same wants two documents to be alike at a path, but for some keys.
func (s *script) same(not bool, a, b, path string, but []string) {
	s.t.Helper()
	var strip func(v any) any
	strip = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range but {
				delete(v, key)
			}
			for _, item := range v {
				strip(item)
			}
		case []any:
			for _, item := range v {
				strip(item)
			}
		}
		return v
	}
	x, y := strip(at(s.json(a), path)), strip(at(s.json(b), path))
	if len(at(s.json(a), path)) == 0 || reflect.DeepEqual(x, y) == not {
		s.fatalf("%s: %v\n%v", path, x, y)
	}
}

// flip changes one byte in the middle of a file.
func (s *script) flip(pattern string) {
	path := s.one(pattern)
	b, err := os.ReadFile(path)
	s.check(err)
	b[len(b)/2] ^= 1
	s.check(os.Chmod(path, 0o600))
	s.check(os.WriteFile(path, b, 0o600))
}

// cut copies the first half of a file.
func (s *script) cut(from, to string) {
	text := s.read(from)
	s.check(os.WriteFile(s.path(to), []byte(text[:len(text)/2]), 0o600))
}

// xlsx makes a workbook of texts from a CSV.
func (s *script) xlsx(from, to string) {
	r := csv.NewReader(strings.NewReader(s.read(from)))
	r.Comma, r.FieldsPerRecord = ';', -1
	records, err := r.ReadAll()
	s.check(err)
	f := excelize.NewFile()
	for y, record := range records {
		for x, text := range record {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			s.check(err)
			s.check(f.SetCellStr("Sheet1", cell, text))
		}
	}
	s.check(f.SaveAs(s.path(to)))
	z, err := zip.OpenReader(s.path(to))
	s.check(err)
	s.check(z.Close())
}

// busy lets somebody else work in the registry for a while.
func (s *script) busy(holder string) {
	address := filepath.Join(s.env["OSMSD_HOME"], "registry.db")
	if a := s.env["OSMSD_DATABASE"]; a != "" {
		address = a
	}
	registry, err := store.Open(context.Background(), address)
	s.check(err)
	now, err := time.Parse(time.RFC3339, s.env["OSMSD_NOW"])
	s.check(err)
	_, err = registry.TakeLease(context.Background(), "registry", holder, now, now.Add(10*time.Minute))
	s.check(err)
	s.check(registry.Close())
}

// until asks the program for a document until a value in it is as wanted.
func (s *script) until(verb, path, want, patience string) {
	s.t.Helper()
	limit, err := time.ParseDuration(patience)
	s.check(err)
	for end := time.Now().Add(limit); ; time.Sleep(100 * time.Millisecond) {
		if code, _ := s.execute([]string{verb, "--json"}); code == 0 {
			if s.values("stdout", path) == want {
				return
			}
		}
		if time.Now().After(end) {
			s.fatalf("%s of %s is not %s", path, verb, want)
		}
	}
}

// TestShapeFindsFaults: a shape that differs from its template is found.
func TestShapeFindsFaults(t *testing.T) {
	const template = `{"n": "integer|null", "list": [{"k": "string"}], "error": {"|null": "", "code": "string"}}`
	for doc, faults := range map[string]int{
		`{"n": 1, "list": [], "error": null}`:                             0,
		`{"n": null, "list": [{"k": "v"}], "error": {"code": "x"}}`:       0,
		`{"n": 1, "list": null, "error": null}`:                           1,
		`{"n": 1.5, "list": [], "error": null}`:                           1,
		`{"list": [], "error": null}`:                                     1,
		`{"n": 1, "list": [], "error": null, "more": 1}`:                  1,
		`{"n": 1, "list": [{"k": "v"}, {"k": 1}, {}], "error": {}}`:       3,
		`{"n": "1", "list": [{"k": null}], "error": {"code": [], "x":1}}`: 4,
		`[]`: 1,
	} {
		read := func(text string) (v any) {
			d := json.NewDecoder(strings.NewReader(text))
			d.UseNumber()
			if err := d.Decode(&v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		var found []string
		compareShape(&found, "", read(doc), read(template))
		if len(found) != faults {
			t.Errorf("%s: %d faults, want %d: %v", doc, len(found), faults, found)
		}
	}
}

package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Key is one key of a configuration, with its value as osmsd.yaml writes it.
type Key struct {
	Path    string // schedule.assess.cron, providers[0].head
	Value   string // "" where nothing is set; a secret is ***
	Section string // "" for a key that stands in none
}

// Keys lists every key of a configuration in the order of the file. Lists and maps
// without an entry are one key without a value.
func Keys(c Config) []Key {
	var out []Key
	for _, f := range fieldsOf(reflect.ValueOf(&c).Elem()) {
		n := len(out)
		listKeys(&out, f.name, f.value)
		if _, scalar := formatScalar(f.value.Interface()); scalar {
			continue
		}
		for i := range out[n:] {
			out[n+i].Section = f.name
		}
	}
	return out
}

func listKeys(out *[]Key, path string, v reflect.Value) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return
	}
	if text, ok := formatScalar(v.Interface()); ok {
		*out = append(*out, Key{Path: path, Value: text})
		return
	}
	under := func(name string) string { return path + "." + name }
	switch v.Kind() {
	case reflect.Struct:
		for _, f := range fieldsOf(v) {
			listKeys(out, under(f.name), f.value)
		}
	case reflect.Map:
		keys := v.MapKeys()
		text := func(k reflect.Value) string { s, _ := formatScalar(k.Interface()); return s }
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(text(a), text(b)) })
		for _, k := range keys {
			listKeys(out, under(text(k)), v.MapIndex(k))
		}
		if len(keys) == 0 {
			*out = append(*out, Key{Path: path})
		}
	case reflect.Slice:
		var words []string
		for i := range v.Len() {
			if text, ok := formatScalar(v.Index(i).Interface()); ok {
				words = append(words, text)
				continue
			}
			listKeys(out, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
		if v.Len() == 0 || len(words) > 0 {
			*out = append(*out, Key{Path: path, Value: strings.Join(words, ", ")})
		}
	}
}

// Remark is what example.yaml says of a key or of a section.
type Remark struct {
	Text string
	// Unverified: it rests on a decision of ours or on knowledge without a published
	// source.
	Unverified bool
}

// beside is the column from which a comment goes on beside keys; one before it
// stands above the next key.
const beside = 12

// Remarks are the comments of example.yaml by path: those above a section, and
// those beside a key.
func Remarks() map[string]Remark {
	out := map[string]Remark{}
	var above, path []string
	last := ""
	add := func(to string, words ...string) {
		text := strings.Join(words, " ")
		if r := out[to]; r.Text != "" {
			text = r.Text + " " + text
		}
		out[to] = Remark{text, strings.Contains(strings.ToLower(text), "unverified")}
	}
	for line := range strings.Lines(example) {
		line = strings.TrimRight(line, "\n")
		bare := strings.TrimLeft(line, " ")
		depth := (len(line) - len(bare)) / 2
		switch {
		case bare == "":
			above, last = nil, ""
			continue
		case bare[0] == '#' && depth == 0:
			above = append(above, strings.TrimSpace(bare[1:]))
			continue
		case bare[0] == '#' && len(line)-len(bare) < beside:
			above = append(above, strings.TrimSpace(bare[1:]))
			continue
		case bare[0] == '#': // the comment beside the key above goes on
			if last != "" {
				add(last, strings.TrimSpace(bare[1:]))
			}
			continue
		}
		name, rest, ok := strings.Cut(bare, ":")
		if !ok {
			continue
		}
		path = append(path[:min(depth, len(path))], name)
		last = strings.Join(path, ".")
		if len(above) > 0 {
			add(last, above...)
			above = nil
		}
		if _, comment, ok := strings.Cut(rest, " #"); ok {
			add(last, strings.TrimSpace(comment))
		}
	}
	return out
}

package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"osmsd/sync/osms"
)

// decode reads a node into v, which already holds the default. What it cannot
// read becomes a fault and leaves the default.
func (s *source) decode(node *yaml.Node, v reflect.Value, key string) {
	here := place{s.file, node.Line}
	if _, seen := s.places[key]; !seen && key != "" {
		s.places[key] = here
	}
	switch {
	case node.Kind == yaml.AliasNode || node.Anchor != "":
		s.addAt(here, key, "anchors and aliases are not read: write the value out")
		return
	case node.Style&yaml.TaggedStyle != 0:
		s.addAt(here, key, "tags are not read: write the value without %s", node.Tag)
		return
	}
	if _, scalar := formatScalar(v.Interface()); scalar {
		if node.Kind != yaml.ScalarNode {
			s.addAt(here, key, "one value is expected, not a list or a section")
			return
		}
		s.scalar(here, key, scalarText(node), v)
		return
	}
	if node.Kind == yaml.ScalarNode && scalarText(node) == "" && node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		return // "regions:" with everything under it commented out
	}
	if task, ok := v.Addr().Interface().(*Task); ok {
		if node.Kind == yaml.ScalarNode {
			if *task = (Task{}); node.Value != "off" {
				task.Cron = node.Value
			}
			return
		}
		*task = Task{} // a task is replaced whole
	}
	switch v.Kind() {
	case reflect.Struct:
		s.section(node, v, key)
	case reflect.Map:
		s.mapping(node, v, key)
	case reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			s.addAt(here, key, "a list is expected")
			return
		}
		list := reflect.MakeSlice(v.Type(), 0, len(node.Content))
		for i, item := range node.Content {
			value := reflect.New(v.Type().Elem()).Elem()
			s.decode(item, value, fmt.Sprintf("%s[%d]", key, i))
			list = reflect.Append(list, value)
		}
		v.Set(list)
	default:
		panic("config: no reader for " + v.Type().String())
	}
}

// scalar reads text into v; on a fault v keeps what it has.
func (s *source) scalar(at place, key, text string, v reflect.Value) {
	value := reflect.New(v.Type())
	if err := parseScalar(text, value.Interface()); err != nil {
		s.addAt(at, key, "%v", err)
		return
	}
	v.Set(value.Elem())
}

// scalarText is the text as written; null is none.
func scalarText(node *yaml.Node) string {
	if node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && (node.Value == "~" || node.Value == "null") {
		return ""
	}
	return node.Value
}

// pairs calls each for every key of a mapping once, with its place.
func (s *source) pairs(node *yaml.Node, key string, each func(name string, at place, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		s.addAt(place{s.file, node.Line}, key, "a section of keys is expected")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		at := place{s.file, name.Line}
		switch {
		case name.Kind != yaml.ScalarNode || name.Anchor != "" || name.Value == "<<":
			s.addAt(at, key, "a key must be plain text")
		case seen[name.Value]:
			s.addAt(at, join(key, name.Value), "the key stands twice")
		default:
			seen[name.Value] = true
			each(name.Value, at, value)
		}
	}
}

func (s *source) section(node *yaml.Node, v reflect.Value, key string) {
	fields := fieldsOf(v)
	s.pairs(node, key, func(name string, at place, value *yaml.Node) {
		for _, f := range fields {
			if f.name == name {
				s.places[join(key, name)] = at
				s.decode(value, f.value, join(key, name))
				return
			}
		}
		s.addAt(at, join(key, name), "unknown key%s", suggest(name, fields))
	})
}

func (s *source) mapping(node *yaml.Node, v reflect.Value, key string) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	} else { // the default's map is not written to
		clone := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			clone.SetMapIndex(k, v.MapIndex(k))
		}
		v.Set(clone)
	}
	s.pairs(node, key, func(name string, at place, value *yaml.Node) {
		k := reflect.New(v.Type().Key())
		if name == "" {
			s.addAt(at, key, "a key is expected before the colon")
			return
		}
		if err := parseScalar(name, k.Interface()); err != nil {
			s.addAt(at, join(key, name), "%v", err)
			return
		}
		s.places[join(key, name)] = at
		item := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(k.Elem()); old.IsValid() {
			item.Set(old)
		}
		s.decode(value, item, join(key, name))
		v.SetMapIndex(k.Elem(), item)
	})
}

type field struct {
	name  string
	value reflect.Value
}

// fieldsOf lists the keys of a section in order; an inline section's keys are
// its own.
func fieldsOf(v reflect.Value) (list []field) {
	for i := range v.NumField() {
		name, inline := strings.CutSuffix(v.Type().Field(i).Tag.Get("yaml"), ",inline")
		switch {
		case inline:
			list = append(list, fieldsOf(v.Field(i))...)
		case name != "":
			list = append(list, field{name, v.Field(i)})
		}
	}
	return list
}

// suggest names the known key that is nearest in spelling.
func suggest(name string, fields []field) string {
	best, least := "", 3
	for _, f := range fields {
		if d := distance(osms.FoldName(name), osms.FoldName(f.name)); d < least {
			best, least = f.name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": is %s meant?", best)
}

// distance is the number of letters to insert, delete or replace.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 64 || len(y) > 64 {
		return 64
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		previous := slices.Clone(row)
		row[0] = i + 1
		for j := range y {
			row[j+1] = min(previous[j+1]+1, row[j]+1, previous[j]+1)
			if x[i] == y[j] {
				row[j+1] = min(row[j+1], previous[j])
			}
		}
	}
	return row[len(y)]
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

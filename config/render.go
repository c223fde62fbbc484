package config

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Render writes a configuration as osmsd.yaml, every key with its value, for
// `config check`. Secrets show as ***; Load reads the rest back as it is.
func Render(c Config) string {
	var b strings.Builder
	renderSection(&b, reflect.ValueOf(&c).Elem(), 0)
	return b.String()
}

func renderSection(b *strings.Builder, v reflect.Value, depth int) {
	for _, f := range fieldsOf(v) {
		renderKey(b, f.name, f.value, depth)
	}
}

// renderKey writes "name: value" with what lies under it. Nil pointers, which
// stand for what was left out, are left out again.
func renderKey(b *strings.Builder, name string, v reflect.Value, depth int) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return
	}
	indent := strings.Repeat("  ", depth)
	fmt.Fprintf(b, "%s%s:", indent, name)
	if text, ok := formatScalar(v.Interface()); ok {
		b.WriteString(" " + renderText(text) + "\n")
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		b.WriteByte('\n')
		renderSection(b, v, depth+1)
	case reflect.Map:
		if v.Len() == 0 {
			b.WriteString(" {}\n")
			return
		}
		b.WriteByte('\n')
		keys := v.MapKeys()
		text := func(k reflect.Value) string { s, _ := formatScalar(k.Interface()); return renderText(s) }
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(text(a), text(b)) })
		for _, k := range keys {
			renderKey(b, text(k), v.MapIndex(k), depth+1)
		}
	case reflect.Slice:
		if v.Len() == 0 {
			b.WriteString(" []\n")
			return
		}
		b.WriteByte('\n')
		for i := range v.Len() {
			item := v.Index(i)
			if text, ok := formatScalar(item.Interface()); ok {
				fmt.Fprintf(b, "%s  - %s\n", indent, renderText(text))
				continue
			}
			var section strings.Builder
			renderSection(&section, item, depth+2)
			b.WriteString(indent + "  - " + strings.TrimLeft(section.String(), " "))
		}
	}
}

// renderText writes plain words as they are and quotes everything else.
func renderText(s string) string {
	plain := s != "" && s != "null"
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_' && i > 0, i > 0 && strings.ContainsRune("./-", r):
		default:
			plain = false
		}
	}
	if plain {
		return s
	}
	return quoteYAML(s)
}

// quoteYAML is a double-quoted YAML text; what YAML cannot hold becomes U+FFFD.
func quoteYAML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case strconv.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// deepestJSON is how deep lists and objects may stand in each other.
const deepestJSON = 16

// jsonFault is what is wrong with a body before its fields are looked at; rule.*
// says it in words.
type jsonFault struct{ rule, what string }

func (f *jsonFault) Error() string { return "json." + f.rule + ":" + f.what }

// writeJSON writes an answer. Whoever went away meanwhile gets nothing.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, _ = w.Write(b.Bytes())
	return nil
}

// readJSON reads a body. It is read twice: first as whatever it is, to be held
// against the rules, and then it must be one value, in UTF-8, not too deep, with no
// key twice, for of two readers one would believe the first and one the last.
func readJSON(data []byte, v any) error {
	if _, first := v.(*any); first {
		if err := checkJSON(data); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(data, v); err != nil {
		return &jsonFault{"syntax", ""}
	}
	return nil
}

func checkJSON(data []byte) error {
	if !utf8.Valid(data) {
		return &jsonFault{"utf8", ""}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := checkValue(d, 1); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &jsonFault{"trailing", ""}
	}
	return nil
}

func checkValue(d *json.Decoder, depth int) error {
	if depth > deepestJSON {
		return &jsonFault{"deep", ""}
	}
	token, err := d.Token()
	if err != nil {
		return &jsonFault{"syntax", ""}
	}
	open, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	keys := map[string]bool{}
	for d.More() {
		if open == '{' {
			token, err := d.Token()
			key, ok := token.(string)
			if err != nil || !ok {
				return &jsonFault{"syntax", ""}
			}
			if keys[key] {
				return &jsonFault{"duplicate", key}
			}
			keys[key] = true
		}
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return &jsonFault{"syntax", ""}
	}
	return nil
}

package osms_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

const (
	whole  = "061211601593"
	masked = "********1593"
)

// leaks reports any spelling of the whole number: decimal with and without its
// zero, hexadecimal, octal, binary, exponent.
func leaks(s string) bool {
	n := uint64(61211601593)
	for _, form := range []string{"%d", "%x", "%X", "%o", "%b", "%e", "%q", "%c", "%U"} {
		if strings.Contains(s, fmt.Sprintf(form, n)) {
			return true
		}
	}
	return strings.Contains(s, whole[1:]) || strings.Contains(s, whole[:8])
}

type page struct{ Person osms.IIN }

type carrier struct {
	Person osms.IIN
	Others []osms.IIN
	ByIIN  map[osms.IIN]int
	Far    *osms.IIN
}

func newCarrier() (osms.IIN, carrier) {
	i, err := osms.ParseIIN(whole, 0)
	if err != nil {
		panic(err)
	}
	return i, carrier{Person: i, Others: []osms.IIN{i}, ByIIN: map[osms.IIN]int{i: 1}, Far: &i}
}

func TestIINMasksUnderEveryVerb(t *testing.T) {
	i, c := newCarrier()
	for verb := 'A'; verb <= 'z'; verb++ {
		if strings.ContainsRune("pwT[\\]^_`", verb) {
			continue // %T names the type; %p and %w do not let us mask
		}
		for _, flags := range []string{"", "+", "#", "-20", "020", ".3", "20.10", " "} {
			format := "%" + flags + string(verb)
			if got := fmt.Sprintf(format, i); got != masked {
				t.Errorf("%s gives %q", format, got)
			}
			for _, v := range []any{c, &c, c.Others, c.ByIIN, []any{i}, struct{ A any }{i}} {
				if got := fmt.Sprintf(format, v); leaks(got) {
					t.Errorf("%s of %T leaks: %q", format, v, got)
				}
			}
		}
	}
	format := strings.Clone("nothing") // a format without a verb shows its argument as %!(EXTRA …)
	for _, got := range []string{fmt.Sprint(i), fmt.Sprintln("a", i), fmt.Sprintf(format, i), fmt.Errorf("row of %v: %w", i, osms.ErrAmount).Error()} {
		if leaks(got) || !strings.Contains(got, masked) {
			t.Errorf("%q", got)
		}
	}
}

func TestIINMasksInLogs(t *testing.T) {
	i, c := newCarrier()
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).With("person", i).WithGroup("g").Info("seen", "i", i, "p", &i, "all", c.Others, "c", c, "m", c.ByIIN,
			slog.Group("h", "i", i), "err", fmt.Errorf("bad %d", i))
		if leaks(b.String()) || strings.Count(b.String(), masked) < 8 {
			t.Errorf("%s: %s", name, b.String())
		}
	}
}

func TestIINMasksInJSONAndTemplates(t *testing.T) {
	_, c := newCarrier()
	got, err := json.Marshal(c)
	want := `{"Person":"********1593","Others":["********1593"],"ByIIN":{"********1593":1},"Far":"********1593"}`
	if err != nil || string(got) != want {
		t.Errorf("json %s, %v", got, err)
	}
	c.ByIIN = nil
	if got, err = xml.Marshal(page{c.Person}); err != nil || leaks(string(got)) {
		t.Errorf("xml %s, %v", got, err)
	}
	var b bytes.Buffer
	tmpl := template.Must(template.New("").Parse(`<a href="/p?i={{.Person}}">{{.Person}} {{.Others}} {{printf "%d" .Person}}</a><script>x={{.Person}}</script>`))
	if err := tmpl.Execute(&b, c); err != nil || leaks(b.String()) {
		t.Errorf("html %s, %v", b.String(), err)
	}
}

// A BIN is public and prints whole everywhere.
func TestBINPrintsWhole(t *testing.T) {
	b, err := osms.ParseBIN("070952133429")
	if err != nil {
		t.Fatal(err)
	}
	js, _ := json.Marshal(b)
	for _, got := range []string{fmt.Sprint(b), fmt.Sprintf("%d", b), fmt.Sprintf("%v", b), strings.Trim(string(js), `"`)} {
		if got != "070952133429" {
			t.Errorf("%q", got)
		}
	}
	if got := osms.BIN(0).String(); got != "" {
		t.Errorf("none prints %q", got)
	}
}

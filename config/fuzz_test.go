package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"osmsd/config"
)

func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(config.Example()))
	f.Add([]byte("regions: {63: {headers: {iin: [\"\\u0000\\U0001F600\"]}}}"))
	breaks := regexp.MustCompile("[\r\n\u0085\u2028\u2029]")
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := len(breaks.FindAllIndex(data, -1)) + 3 // the library names a line past the end
		c, err := config.Parse(data)
		if err != nil {
			var faults config.Faults
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("%T: %v", err, err)
			}
			for _, fault := range faults {
				if fault.Text == "" || fault.Source != "osmsd.yaml" || fault.Line > lines {
					t.Fatalf("%+v", fault)
				}
			}
			return
		}
		c.DatabasePassword = "" // the one value that is not rendered
		again, err := config.Parse([]byte(config.Render(c)))
		if err != nil || config.Render(again) != config.Render(c) {
			t.Fatalf("%v\n%s\nreads back as\n%s", err, config.Render(c), config.Render(again))
		}
	})
}

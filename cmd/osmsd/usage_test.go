package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestUsageInTheLanguage: wrong words are answered in the language that they
// ask for, wherever they go wrong, without a word of the parser's English.
func TestUsageInTheLanguage(t *testing.T) {
	english := regexp.MustCompile(`[a-z]{2,} [a-z]{2,} [a-z]{2,}`)
	cyrillic := regexp.MustCompile(`\p{Cyrillic}{3}`)
	for _, words := range []string{"nonsense", "import", "import --nonsense a.csv", "import -q a.csv", "import a.csv --region", "files --last many",
		"files extra", "run", "run nonsense", "release", "config nonsense", "files --=x", "files --json=perhaps", "person"} {
		for _, lang := range []string{"kk", "ru"} {
			for _, args := range [][]string{append([]string{"--home", t.TempDir(), "--lang", lang}, strings.Fields(words)...), append([]string{"--home", t.TempDir(), "--lang=" + lang}, strings.Fields(words)...)} {
				var out, told bytes.Buffer
				code := Main(t.Context(), args, Surroundings{Stdout: &out, Stderr: &told,
					Env: func(string) (string, bool) { return "", false }, Clock: time.Now})
				if code != exitUsage || out.Len() > 0 || !cyrillic.MatchString(told.String()) || english.MatchString(told.String()) {
					t.Errorf("%q: %d, %s", args, code, told.String())
				}
			}
		}
	}
	for words, want := range map[string]string{"--lang=kk x": "kk", "x --lang ru": "ru", "--lang": "", "-- --lang kk": "", "--lang de --lang kk": "kk", "": ""} {
		if got := spoken(strings.Fields(words)); got != want {
			t.Errorf("%q: %q", words, got)
		}
	}
}

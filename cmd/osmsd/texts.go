package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"osmsd/importers/intake"
)

//go:embed texts.txt
var textsTXT string

// languages of the program, as they are written in texts.txt.
var languages = []string{"kk", "ru", "en"}

// texts are what people read, by key and language.
var texts = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	var block map[string]string
	for line := range strings.Lines(textsTXT) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if lang, text, ok := strings.Cut(line, ": "); ok {
			if block == nil || block[lang] != "" {
				panic("texts.txt: " + line)
			}
			block[lang] = text
			continue
		}
		if all[line] != nil {
			panic("texts.txt: twice: " + line)
		}
		block = map[string]string{}
		all[line] = block
	}
	return all
})

// text fills the sentence behind a key; a key without one speaks for itself.
// Arguments that a sentence has no place for are left out.
func text(lang, key string, args ...any) string {
	format, ok := texts()[key][lang]
	if !ok {
		return key
	}
	if !strings.Contains(format, "%") {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// say gives a sentence in the language of this run.
func (a *app) say(key string, args ...any) string { return text(a.language(), key, args...) }

// language is what --lang says, then the configuration, then, before that is
// read, OSMSD_LANGUAGE.
func (a *app) language() string {
	if slices.Contains(languages, a.lang) {
		return a.lang
	}
	if a.Env != nil {
		if lang, _ := a.Env("OSMSD_LANGUAGE"); slices.Contains(languages, lang) {
			return lang
		}
	}
	return "en"
}

// word names a value of the vocabulary: its key is the group and the value. A
// value without a name is shown as it is.
func (a *app) word(group, value string) string {
	if w, ok := texts()[group+"."+value][a.language()]; ok {
		return w
	}
	return value
}

// heads gives the head of a table for a tabwriter.
func (a *app) heads(key string) string { return strings.ReplaceAll(a.say(key), " | ", "\t") }

// grouped writes a count as people do: 12 345 with no-break spaces.
func grouped(n int) string {
	s, sign := strconv.Itoa(n), ""
	if n < 0 {
		s, sign = s[1:], "-"
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return sign + s
}

// told is an error that people are told in their language: key names the
// sentence, key.hint what to do.
type told struct {
	exit int
	key  string
	args []any
}

// Error is the sentence for programmers; people get explain's.
func (e *told) Error() string { return text("en", e.key, e.args...) }

// Unwrap finds the cause among the arguments.
func (e *told) Unwrap() error {
	for _, a := range e.args {
		if err, ok := a.(error); ok {
			return err
		}
	}
	return nil
}

// usage is a mistake in the words of the command.
func usage(key string, args ...any) error { return &told{exitUsage, key, args} }

// failure is a command that could not do its work.
func failure(key string, args ...any) error { return &told{exitFailed, key, args} }

// refusal is a command that changed nothing because what was asked for may not
// be done.
func refusal(key string, args ...any) error { return &told{exitRefused, key, args} }

// reason says in the language what stood in the way of reading or writing.
func (a *app) reason(err error) string {
	switch {
	case errors.Is(err, intake.ErrNotRegular):
		return a.say("path.irregular")
	case errors.Is(err, intake.ErrTooLarge):
		return a.say("path.large")
	case errors.Is(err, intake.ErrChanged):
		return a.say("path.changed")
	}
	var p *fs.PathError
	var l *os.LinkError
	path := ""
	if errors.As(err, &p) {
		path = p.Path
	} else if errors.As(err, &l) {
		path = l.New
	} else {
		return err.Error()
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return a.say("path", path, a.say("path.missing"))
	case errors.Is(err, fs.ErrPermission):
		return a.say("path", path, a.say("path.forbidden"))
	case errors.Is(err, syscall.ENOSPC):
		return a.say("path", path, a.say("path.full"))
	case errors.Is(err, syscall.EISDIR):
		return a.say("path", path, a.say("path.folder"))
	case errors.Is(err, syscall.ENOTDIR):
		return a.say("path", path, a.say("path.nofolder"))
	}
	return err.Error()
}

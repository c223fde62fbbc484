package main

import (
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"

	"osmsd/cmd/internal/words"
	"osmsd/importers/intake"
)

//go:embed texts.txt
var textsTXT string

// languages of the program, as they are written in texts.txt.
var languages = words.Languages()

// texts are what people read on the command line, with the words that the
// console shows too.
var texts = sync.OnceValue(func() words.Catalogue { return words.Shared().And(words.Parse(textsTXT)) })

// text fills the sentence behind a key; see words.Catalogue.
func text(lang, key string, args ...any) string { return texts().Text(lang, key, args...) }

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
func (a *app) word(group, value string) string { return texts().Word(a.language(), group, value) }

// journal puts the message of a run into the language.
func (a *app) journal(message string) string { return words.Journal(a.language(), message) }

// heads gives the head of a table for a tabwriter.
func (a *app) heads(key string) string { return strings.ReplaceAll(a.say(key), " | ", "\t") }

// grouped writes a count as people do: 12 345 with no-break spaces.
func grouped(n int) string { return words.Grouped(n) }

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

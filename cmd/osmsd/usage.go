package main

import (
	"slices"
	"strings"
)

// spoken is what --lang says, found before the words are parsed: they may stop
// making sense before --lang is reached. "" where it says none.
func spoken(args []string) string {
	for i, word := range args {
		if word == "--" {
			break
		}
		lang, ok := strings.CutPrefix(word, "--lang=")
		if word == "--lang" && i+1 < len(args) {
			lang, ok = args[i+1], true
		}
		if ok && slices.Contains(languages, lang) {
			return lang
		}
	}
	return ""
}

// flagUsage makes the parser's complaint about a flag, which is English, one in
// the language of people.
func flagUsage(command, complaint string) error {
	if name, ok := strings.CutPrefix(complaint, "unknown flag: "); ok {
		return usage("flag.unknown", command, name)
	}
	if _, name, ok := strings.Cut(complaint, "unknown shorthand flag: "); ok {
		_, name, _ = strings.Cut(name, " in ")
		return usage("flag.unknown", command, name)
	}
	if _, name, ok := strings.Cut(complaint, "flag needs an argument: "); ok {
		if _, after, ok := strings.Cut(name, " in "); ok {
			name = after
		}
		return usage("flag.value", command, name)
	}
	if rest, ok := strings.CutPrefix(complaint, "invalid argument "); ok {
		if i := strings.LastIndex(rest, "\" flag: "); i >= 0 {
			if value, name, ok := strings.Cut(rest[:i], " for \""); ok {
				return usage("flag.bad", command, name, value)
			}
		}
	}
	return usage("flag", command)
}

package table

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// BlankText reports a cell that says nothing: empty, or a dash.
func BlankText(s string) bool {
	switch s {
	case "":
		return true
	case "-", "–", "—":
		return true
	}
	if len(s) > 8 {
		return false
	}
	switch Trim(s) {
	case "", "-", "–", "—", "--", "---":
		return true
	}
	return false
}

// What a look at a text tells.
const (
	Untidy      = 1 << iota // spaces at the ends, in runs or not plain, or marks that cannot be seen
	ControlSign             // a control character that is no white space
	Lost                    // ? or U+FFFD in the place of letters
	Mixed                   // a word of Latin and Cyrillic letters
)

// Look reads a text once, byte by byte where it is Cyrillic or ASCII.
func Look(s string) (found int) {
	latin, cyrillic := false, false
	space := true
	for i := 0; i < len(s); {
		b := s[i]
		switch {
		case b >= 0xd0 && b <= 0xd3 && i+1 < len(s):
			cyrillic, space = true, false
			i += 2
			continue
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			latin, space = true, false
		case b == ' ':
			if space {
				found |= Untidy
			}
			space = true
			if latin && cyrillic {
				found |= Mixed
			}
			latin, cyrillic = false, false
		case b == '\t' || b == '\n' || b == '\r':
			found |= Untidy
			space = true
			if latin && cyrillic {
				found |= Mixed
			}
			latin, cyrillic = false, false
		case b < ' ' || b == 0x7f:
			found |= ControlSign
		case b < utf8.RuneSelf:
			space = false
			if b == '?' {
				found |= Lost
			}
			if latin && cyrillic {
				found |= Mixed
			}
			latin, cyrillic = false, false
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			space = false
			switch {
			case r == utf8.RuneError:
				found |= Lost
			case unicode.IsSpace(r), Invisible(r):
				found |= Untidy
			case unicode.IsControl(r):
				found |= ControlSign
			case unicode.Is(unicode.Latin, r):
				latin = true
			case unicode.Is(unicode.Cyrillic, r):
				cyrillic = true
			}
			i += size
			if latin && cyrillic {
				found |= Mixed
			}
			continue
		}
		i++
	}
	if latin && cyrillic {
		found |= Mixed
	}
	if space && s != "" {
		found |= Untidy
	}
	return found
}

// Tidy trims a text, writes every run of spaces as one and drops marks that
// cannot be seen.
func Tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case Invisible(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Controls names the control characters of a text.
func Controls(s string) string {
	var names []string
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) && len(names) < 5 {
			names = append(names, ShowRune(r))
		}
	}
	return strings.Join(names, ", ")
}

// MixedWord names the letters that stand in the wrong alphabet: those of the
// alphabet with fewer letters in the first mixed word.
func MixedWord(s string) string {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r < 'A' || r == '\u00a0' }) {
		if Look(word)&Mixed == 0 {
			continue
		}
		var latin, cyrillic []string
		for _, r := range word {
			switch {
			case r >= 0x400 && r < 0x530:
				cyrillic = append(cyrillic, ShowRune(r))
			case r < 0x300 && r >= 'A':
				latin = append(latin, ShowRune(r))
			}
		}
		if len(latin) <= len(cyrillic) {
			return strings.Join(latin, ", ")
		}
		return strings.Join(cyrillic, ", ")
	}
	return ""
}

// Wordless reports a text without a single letter, lost ones counted as letters:
// those are refused by a name of their own.
func Wordless(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || r == '?' || r == utf8.RuneError }) < 0
}

// IsDash reports a cell that says by a dash that there is nothing to say.
func IsDash(s string) bool { return s != "" && BlankText(s) }

// SplitName parts a tidy name written in one cell, "surname given patronymic"; a
// dash stands for a patronymic that the person does not have.
func SplitName(text string) osms.Name {
	surname, rest, _ := strings.Cut(text, " ")
	given, patronymic, _ := strings.Cut(rest, " ")
	if IsDash(patronymic) {
		patronymic = ""
	}
	return osms.Name{Surname: surname, Given: given, Patronymic: patronymic}
}

// Beginning is a text of at most so many letters.
func Beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for i := range text {
		if most--; most < 0 {
			return strings.Clone(text[:i])
		}
	}
	return text
}

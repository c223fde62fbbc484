package osms

import (
	_ "embed"
	"strings"
	"sync"
)

// Sentences for people. Every code has one in Kazakh ("kk"), Russian ("ru")
// and English ("en"); another language reads as Russian, as with Region.In.
// The texts are in data/messages.txt.

//go:embed data/messages.txt
var messagesTXT string

// sentences are the texts by "kind code" and language.
var sentences = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	var block map[string]string
	for _, line := range strings.Split(messagesTXT, "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		if lang, text, ok := strings.Cut(line, ": "); ok && len(lang) == 2 && block != nil {
			block[lang] = text
			continue
		}
		if len(strings.Fields(line)) != 2 || all[line] != nil {
			panic("osms: embedded messages.txt: " + line)
		}
		block = map[string]string{}
		all[line] = block
	}
	return all
})

func sentence(key, lang string) string {
	texts := sentences()[key]
	if s, ok := texts[lang]; ok {
		return s
	}
	return texts["ru"]
}

// Message says in one sentence what is wrong with the row, what is expected
// and how to mend it. Value is not in it, numbers in Detail are masked and
// sentences about names leave Detail out, so that the sentence may stand in
// receipts, JSON and logs. What Detail holds where
// the sentence uses it:
//
//	iin_length, field_count         the counts ("11", "13 ≠ 12")
//	iin_birth_date                  the impossible date
//	birth_date_mismatch             the date inside the IIN
//	sex_mismatch                    "male" or "female", as inside the IIN
//	bin_structure, date_unreadable  what exactly is impossible
//	date_order, future_date         the other date
//	other_region                    the KATO digits of the other region
//	conflicting_rows, duplicate_row the other rows ("D12", "row 12")
//	error_cell                      the error ("#REF!")
//	merged_cell                     the merged range
//	control_character               the sign
//	organisation_closed             the day of closing
//	period_too_long                 the last day that is allowed
func (r Refusal) Message(lang string) string {
	detail := r.Detail
	if r.Code == OtherRegion {
		if region, err := ParseRegion(detail); err == nil {
			detail = region.In(lang)
		}
	}
	text := sentence("refusal "+string(r.Code)+"/"+r.Field, lang) // what a field alone needs said
	if text == "" {
		text = sentence("refusal "+string(r.Code), lang)
	}
	return fill(text, string(r.Code), "", maskRuns(words(detail, lang), 9))
}

// Message says in one sentence why the file is refused, where the fault is and
// what to do. A second sentence carries Detail, except for missing_column,
// whose columns stand inside the first, and where the first says it all. In
// Kazakh and Russian a detail without a translation is left out.
func (e *FileError) Message(lang string) string {
	text, detail := sentence("file "+string(e.Code), lang), detailIn(strings.TrimSuffix(e.Detail, "."), lang)
	if e.Code == FileUnsupportedFormat && strings.HasPrefix(e.Detail, "the currency is ") {
		return fill(sentence("currency foreign", lang), string(e.Code), placeIn(e.Where, lang), detail)
	}
	switch e.Code {
	case FileEmpty, FileEncrypted, FileLegacyXLS:
	case FileMissingColumn:
		if named := columns(e.Detail, lang); named != e.Detail {
			detail = named
		}
	default:
		if detail = strings.TrimSuffix(detail, "."); detail != "" {
			text += " " + sentence("word tail", lang)
		}
	}
	// Sizes and offsets have up to eleven digits, an IIN twelve.
	return fill(text, string(e.Code), maskRuns(placeIn(e.Where, lang), 12), maskRuns(detail, 12))
}

// Message says why the file or organisation waits and what would help.
func (h Hold) Message(lang string) string {
	detail := h.Detail
	switch h.Reason {
	case HoldVeryHiddenSheet: // a name, whatever it looks like
	case HoldSecondTable:
		detail = words(detail, lang)
	default:
		detail = detailIn(detail, lang)
	}
	return fill(sentence("hold "+string(h.Reason), lang), string(h.Reason), "", maskRuns(detail, 9))
}

// In names the outcome in a language.
func (o Outcome) In(lang string) string {
	return fill(sentence("outcome "+string(o), lang), string(o), "", "")
}

// fill puts where and detail into a text. A code without a text is its own
// sentence.
func fill(text, code, where, detail string) string {
	if text == "" {
		return code
	}
	return filled(text, "where", where, "detail", detail)
}

// filled puts values, given by name, into the places of a text and drops the
// bracketed parts whose places would all stay empty.
func filled(text string, named ...string) string {
	var b strings.Builder
	var braced []string
	for i := 0; i < len(named); i += 2 {
		braced = append(braced, "{"+named[i]+"}", named[i+1])
	}
	values := strings.NewReplacer(braced...)
	for text != "" {
		before, rest, found := strings.Cut(text, "[")
		b.WriteString(values.Replace(before))
		if !found {
			break
		}
		part, after, _ := strings.Cut(rest, "]")
		for i := 0; i < len(braced); i += 2 {
			if strings.Contains(part, braced[i]) && braced[i+1] != "" {
				b.WriteString(values.Replace(part))
				break
			}
		}
		text = after
	}
	return b.String()
}

// words puts the program's own words of a detail ("row 12", "iin, sex") into
// the language: a word that a number or a name follows, and lists of fields. A
// date is written as people here write it.
func words(s, lang string) string {
	if d, err := ParseDate(s); err == nil {
		return d.Dotted()
	}
	if s == "" || sentences()["word "+s] != nil {
		return wordOr(s, lang)
	}
	parts := strings.Split(s, ", ")
	for i, part := range parts {
		if first, rest, ok := strings.Cut(part, " "); ok && strings.ContainsAny(rest[:min(1, len(rest))], "0123456789«\"") {
			parts[i] = wordOr(first, lang) + " " + rest
		} else {
			parts[i] = wordOr(part, lang)
		}
	}
	return strings.Join(parts, ", ")
}

// columns names the columns of "iin; surname, given_name or full_name (ФИО)" in
// the language; a text of another form stays as it is.
func columns(s, lang string) string {
	var needs []string
	for need := range strings.SplitSeq(s, "; ") {
		need, _, _ = strings.Cut(need, " (")
		var choices []string
		for choice := range strings.SplitSeq(need, " or ") {
			fields := strings.Split(choice, ", ")
			for i, f := range fields {
				if sentences()["word "+f] == nil {
					return s
				}
				fields[i] = wordOr(f, lang)
			}
			choices = append(choices, strings.Join(fields, ", "))
		}
		needs = append(needs, strings.Join(choices, " "+sentence("word or", lang)+" "))
	}
	return strings.Join(needs, "; ")
}

func wordOr(s, lang string) string {
	if w := sentence("word "+s, lang); w != "" && s != "tail" {
		return w
	}
	return s
}

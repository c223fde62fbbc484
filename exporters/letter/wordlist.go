package letter

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"osmsd/exporters/paper"
)

// keys are the words that a wording must have.
var keys = strings.Fields(`action.entered action.updated action.removed
	answer.left answer.never answer.studies
	event.blocked event.court_ban event.court_deprived event.death event.leave_ended event.leave_kept
	event.residence_lost event.study_abroad event.temporary_status event.unblocked
	form. form.full_time form.part_time form.evening form.distance form.external grade. last.
	label.annex label.bin label.birth label.contents label.document label.effective label.ends label.event
	label.executor label.first label.form label.grade label.ground label.head label.iin label.incoming
	label.last label.letters label.level label.name label.number label.office label.on
	label.organisation label.outgoing label.page label.pages label.phone label.reason label.recipient label.sample
	label.seal label.sequence label.serial label.signature label.status label.total label.what
	lack.application_form lack.identity_document lack.identity_expired lack.study_document lack.study_expired
	level. level.secondary level.tvet level.post_secondary level.higher level.postgraduate
	organisation. status.academic_leave`)

// readWords reads words.csv: key, Kazakh, Russian, with commas or, as office
// programs in the republic save it, semicolons. Words that are not there stay as
// they are, unless partly is false.
func (t *Texts) readWords(list []byte, partly bool, found *faults) {
	r := csv.NewReader(bytes.NewReader(list))
	if head, _, _ := bytes.Cut(list, []byte("\n")); bytes.Contains(head, []byte(";")) && !bytes.Contains(head, []byte(",")) {
		r.Comma = ';'
	}
	r.FieldsPerRecord = -1
	seen := map[string]bool{}
	for first := true; ; first = false {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			found.add(wordsFile, broken.Line, "", "%v", broken.Err)
			return
		} else if err != nil {
			found.add(wordsFile, 0, "", "%v", err)
			return
		}
		line, _ := r.FieldPos(0)
		if first && row[0] == "key" {
			continue
		}
		t.readWord(row, line, seen, found)
	}
	if partly {
		return
	}
	for _, key := range keys {
		if !seen[key] {
			found.add(wordsFile, 0, key, "the word is missing")
		}
	}
}

func (t *Texts) readWord(row []string, line int, seen map[string]bool, found *faults) {
	key := row[0]
	switch {
	case len(row) != 3:
		found.add(wordsFile, line, key, "%d cells where key, Kazakh and Russian are expected", len(row))
		return
	case !slices.Contains(keys, key):
		found.add(wordsFile, line, key, "no letter uses this word")
		return
	case seen[key]:
		found.add(wordsFile, line, key, "the word stands there twice")
		return
	}
	seen[key] = true
	w := [2]string{strings.TrimSpace(row[1]), strings.TrimSpace(row[2])}
	for lang, text := range w {
		if text == "" {
			found.add(wordsFile, line, key, "the word is empty in the language %s", languages[lang])
		}
		for _, face := range []*paper.Face{paper.Regular(), paper.Bold()} {
			if err := face.Check(paper.Clean(text)); err != nil {
				found.add(wordsFile, line, key, "%v", err)
				break
			}
		}
	}
	t.words[key] = w
}

// wordList writes words.csv.
func (t *Texts) wordList() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"key", "kk", "ru"}}
	for _, key := range slices.Sorted(maps.Keys(t.words)) {
		rows = append(rows, []string{key, t.words[key][kk], t.words[key][ru]})
	}
	_ = w.WriteAll(rows) // a buffer takes everything
	return b.Bytes()
}

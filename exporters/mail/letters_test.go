package mail

import (
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// iin is a personal number of the tests, nobody's: it may stand in no letter.
const iin = "100101600019"

func everyLetter(w Wording) map[string]Letter {
	r := osms.FileReport{Arrival: 17, File: iin + " <b>.csv", Region: 63, Outcome: osms.AppliedWithRefusals, Rows: 12, Accepted: 9, Refused: 2, Ignored: 1,
		Held: true, Deadline: 20261006, Received: time.Date(2026, 10, 1, 4, 0, 0, 0, time.UTC)}
	refused := r
	refused.Region, refused.Outcome, refused.Error, refused.Held = 0, osms.FileRefused, &osms.FileError{Code: osms.FileDamaged, Detail: iin}, false
	zip := r
	zip.Members = make([]osms.Member, 3)
	f := Files{Brought: []Attachment{{"receipt-17.pdf", []byte("x")}}, Kept: "returned/63", TooLarge: true}
	return map[string]Letter{
		"receipt": ForReceipt(w, r, f), "refused": ForReceipt(w, refused, Files{}), "archive": ForReceipt(w, zip, f),
		"report":   ForReport(w, Report{202610, -123456700, 100}, f),
		"reminder": ForReminder(w, Reminder{63, 202610, 20261007, 3}, f),
		"digest":   ForDigest(w, Digest{Day: 20261001, Failed: []string{"12 letters"}, Held: 2, Nearly: 3, Overdue: 4, GivenUp: 5}),
		"test":     ForTest(w),
	}
}

// Every letter speaks its language, whole and without personal data; two
// languages stand one after the other.
func TestLetters(t *testing.T) {
	for lang, want := range map[string][]string{"kk": {"МӘМС"}, "ru": {"ОСМС"}, "en": {"OSMS"}, "": {"МӘМС", "ОСМС"}} {
		w := Wording{Language: lang, Console: "https://osms.example.kz", Zone: time.FixedZone("", 5*3600)}
		for name, l := range everyLetter(w) {
			for _, word := range want {
				if !strings.Contains(l.Subject, word) {
					t.Errorf("%s in %q: subject %q", name, lang, l.Subject)
				}
			}
			all := l.Subject + l.Text + l.HTML
			if strings.Contains(all, iin) || strings.Contains(all, "%!") || strings.Contains(l.HTML, "<b>") {
				t.Errorf("%s in %q: %s", name, lang, all)
			}
			if strings.ContainsAny(l.Subject, "\r\n") || strings.Contains(l.Subject, "csv") {
				t.Errorf("%s in %q: subject %q", name, lang, l.Subject)
			}
			if !strings.Contains(l.Text, w.Console) || strings.Count(l.Text, "osmsd") < len(want) {
				t.Errorf("%s in %q: %s", name, lang, l.Text)
			}
			if (lang == "") != strings.Contains(l.Text, "* * *") {
				t.Errorf("%s in %q: %s", name, lang, l.Text)
			}
		}
	}
	ru := everyLetter(Wording{Language: "ru", Zone: time.FixedZone("", 5*3600)})
	for name, want := range map[string][]string{
		"receipt":  {"поступил 01.10.2026 09:00", "Строк: 12; принято: 9, отказано: 2, не в счёт: 1", "ждёт решения", "до 06.10.2026", "Во вложении: receipt-17.pdf", "слишком большие", "returned/63"},
		"refused":  {"Итог: "},
		"archive":  {"Файлов в архиве: 3"},
		"report":   {"Разница: -1\u00a0234\u00a0567,00 тенге", "не объяснено: 1,00 тенге"},
		"reminder": {"до 07.10.2026", "организаций: 3"},
		"digest":   {"12 letters", "Ждут решения: 2", "Просроченных дел: 4, близких к сроку: 3", "писем: 5"},
	} {
		for _, x := range want {
			if !strings.Contains(ru[name].Text, x) {
				t.Errorf("%s: %q is not in %s", name, x, ru[name].Text)
			}
		}
	}
	if !(Digest{Day: 20261001}).Empty() || (Digest{GivenUp: 1}).Empty() {
		t.Error("which digest is empty")
	}
}

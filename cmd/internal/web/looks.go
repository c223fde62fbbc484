package web

import (
	"fmt"
	"strings"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// lookedAtMany writes down that somebody was shown a list that names persons, by
// right of office (law No 94-V, Art. 9), and which list: before it is shown. An
// akimat that looks at what it sent itself learns nothing.
func (q *ask) lookedAtMany(what string) error {
	if q.is(osms.RoleAkimat) {
		return nil
	}
	return q.desk.Note(q.ctx(), q.look(jobs.AccessRegister, 0, what))
}

// look is a line of the access log by right of office; of says what was looked at,
// in the language in which the log is kept.
func (q *ask) look(what string, person osms.IIN, of string) osms.Access {
	return osms.Access{At: q.now, Who: q.account.Login, What: what, Person: person, Ground: jobs.GroundOf(of)}
}

// What was looked at, in the words of the access log.
const (
	lookedHeld    = "задержанные изменения"
	lookedLetters = "реестр писем"
	lookedCases   = "список дел"
)

func lookedLetter(number string) string { return "письмо " + number }

func lookedTemplate(bin osms.BIN) string { return "шаблон " + bin.Digits() }

func lookedDocument(number string) string {
	return catalogue().Text("ru", "ground.document") + " " + number
}

// lookedIn adds to what was looked at where that was; 0: everywhere.
func lookedIn(what string, r osms.Region) string {
	if r == 0 {
		return what
	}
	return what + ", регион " + r.String()
}

// lookedOf names a list of a month.
func lookedOf(what string, m osms.Month, r osms.Region) string {
	return lookedIn(fmt.Sprintf("%s %s", what, m), r)
}

// groundIn shows a ground of the access log to a reader: the act is called as in
// their language, and the rest stands as it was written.
func groundIn(lang, ground string) string {
	if rest, ok := strings.CutPrefix(ground, jobs.GroundArticle9); ok && (rest == "" || rest[0] == ':') {
		return catalogue().Text(lang, "access.article9") + rest
	}
	return ground
}

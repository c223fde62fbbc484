package web

import (
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// lookedAtMany writes down that somebody was shown a list that names persons, by
// right of office (law No 94-V, Art. 9): before it is shown. An akimat that looks
// at what it sent itself learns nothing.
func (q *ask) lookedAtMany() error {
	if q.is(osms.RoleAkimat) {
		return nil
	}
	return q.desk.Note(q.ctx(), osms.Access{At: q.now, Who: q.account.Login, What: jobs.AccessRegister, Ground: jobs.GroundArticle9})
}

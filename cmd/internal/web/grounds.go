package web

import (
	"net/http"
	"slices"
	"unicode/utf8"

	"osmsd/sync/jobs"
)

// lookGrounds are the reasons for which somebody at the console looks at one
// person's data by right of office (law No 94-V, Art. 9). Each has its words in
// the catalogue; the access log keeps the Russian ones, whoever looks.
var lookGrounds = []string{"request", "reconciliation", "check", "audit", "authority", "other"}

// needsNote are the grounds that say nothing without a few words more: whose
// request and its number, or what else it is.
var needsNote = []string{"authority", "other"}

// mostNote is how many characters those words may have.
const mostNote = 200

// ground is why somebody looks: one of the list, and what was written beside it.
type ground struct {
	Code, Note string
}

// whole reports a ground that can be written down.
func (g ground) whole() bool {
	return slices.Contains(lookGrounds, g.Code) && (g.Note != "" || !slices.Contains(needsNote, g.Code)) && utf8.RuneCountInString(g.Note) <= mostNote
}

// logged is the ground as the access log keeps it.
func (g ground) logged() string {
	out := jobs.GroundArticle9 + ": " + catalogue().Text("ru", "ground."+g.Code)
	if g.Note != "" {
		out += ": " + g.Note
	}
	return out
}

// said is the ground in the reader's language.
func (g ground) said(lang string) string {
	out := catalogue().Text(lang, "ground."+g.Code)
	if g.Note != "" {
		out += ": " + g.Note
	}
	return out
}

// groundAsked reads a ground from a form, where it must be whole.
func (q *ask) groundAsked() (ground, error) {
	g := ground{q.value("ground"), q.value("note")}
	if !g.whole() {
		return g, refused(http.StatusUnprocessableEntity, "refused.ground")
	}
	return g, nil
}

// groundKept reads a ground from an address; not ok: it says none.
func (q *ask) groundKept() (g ground, ok bool) {
	note, ok := q.s.handles.unseal(q.r.URL.Query().Get("note"))
	g = ground{q.r.URL.Query().Get("ground"), note}
	return g, ok && g.whole()
}

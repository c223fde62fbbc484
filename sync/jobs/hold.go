package jobs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// trip asks the breaker about an organisation's outcome. A roster that was
// approved is not asked about again.
func (r *rosterImport) trip(s *speaker, out registry.Outcome) error {
	if s.hold != "" || r.approved || r.release != nil {
		return nil
	}
	m := registry.Measure{Held: s.screened.Held, Ends: out.Left, Rows: len(s.journal.Rows), Full: s.journal.Mode == osms.Full}
	cut := 0
	if m.Full && r.roster.Format == "csv" && r.roster.ProvedWhole == "" && r.breaker.TailShare > 0 && m.Ends > 0 {
		var err error
		if m.Tail, cut, m.TotalGone, err = r.tail(s, out); err != nil {
			return err
		}
	}
	if s.hold = r.breaker.Trip(m); s.hold == "" {
		return nil
	}
	s.why = r.explain(s, m, out, cut)
	return nil
}

// tail counts the missing at the end of the last full roster's order, tells the
// last row of this file that speaks of the organisation, and whether the last
// roster closed with a control total that this one lacks.
func (r *rosterImport) tail(s *speaker, out registry.Outcome) (tail, lastRow int, totalGone bool, err error) {
	var before int64
	for _, o := range s.standing.Spoken {
		if o.Mode == osms.Full && o.AsAt <= s.journal.AsAt {
			before = o.Sequence
		}
	}
	if before == 0 {
		return 0, 0, false, nil
	}
	imp, err := r.t.Import(before)
	if err != nil {
		return 0, 0, false, err
	}
	totalGone = imp.Proved == "control_total"
	if !totalGone && !r.breaker.Suspects(max(out.Left, len(s.screened.Absent)), s.screened.Held) {
		return 0, 0, false, nil
	}
	kept, err := r.t.KeptOf(before, s.bin)
	if err != nil {
		return 0, 0, false, err
	}
	last, err := registry.Decode(kept.Kept, s.bin)
	if errors.Is(err, registry.ErrJournal) {
		return 0, 0, totalGone, nil // destroyed: there is no order to compare with
	}
	if err != nil {
		return 0, 0, false, err
	}
	slices.SortFunc(last.Rows, func(a, b osms.Row) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
	gone, there := map[osms.IIN]bool{}, map[osms.IIN]bool{}
	for _, c := range out.Changes {
		if c.Effect == registry.Left {
			gone[c.After.Person] = true
		}
	}
	for i := range s.journal.Rows {
		there[s.journal.Rows[i].Person] = true
		lastRow = max(lastRow, int(s.journal.Rows[i].Row))
	}
	// Where the file was cut may stand half a row: its person is missing too.
	for _, p := range s.screened.Absent {
		gone[p] = !there[p]
	}
	var order []registry.Listed
	for i := range last.Rows {
		if row := &last.Rows[i]; gone[row.Person] || there[row.Person] {
			order = append(order, registry.Listed{Person: row.Person, Grade: row.Facts.Grade, Group: row.Facts.Group})
		}
	}
	sound := !slices.ContainsFunc(r.roster.Refusals, func(f osms.Refusal) bool { return f.Severity == osms.Refused && f.Row > lastRow })
	return registry.CutTail(order, func(p osms.IIN) bool { return gone[p] }, sound), lastRow, totalGone, nil
}

// explain gives the figures behind a hold: what was, what would be, and what in
// the file may have made it so. The words before the figures are translated
// where it is shown.
func (r *rosterImport) explain(s *speaker, m registry.Measure, out registry.Outcome, cut int) string {
	parts := []string{"organisation " + s.bin.Digits(), fmt.Sprintf("persons %d → %d", m.Held, m.Held-m.Ends+out.Joined)}
	if m.Ends > 0 {
		parts = append(parts, fmt.Sprintf("ends %d", m.Ends))
	}
	if m.TotalGone {
		parts = append(parts, "control_total_gone")
	}
	if m.Tail > 0 {
		parts = append(parts, fmt.Sprintf("missing_at_end %d", m.Tail), fmt.Sprintf("cut_after_row %d", cut))
	}
	if r.roster.HiddenRows > 0 {
		parts = append(parts, fmt.Sprintf("hidden_rows %d", r.roster.HiddenRows))
	}
	if n := len(r.roster.Sheets); n > 1 {
		parts = append(parts, fmt.Sprintf("sheets %d", n))
	}
	if r.roster.Refused > 0 {
		parts = append(parts, fmt.Sprintf("refused_rows %d", r.roster.Refused))
	}
	return strings.Join(parts, ", ")
}

// recordHeld keeps what the roster said of an organisation that waits. Nothing
// of it is applied: its rows leave the register as it is.
func (r *rosterImport) recordHeld(s *speaker, out registry.Outcome) error {
	r.report.Held = true
	r.report.Unchanged += len(s.journal.Rows)
	diff := heldDiff("held", r.roster.Region, 0, string(s.hold), s.journal)
	h := osms.Hold{Reason: s.hold, Detail: s.why, BIN: s.bin, Joined: out.Joined, Left: out.Left, Changed: out.Changed}
	if s.bin != 0 {
		diff = out.Hash(r.roster.Region, s.journal.Mode, s.journal.AsAt, s.standing.Version)
		if s.why == "" {
			s.why = "organisation " + s.bin.Digits()
		}
		h.Detail = s.why
	}
	h.Diff = diff
	r.hashes = append(r.hashes, diff)
	r.putHold(h)
	return r.keep(s, store.StateHeld, s.standing.Version, len(s.journal.Rows))
}

// putHold tells why an organisation waits. A reason of the whole file that was
// told already becomes that of its first organisation.
func (r *rosterImport) putHold(h osms.Hold) {
	i := slices.IndexFunc(r.report.Holds, func(f osms.Hold) bool { return f.BIN == 0 && f.Reason == h.Reason })
	if i >= 0 && r.report.Holds[i].Diff == "" {
		h.Detail = r.report.Holds[i].Detail
		r.report.Holds[i] = h
		return
	}
	r.report.Holds = append(r.report.Holds, h)
}

// tell adds what happens to persons to the report of a dry run.
func (r *rosterImport) tell(s *speaker, out registry.Outcome) {
	if !r.show || s.bin == 0 || s.refuse != "" {
		return
	}
	r.report.ByOrganisation = append(r.report.ByOrganisation, osms.OrganisationDiff{BIN: s.bin, Held: s.hold != "",
		Diff:   out.Hash(r.roster.Region, s.journal.Mode, s.journal.AsAt, s.standing.Version),
		Joined: out.Joined, Left: out.Left, LeftByRow: out.LeftByRow, Changed: out.Changed, Unchanged: out.Unchanged})
	for _, c := range out.Changes {
		p := osms.PersonChange{BIN: s.bin, Person: c.After.Person, Name: c.After.Name, Effect: "changed", Was: c.Edit.Close, Is: c.Edit.Open}
		switch c.Effect {
		case registry.Joined:
			p.Effect = "joined"
		case registry.Left, registry.LeftByRow:
			p.Effect = "left"
		}
		if p.Name == (osms.Name{}) {
			p.Name = c.Before.Name
		}
		r.report.Changes = append(r.report.Changes, p)
	}
}

// diffOf is the hash of a file's diff: made of those of its organisations.
func diffOf(hashes []string) string {
	sum := sha256.Sum256([]byte(strings.Join(slices.Sorted(slices.Values(hashes)), "\n")))
	return hex.EncodeToString(sum[:])
}

// fileDiff is the hash of the diff of a committed import.
func fileDiff(kind osms.Kind, said []store.OrganisationImport) string {
	if kind != osms.KindRoster {
		return said[0].Diff
	}
	var hashes []string
	for _, o := range said {
		if o.Diff != "" { // what is kept for all of them has none
			hashes = append(hashes, o.Diff)
		}
	}
	return diffOf(hashes)
}

// reaches reports whether a claim reaches a day or goes beyond it.
func reaches(c osms.Claim, day osms.Date) bool {
	return slices.ContainsFunc(c.Enrolments, func(e osms.Enrolment) bool {
		return slices.ContainsFunc(e.Spans, func(s osms.Span) bool { return s.Until >= day })
	})
}

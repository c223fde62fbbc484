package registry

import (
	"osmsd/sync/osms"
)

// Change is one person's claim before and after an import. Before or After may
// have no enrolments.
type Change struct {
	Before, After osms.Claim
	Edit          Edit // the fact rows that this closes and opens
	Effect        Effect
	Review        bool
}

// Finding is what must be said of one row: a refusal or a warning that only the
// register could know.
type Finding struct {
	Place    osms.Place
	Code     osms.Code
	Severity osms.Severity
	Field    string
	Detail   string
	Person   osms.IIN
}

// Outcome is what an import does to one organisation.
type Outcome struct {
	BIN osms.BIN

	Joined, Left, LeftByRow, Changed, Unchanged, Rejected int

	Changes  []Change  // in order of person
	Findings []Finding // in order of the file
}

// Accepted counts the rows that were taken.
func (o Outcome) Accepted() int { return o.Joined + o.LeftByRow + o.Changed + o.Unchanged }

// Merge adds what another part of the same import did to the same organisation.
func (o *Outcome) Merge(other Outcome) {
	o.Joined += other.Joined
	o.Left += other.Left
	o.LeftByRow += other.LeftByRow
	o.Changed += other.Changed
	o.Unchanged += other.Unchanged
	o.Rejected += other.Rejected
	o.Changes = append(o.Changes, other.Changes...)
	o.Findings = append(o.Findings, other.Findings...)
	sortChanges(o.Changes)
}

// Plan applies a roster of one organisation, which came in order, to the claims
// that are held. rows are those that Screen left over, absent the persons it
// found missing, unchanged the rows it was done with.
func Plan(held map[osms.IIN]osms.Claim, j Journal, rows []int, absent []osms.IIN, unchanged int) Outcome {
	out := Outcome{Unchanged: unchanged}
	for _, i := range rows {
		row := &j.Rows[i]
		before := held[row.Person]
		after, v := Apply(before, Statement{Import: j.Import, AsAt: j.AsAt, Mode: j.Mode, Row: row})
		out.add(before, after, v, row)
	}
	if len(absent) > 0 {
		protected := NewProtection(j.Protected)
		for _, person := range absent {
			before := held[person]
			if protected.Covers(before) {
				continue
			}
			after, v := Apply(before, Statement{Import: j.Import, AsAt: j.AsAt, Mode: j.Mode})
			out.add(before, after, v, nil)
		}
	}
	sortChanges(out.Changes)
	return out
}

// Replan is the outcome of an import that came late or replaces another, or of
// taking one away: the fold of everything that is left against what is held.
// The rows of j are counted by what they change in the register, so that a full
// roster which corrects another of the same day counts the corrections only;
// with j.Import zero nothing is counted. A fact whose import is no longer among
// the journals gets the source of the one that states it now.
func Replan(held []osms.Claim, journals []Journal, j Journal) Outcome {
	var out Outcome
	stated := make(map[int64]bool, len(journals))
	for _, j := range journals {
		stated[j.Import] = true
		for _, c := range j.Base {
			for _, e := range c.Enrolments {
				for _, s := range e.Spans {
					stated[s.Import] = true
				}
			}
		}
	}
	folded := Fold(journals, j.Import)
	rows := make(map[osms.IIN]*osms.Row, len(j.Rows))
	for r := range j.Rows {
		rows[j.Rows[r].Person] = &j.Rows[r]
	}
	settle := func(person osms.IIN, before, after osms.Claim) {
		edit := difference(before, after, func(f osms.Fact) bool { return stated[f.Import] })
		same := len(edit.Close)+len(edit.Open) == 0
		row, v := rows[person], folded.Verdicts[person]
		if j.Import != 0 {
			v.Effect = seen(v.Effect, before, after, same, row != nil, j.AsAt)
			out.count(v, row)
			delete(rows, person)
		}
		if !same {
			out.Changes = append(out.Changes, Change{Before: before, After: after, Edit: edit, Effect: v.Effect, Review: v.Review})
		}
	}
	a, b := 0, 0
	for a < len(held) || b < len(folded.Claims) {
		switch {
		case b == len(folded.Claims) || a < len(held) && held[a].Person < folded.Claims[b].Person:
			before := held[a]
			settle(before.Person, before, osms.Claim{Person: before.Person, BIN: before.BIN, Name: before.Name, Birth: before.Birth})
			a++
		case a == len(held) || folded.Claims[b].Person < held[a].Person:
			after := folded.Claims[b]
			settle(after.Person, osms.Claim{Person: after.Person, BIN: after.BIN}, after)
			b++
		default:
			settle(held[a].Person, held[a], folded.Claims[b])
			a, b = a+1, b+1
		}
	}
	if j.Import != 0 {
		for r := range j.Rows { // of whom nothing was held and nothing is
			if row := &j.Rows[r]; rows[row.Person] != nil {
				v := folded.Verdicts[row.Person]
				v.Effect = seen(v.Effect, osms.Claim{}, osms.Claim{}, true, true, j.AsAt)
				out.count(v, row)
			}
		}
	}
	return out
}

// seen is what an import did to a claim as the register sees it: in its place in
// the order it had this effect, but others have spoken since, or it replaces one
// that said much the same.
func seen(did Effect, before, after osms.Claim, same, said bool, asAt osms.Date) Effect {
	switch {
	case did == Rejected:
		return Rejected
	case !said && studies(before, asAt) && !studies(after, asAt):
		return Left
	case !said:
		return None
	case same:
		return Unchanged
	case len(before.Enrolments) == 0, did == Joined && !studies(before, asAt):
		return Joined
	case did == LeftByRow && (studies(before, asAt) || studies(before, osms.Forever)):
		return LeftByRow
	}
	return Changed
}

// studies reports whether a claim holds on a day.
func studies(c osms.Claim, day osms.Date) bool {
	for _, e := range c.Enrolments {
		for _, s := range e.Spans {
			if s.From <= day && day <= s.Until {
				return true
			}
		}
	}
	return false
}

func (o *Outcome) add(before, after osms.Claim, v Verdict, row *osms.Row) {
	o.count(v, row)
	switch v.Effect {
	case None, Unchanged, Rejected:
		return
	}
	if before.Person == 0 {
		before.Person, before.BIN = after.Person, after.BIN
	}
	o.Changes = append(o.Changes, Change{Before: before, After: after, Edit: Difference(before, after), Effect: v.Effect, Review: v.Review})
}

func (o *Outcome) count(v Verdict, row *osms.Row) {
	switch v.Effect {
	case Joined:
		o.Joined++
	case Unchanged, None:
		if row != nil {
			o.Unchanged++
		}
	case Changed:
		o.Changed++
	case LeftByRow:
		o.Left++
		o.LeftByRow++
	case Left:
		o.Left++
	case Rejected:
		o.Rejected++
	}
	if row == nil || v.Code == "" {
		return
	}
	severity := osms.Warning
	if v.Effect == Rejected {
		severity = osms.Refused
	}
	o.Findings = append(o.Findings, Finding{Place: row.Place, Code: v.Code, Severity: severity,
		Field: v.Field, Detail: v.Detail, Person: row.Person})
}

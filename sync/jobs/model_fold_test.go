package jobs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mImport is a file with its declaration that was applied.
type mImport struct {
	arrived int
	file    *mFile
	said    map[int]*mSaid // by organisation
	foreign map[int]int
	undone  bool
	touched map[int]bool // persons of whom it changed something when it came
}

// mSaid is what an import says of one organisation.
type mSaid struct {
	rows map[int]mRow // by person
	full bool         // absence counts
	// persons and keys whose absence does not count: a refusal is not a departure.
	persons map[int]bool
	keys    map[string]bool
}

// mRead is a file read, line by line, before anything is held against it.
type mRead struct {
	said    map[int]*mSaid
	codes   []string // "line code", of every refused line
	rows    int
	ignored int
	foreign map[int]int // organisations of other regions → their lines
}

// read judges the lines of a file by themselves.
func (t *mTale) read(f *mFile) mRead {
	r := mRead{said: map[int]*mSaid{}, rows: len(f.Rows), foreign: map[int]int{}}
	organisation := func(o int) *mSaid {
		if r.said[o] == nil {
			r.said[o] = &mSaid{rows: map[int]mRow{}, full: f.Full, persons: map[int]bool{}, keys: map[string]bool{}}
		}
		return r.said[o]
	}
	protected := map[int]bool{}
	refuse := func(line int, codes ...string) {
		for _, c := range codes {
			r.codes = append(r.codes, fmt.Sprintf("%d %s", line, c))
		}
	}
	type where struct{ person, org int }
	good := map[where][]int{}
	for i, row := range f.Rows {
		codes := t.faults(f, row)
		if len(codes) == 0 {
			w := where{row.Person, row.Org}
			good[w] = append(good[w], i)
			organisation(row.Org)
			continue
		}
		refuse(i, codes...)
		if row.Fault == "bin" {
			protected[row.Person] = true
			continue
		}
		o := organisation(row.Org)
		if row.Fault != "check" {
			protected[row.Person] = true
			continue
		}
		name := fullName(row.Surname, row.Given, row.Patronymic)
		o.keys[fmt.Sprintf("%s %d", name, t.People[row.Person].Born)] = true
	}
	for w, lines := range good {
		row, same := f.Rows[lines[0]], true
		for _, i := range lines[1:] {
			same = same && row.join(f.Rows[i])
		}
		if !same {
			for _, i := range lines {
				refuse(i, "conflicting_rows")
			}
			protected[w.person] = true
			continue
		}
		r.ignored += len(lines) - 1
		if t.Regions[w.org] != f.Region {
			refuse(lines[0], "other_region")
			protected[w.person] = true
			r.foreign[w.org]++
			continue
		}
		r.said[w.org].rows[w.person] = row
	}
	for o, said := range r.said {
		said.persons = maps.Clone(protected)
		if len(said.rows) > 0 {
			continue
		}
		said.full = false // nobody leaves by a list of which no row could be read
		named := f.Full || f.Single || r.foreign[o] > 0
		if t.Regions[o] != f.Region && named {
			r.foreign[o] += 0 // named, and not the file's to speak of
		}
		if t.Regions[o] != f.Region || !named {
			delete(r.said, o)
		}
	}
	if len(r.said)+len(r.foreign) == 0 {
		r.said[mNone] = &mSaid{persons: map[int]bool{}} // it speaks of nobody
	}
	slices.Sort(r.codes)
	return r
}

// join takes from another line about the same person what this one leaves open,
// and reports whether the two say the same.
func (r *mRow) join(s mRow) bool {
	same := func(a, b string) bool { return a == "" || b == "" || strings.EqualFold(a, b) }
	day := func(a *int, b int) bool {
		if *a == mNone {
			*a = b
		}
		return b == mNone || *a == b
	}
	ok := same(r.Surname, s.Surname) && same(r.Given, s.Given) && same(r.Patronymic, s.Patronymic) && same(r.Grade, s.Grade) &&
		r.Form == s.Form && cmp.Or(r.Status, "studying") == cmp.Or(s.Status, "studying") &&
		day(&r.Enrolled, s.Enrolled) && day(&r.Left, s.Left) && day(&r.Order, s.Order)
	// Of two spellings small letters are kept, whichever line stands first.
	r.Surname, r.Given, r.Patronymic = max(r.Surname, s.Surname), max(r.Given, s.Given), max(r.Patronymic, s.Patronymic)
	r.Grade = cmp.Or(r.Grade, s.Grade)
	return ok
}

// faults are the codes for which a line is refused by itself.
func (t *mTale) faults(f *mFile, row mRow) (codes []string) {
	enrolled, leaving := row.Enrolled, leavingWord(row.Status)
	switch row.Fault {
	case "check":
		codes = append(codes, "iin_check_digit")
	case "form":
		codes = append(codes, "study_form_unknown")
	case "status":
		codes, leaving = append(codes, "status_unknown"), false
	case "date":
		codes, enrolled = append(codes, "date_unreadable"), mNone
	case "bin":
		codes = append(codes, "bin_check_digit")
	case "future":
		codes, enrolled = append(codes, "future_date"), 2*mHorizon
	}
	switch {
	case row.Left == mNone && leaving && !f.Full:
		codes = append(codes, "left_on_missing")
	case row.Left == mNone:
	case enrolled > row.Left:
		codes = append(codes, "date_order")
	case !leaving && row.Fault != "status" && row.Left < f.AsAt:
		codes = append(codes, "date_order")
	}
	return codes
}

func fullName(parts ...string) string {
	return strings.ToLower(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " "))
}

func (s *mSaid) protects(person int, c mClaim, born int) bool {
	return s.persons[person] || s.keys[fmt.Sprintf("%s %d", fullName(c.surname, c.given, c.patronymic), born)]
}

// mPair is a person at an organisation.
type mPair struct{ Person, Org int }

// mBelief is what is believed of everybody.
type mBelief map[mPair]mClaim

// recount goes through all imports that stand, in the order in which they speak.
// did says what the rows of the watched import did, and whom it ended.
func (t *mTale) recount(imports []*mImport, watch *mImport) (believed mBelief, did map[mPair]string) {
	all := slices.DeleteFunc(slices.Clone(imports), func(i *mImport) bool { return i.undone })
	slices.SortFunc(all, func(a, b *mImport) int {
		return cmp.Or(cmp.Compare(a.file.AsAt, b.file.AsAt), cmp.Compare(a.arrived, b.arrived))
	})
	believed, did = mBelief{}, map[mPair]string{}
	for n, imp := range all {
		listed := map[mPair]bool{}
		replaced := map[int]bool{}
		for o, said := range imp.said {
			var by []*mSaid // full lists of the same organisation and day that came later
			for _, later := range all[n+1:] {
				if s := later.said[o]; s != nil && later.file.AsAt == imp.file.AsAt && s.full && said.full {
					by = append(by, s)
				}
			}
			replaced[o] = len(by) > 0
			for person, row := range said.rows {
				as := mClaim{surname: row.Surname, given: row.Given, patronymic: row.Patronymic}
				if slices.ContainsFunc(by, func(s *mSaid) bool {
					_, lists := s.rows[person]
					return lists || !s.protects(person, as, t.People[person].Born)
				}) {
					continue
				}
				at := mPair{person, o}
				listed[at] = true
				next, what := believed[at].hear(row, imp.file.AsAt, said.full)
				believed[at] = next
				if imp == watch {
					did[at] = what
				}
			}
		}
		for at, c := range believed {
			said := imp.said[at.Org]
			if said == nil || !said.full || replaced[at.Org] || listed[at] || said.protects(at.Person, c, t.People[at.Person].Born) {
				continue
			}
			c = c.clone()
			if c.missing(imp.file.AsAt) && imp == watch {
				did[at] = "left"
			}
			c.forget()
			believed[at] = c
		}
	}
	maps.DeleteFunc(believed, func(_ mPair, c mClaim) bool { return len(c.calendars) == 0 })
	return believed, did
}

// months that are looked at, with the day before the first and the last one of
// each; what holds on the horizon holds in June 2027.
var mMonths = []struct {
	month       int // yyyymm
	first, last int
}{{202608, 0, 30}, {202609, 31, 60}, {202610, 61, 91}, {202611, 92, 121}, {202612, 122, 152}, {202706, mHorizon, mHorizon}}

// due lists who is due in which month, in which category, and who claims them:
// "person month category organisation region".
func (t *mTale) due(believed mBelief) (out []string) {
	for person, p := range t.People {
		for _, m := range mMonths {
			claimant, since := -1, 0
			for o := range t.Regions {
				for _, c := range believed[mPair{person, o}].calendars {
					covers := slices.ContainsFunc(c.days[m.first:m.last+1], func(s mSquare) bool { return s.on && s.form == "full_time" })
					if covers && (claimant < 0 || c.first < since) {
						claimant, since = o, c.first
					}
				}
			}
			if claimant < 0 {
				continue
			}
			category := "13"
			if p.Born/100+1800 >= m.month { // the month of the eighteenth birthday is the last
				category = "1"
			}
			out = append(out, fmt.Sprintf("due %d %d %s %d %d", person, m.month, category, claimant, t.Regions[claimant]))
		}
	}
	return out
}

// overlaps lists the stretches of days on which two organisations both have
// somebody in full-time study: "person organisation organisation from until".
func (t *mTale) overlaps(believed mBelief) (out []string) {
	fullTime := func(person, org, day int) bool {
		return day <= mHorizon && slices.ContainsFunc(believed[mPair{person, org}].calendars, func(c mCalendar) bool {
			return c.days[day].on && c.days[day].form == "full_time"
		})
	}
	for person := range t.People {
		for a := range t.Regions {
			for b := a + 1; b < len(t.Regions); b++ {
				from := mNone
				for day := range mHorizon + 2 {
					both := fullTime(person, a, day) && fullTime(person, b, day)
					if both && from == mNone {
						from = day
					}
					if !both && from != mNone {
						out = append(out, fmt.Sprintf("overlap %d %d %d %d %d", person, a, b, from, day-1))
						from = mNone
					}
				}
			}
		}
	}
	return out
}

// list is all that is believed, in words, in order.
func (t *mTale) list(believed mBelief) []string {
	var out []string
	for at, c := range believed {
		out = append(out, fmt.Sprintf("claim %d at %d: %s", at.Person, at.Org, c))
	}
	slices.Sort(out)
	due, overlaps := t.due(believed), t.overlaps(believed)
	slices.Sort(due)
	slices.Sort(overlaps)
	return append(append(out, due...), overlaps...)
}

// mOutcome is what the model says of a file that came.
type mOutcome struct {
	outcome                            string
	rows, refused, ignored             int
	inOrder                            bool // the rest is known only then
	joined, left, byRow, changed, same int
	codes                              []string // of the lines refused by themselves
	rejected                           bool     // a line was refused for what is held
	imp                                *mImport // nil when nothing was imported
}

// drop takes a file behind the imports that there are.
func (t *mTale) drop(imports []*mImport, f *mFile) mOutcome {
	r := t.read(f)
	out := mOutcome{outcome: "applied", rows: r.rows, ignored: r.ignored, codes: r.codes, inOrder: true}
	lines := map[string]bool{}
	for _, c := range r.codes {
		lines[strings.Fields(c)[0]] = true
	}
	out.refused = len(lines)
	imp := &mImport{arrived: len(imports), file: f, said: map[int]*mSaid{}, foreign: r.foreign}
	earlier := false
	for o, said := range r.said {
		spoken := false
		for _, i := range imports {
			if i.said[o] == nil || i.undone || o == mNone && !i.same(f) {
				continue
			}
			spoken = spoken || i.same(f)
			out.inOrder = out.inOrder && (i.file.AsAt < f.AsAt || i.file.AsAt == f.AsAt && !(i.said[o].full && said.full))
		}
		if earlier = earlier || spoken; spoken {
			out.same += len(said.rows)
			continue
		}
		imp.said[o] = said
	}
	for o := range r.foreign {
		for _, i := range imports {
			_, there := i.foreign[o]
			earlier = earlier || there && !i.undone && i.same(f)
		}
	}
	if earlier && len(imp.said) == 0 {
		out.outcome, out.inOrder = "already_applied", true
		return out
	}
	out.imp = imp
	before, _ := t.recount(imports, nil)
	_, did := t.recount(append(slices.Clone(imports), imp), imp)
	for at, what := range did {
		// A refusal is not a departure, in none of the file's organisations. Who was
		// refused for what was held when the file came stays protected by it, also
		// when what was held is taken back, or a late file changes it.
		if what == "rejected" {
			out.rejected = true
			for _, said := range imp.said {
				said.persons[at.Person] = true
			}
		}
	}
	after, did := t.recount(append(slices.Clone(imports), imp), imp)
	imp.touched = map[int]bool{}
	for p := range t.People {
		for o := range t.Regions {
			at := mPair{p, o}
			imp.touched[p] = imp.touched[p] || before[at].String() != after[at].String()
		}
	}
	for _, what := range did {
		switch what {
		case "joined":
			out.joined++
		case "left":
			out.left++
		case "left by row":
			out.byRow++
			out.left++
		case "changed":
			out.changed++
		case "unchanged":
			out.same++
		case "rejected":
			out.refused++
		}
	}
	if out.refused > 0 {
		out.outcome = "applied_with_refusals"
	}
	return out
}

// same tells whether an import is of the same bytes with the same declaration.
func (i *mImport) same(f *mFile) bool {
	g := i.file
	return g.content() == f.content() && g.Region == f.Region && g.Full == f.Full && g.AsAt == f.AsAt
}

// restsOn tells whether a later import surely rests on an earlier one, and
// whether it may.
func (i *mImport) restsOn(earlier *mImport) (surely, maybe bool) {
	for o := range i.said {
		surely = surely || o != mNone && earlier.said[o] != nil
		maybe = maybe || earlier.said[o] != nil
	}
	mentions := func(m *mImport) map[int]bool {
		all := maps.Clone(m.touched)
		for _, s := range m.said {
			for p := range s.rows {
				all[p] = true
			}
		}
		return all
	}
	a, b := mentions(i), mentions(earlier)
	for p := range a {
		maybe = maybe || a[p] && b[p]
		surely = surely || i.touched[p] && earlier.touched[p]
	}
	return surely, maybe || surely
}

// release lets an import speak of organisations that waited.
// rejected: a row of them was refused for what is held by now.
func (t *mTale) release(imports []*mImport, imp *mImport, waited map[int]*mSaid) (rejected bool) {
	maps.Copy(imp.said, waited)
	_, did := t.recount(imports, imp)
	for at, what := range did {
		for o, said := range waited {
			if what == "rejected" && waited[at.Org] != nil && o != mNone {
				said.persons[at.Person] = true
				rejected = true
			}
		}
	}
	return rejected
}

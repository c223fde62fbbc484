package jobs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Tales are made from a seed by a generator of their own, so that one that fails
// can be made again, told in words and cut down to what makes it fail.

var (
	mAsAts    = []int{31, 45, 61, 75, 92, 106} // firsts of months and days between: they meet often
	mSurnames = []string{"АХМЕТОВА", "СЕРІКОВ", "ЖҮНІСОВА", "ПЕТРЕНКО"}
	mGivens   = []string{"АЙГҮЛ", "НҰРЛАН", "ЕРКЕЖАН", "ИВАН"}
	mBorn     = []int{20150314, 20040305, 20081010, 20110722}
)

type mTeller struct{ *rand.Rand }

func (r mTeller) one(in int) bool { return r.IntN(in) == 0 }

func pick[T any](r mTeller, from ...T) T { return from[r.IntN(len(from))] }

func (r mTeller) day(near int) int { return max(0, min(near+r.IntN(25)-12, mHorizon-20)) }

// tell makes the tale of a seed. With undo, imports are taken back in it.
func tell(seed uint64, undo bool) *mTale {
	r := mTeller{rand.New(rand.NewPCG(seed, 1))}
	t := &mTale{Seed: seed}
	for range 2 + r.IntN(3) {
		t.Regions = append(t.Regions, pick(r, 63, 63, 10))
	}
	for n := range 3 + r.IntN(6) {
		p := mPerson{pick(r, mSurnames...), pick(r, mGivens...), pick(r, "", "СЕРІКҚЫЗЫ", "ЕРКІНҰЛЫ"), pick(r, mBorn...)}
		if n > 0 && r.one(8) {
			p = t.People[n-1] // a namesake of the same day
		}
		t.People = append(t.People, p)
	}
	usual := map[mPair]mRow{}
	for p := range t.People {
		for o := range t.Regions {
			if r.one(2) {
				usual[mPair{p, o}] = mRow{Form: pick(r, "full_time", "full_time", "full_time", "part_time"), Enrolled: r.IntN(70), Grade: pick(r, "", "1")}
			}
		}
	}
	for range 4 + r.IntN(9) {
		var files []*mFile
		for _, s := range t.Steps {
			if s.File != nil {
				files = append(files, s.File)
			}
		}
		switch {
		case undo && len(files) > 0 && r.one(5):
			t.Steps = append(t.Steps, mStep{Undo: r.IntN(len(t.Steps)), Replay: r.one(2)})
		case len(files) > 0 && r.one(9): // the same bytes again
			t.Steps = append(t.Steps, mStep{File: pick(r, files...)})
		case len(files) > 0 && r.one(5): // corrected
			f := *pick(r, files...)
			f.Rows = slices.Clone(f.Rows)
			for range 1 + r.IntN(2) {
				i := r.IntN(len(f.Rows))
				if len(f.Rows) > 1 && r.one(4) {
					f.Rows = slices.Delete(f.Rows, i, i+1)
					continue
				}
				at := mPair{f.Rows[i].Person, f.Rows[i].Org}
				f.Rows[i] = t.row(r, at, usual[at], &f)
			}
			t.Steps = append(t.Steps, mStep{File: &f})
		default:
			t.Steps = append(t.Steps, mStep{File: t.file(r, usual)})
		}
	}
	return t
}

func (t *mTale) file(r mTeller, usual map[mPair]mRow) *mFile {
	f := &mFile{Region: pick(r, t.Regions...), Full: !r.one(3), AsAt: pick(r, mAsAts...), XLSX: r.one(6)}
	var orgs []int
	for o, region := range t.Regions {
		if region == f.Region && !r.one(4) || region != f.Region && r.one(12) {
			orgs = append(orgs, o)
		}
	}
	if len(orgs) == 0 || r.one(4) {
		orgs = []int{r.IntN(len(t.Regions))}
		f.Single = r.one(2)
	}
	for _, o := range orgs {
		for p := range t.People {
			base, known := usual[mPair{p, o}]
			if known && !r.one(5) || !known && r.one(12) {
				f.Rows = append(f.Rows, t.row(r, mPair{p, o}, base, f))
			}
		}
	}
	if len(f.Rows) == 0 {
		f.Rows = append(f.Rows, t.row(r, mPair{r.IntN(len(t.People)), orgs[0]}, mRow{}, f))
	}
	if r.one(8) { // the same row twice, or another about the same person
		row := pick(r, f.Rows...)
		if r.one(2) {
			row.Form = "evening"
		}
		f.Rows = append(f.Rows, row)
	}
	r.Shuffle(len(f.Rows), func(i, j int) { f.Rows[i], f.Rows[j] = f.Rows[j], f.Rows[i] })
	return f
}

// row makes a line: mostly what is usual for this person there.
func (t *mTale) row(r mTeller, at mPair, base mRow, f *mFile) mRow {
	p := t.People[at.Person]
	row := mRow{Person: at.Person, Org: at.Org, Surname: p.Surname, Given: p.Given, Patronymic: p.Patronymic,
		Form: base.Form, Grade: base.Grade, Status: pick(r, "", "studying"), Enrolled: mNone, Left: mNone, Order: mNone}
	if row.Form == "" || r.one(8) {
		row.Form = pick(r, "full_time", "part_time")
	}
	switch r.IntN(40) {
	case 0:
		row.Surname = "ОМАРОВА"
	case 1:
		row.Given = "ӘСЕЛ"
	case 2, 3:
		row.Surname, row.Given = "ИВАНОВ", "ПЁТР"
	case 4:
		row.Patronymic = ""
	case 5:
		row.Surname = strings.ToLower(row.Surname)
	}
	if r.one(10) {
		row.Grade = pick(r, "", "1", "2")
	}
	switch r.IntN(8) {
	case 0, 1, 2, 3:
		row.Enrolled = base.Enrolled
	case 4:
		row.Enrolled = r.day(f.AsAt)
	case 5:
		row.Enrolled = r.day(base.Enrolled)
	}
	if base.Form == "" && row.Enrolled == 0 {
		row.Enrolled = mNone
	}
	if r.one(6) {
		row.Order = r.day(f.AsAt)
	}
	switch r.IntN(16) {
	case 0, 1, 2:
		row.Status = pick(r, "expelled", "graduated", "transferred_out")
		if !r.one(6) {
			row.Left = r.day(f.AsAt)
		}
	case 3:
		row.Status = "academic_leave"
	case 4:
		row.Left = r.day(f.AsAt + 12)
	}
	if r.one(14) {
		row.Fault = pick(r, "check", "check", "form", "status", "date", "future", "bin")
		if f.Single && row.Fault == "bin" {
			row.Fault = "check"
		}
	}
	return row
}

// mDate is a day of the model as people write it.
func mDate(day int, layout string) string {
	return time.Date(2026, 8, 1+day, 0, 0, 0, 0, time.UTC).Format(layout)
}

// String tells the tale in words: what a failed test shows.
func (t *mTale) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "tale %d: organisations in regions %v\n", t.Seed, t.Regions)
	for i, p := range t.People {
		fmt.Fprintf(&b, "  person %d: %s %s %s, born %d\n", i, p.Surname, p.Given, p.Patronymic, p.Born)
	}
	day := func(d int) string {
		if d == mNone {
			return "-"
		}
		return fmt.Sprintf("%s=%d", mDate(d, "02.01"), d)
	}
	for i, s := range t.Steps {
		if s.File == nil {
			fmt.Fprintf(&b, "%d. take back what step %d imported (replay %v)\n", i, s.Undo, s.Replay)
			continue
		}
		f := s.File
		mode := "delta"
		if f.Full {
			mode = "full"
		}
		fmt.Fprintf(&b, "%d. region %d, %s as at %s, xlsx %v, declared in the title %v\n", i, f.Region, mode, day(f.AsAt), f.XLSX, f.Single)
		for _, r := range f.Rows {
			fmt.Fprintf(&b, "     person %d at %d | %s/%s/%s | %s | %s | grade %q | enrolled %s | left %s | order %s", r.Person, r.Org, r.Surname, r.Given, r.Patronymic,
				r.Form, r.Status, r.Grade, day(r.Enrolled), day(r.Left), day(r.Order))
			if r.Fault != "" {
				fmt.Fprintf(&b, " | FAULT %s", r.Fault)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// shrink drops steps, rows and whatever else can go while the tale still fails.
func shrink(t *mTale, fails func(*mTale) bool) *mTale {
	for again := true; again; {
		again = false
		try := func(change func(*mTale) bool) {
			c := t.clone()
			if change(c) && fails(c) {
				t, again = c, true
			}
		}
		for i := len(t.Steps) - 1; i >= 0; i-- {
			try(func(c *mTale) bool { return c.dropStep(i) })
		}
		for i := range t.Steps {
			if t.Steps[i].File == nil {
				continue
			}
			for k := len(t.Steps[i].File.Rows) - 1; k >= 0; k-- {
				try(func(c *mTale) bool {
					return c.edit(i, func(f *mFile) bool { f.Rows = slices.Delete(f.Rows, k, k+1); return len(f.Rows) > 0 })
				})
			}
			try(func(c *mTale) bool {
				return c.edit(i, func(f *mFile) bool { was := f.XLSX; f.XLSX = false; return was })
			})
			try(func(c *mTale) bool {
				return c.edit(i, func(f *mFile) bool { was := f.Single; f.Single = false; return was })
			})
			for k := range t.Steps[i].File.Rows {
				for _, plain := range []func(*mRow){
					func(r *mRow) { r.Fault = "" }, func(r *mRow) { r.Order = mNone }, func(r *mRow) { r.Grade = "" }, func(r *mRow) { r.Enrolled = mNone },
					func(r *mRow) { r.Left = mNone }, func(r *mRow) { r.Status = "" }, func(r *mRow) { r.Form = "full_time" },
					func(r *mRow) {
						p := t.People[r.Person]
						r.Surname, r.Given, r.Patronymic = p.Surname, p.Given, p.Patronymic
					},
				} {
					try(func(c *mTale) bool {
						return c.edit(i, func(f *mFile) bool { was := f.Rows[k]; plain(&f.Rows[k]); return f.Rows[k] != was })
					})
				}
			}
		}
	}
	return t
}

// clone copies the steps; the rows of a file are copied when they are edited.
func (t *mTale) clone() *mTale {
	c := *t
	c.Steps = slices.Clone(t.Steps)
	return &c
}

// dropStep takes a step away, and the undoing of it.
func (t *mTale) dropStep(i int) bool {
	var steps []mStep
	was := len(t.Steps)
	for k, s := range t.Steps {
		switch {
		case k == i, s.File == nil && s.Undo == i:
			continue
		case s.File == nil:
			before := 0
			for m := range s.Undo {
				if m == i || t.Steps[m].File == nil && t.Steps[m].Undo == i {
					before++
				}
			}
			s.Undo -= before
		}
		steps = append(steps, s)
	}
	t.Steps = steps
	return 0 < len(steps) && len(steps) < was
}

// edit changes a file wherever it comes.
func (t *mTale) edit(i int, change func(*mFile) bool) bool {
	was := t.Steps[i].File
	f := *was
	f.Rows = slices.Clone(f.Rows)
	if !change(&f) {
		return false
	}
	for k := range t.Steps {
		if t.Steps[k].File == was {
			t.Steps[k].File = &f
		}
	}
	return true
}

package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"osmsd/exporters/letter"
	"osmsd/importers/intake"
	"osmsd/sync/calendar"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// answerDays is how many working days a side of an overlap has: the term of
// service A for who applies to an organisation where they did not study.
const answerDays = 4

// NoticesDone counts what a run wrote to the sides of overlaps.
type NoticesDone struct {
	Notices     int
	Unprintable int // that no font or page can hold; they are not registered
	Paths       []string
}

// OverlapNotices tells both sides of every open overlap that has a number, once
// each: the same text with the side's own data. They are registered first, in
// one decision, and printed from the register, so that a crash between the two
// costs nothing. An overlap that facts or the Fund settled before the run is told
// to nobody.
func (d *Desk) OverlapNotices(ctx context.Context, t Turn) (NoticesDone, error) {
	var done NoticesDone
	var err error
	if done.Unprintable, err = d.registerNotices(ctx, t); err != nil {
		return done, err
	}
	unwritten, err := d.Store.UnwrittenNotices(ctx)
	if err != nil {
		return done, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return done, err
	}
	var failed error
	organisations, known := map[osms.BIN]osms.Organisation(nil), int64(-1)
	for _, n := range unwritten {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		if blocked[n.Person] {
			continue // it is written once that is lifted
		}
		if n.Known != known { // those of one run follow each other
			if organisations, err = d.Store.OrganisationsAt(ctx, n.Known); err != nil {
				return done, err
			}
			known = n.Known
		}
		path, err := d.printNotice(ctx, n, organisations[n.BIN])
		if err != nil { // one notice does not hinder the others
			failed = errors.Join(failed, fmt.Errorf("notice of overlap %d to organisation %s: %w", n.Number, n.BIN, err))
			continue
		}
		if err := d.Store.MarkNoticeWritten(ctx, n); err != nil {
			return done, err
		}
		done.Notices++
		done.Paths = append(done.Paths, path)
	}
	return done, failed
}

func (d *Desk) registerNotices(ctx context.Context, t Turn) (unprintable int, err error) {
	// What an undo or a release brought about has no number yet.
	if _, err := d.Store.NumberOverlaps(ctx, t.Lease); err != nil {
		return 0, err
	}
	untold, err := d.Store.OverlapsUntold(ctx)
	if err != nil || len(untold) == 0 {
		return 0, err
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return 0, err
	}
	told, err := d.Store.Told(ctx)
	if err != nil {
		return 0, err
	}
	organisations, err := d.Store.OrganisationsAt(ctx, last)
	if err != nil {
		return 0, err
	}
	decided, err := d.Store.OverlapDecisions(ctx, last)
	if err != nil {
		return 0, err
	}
	days := d.Calendar
	if days == nil {
		days = calendar.Default()
	}
	today := osms.DateOf(t.Now.In(d.Zone))
	answer := days.AddWorkingDays(today, answerDays)
	var due []store.OverlapNotice
	for _, o := range untold {
		open, err := d.disputed(ctx, o.Overlap, decided, today, last)
		if err != nil {
			return unprintable, err
		}
		if !open {
			continue
		}
		for _, bin := range []osms.BIN{o.A, o.B} {
			if slices.Contains(told[o.Number], bin) {
				continue
			}
			n := store.OverlapNotice{Number: o.Number, BIN: bin, Region: organisations[bin].Region, Person: o.Person,
				From: o.From, Dated: today, Answer: answer, Known: last}
			notice, err := d.notice(ctx, n, organisations[bin])
			if err != nil {
				return unprintable, err
			}
			if fault := letter.CheckNotice(notice); fault != nil {
				t.Log.Warn("a notice of an overlap cannot be printed", "overlap", n.Number, "bin", bin, "reason", fault)
				unprintable++
				continue
			}
			due = append(due, n)
		}
	}
	if len(due) == 0 {
		return unprintable, nil
	}
	slices.SortFunc(due, func(a, b store.OverlapNotice) int {
		if a.Number != b.Number {
			return int(a.Number - b.Number)
		}
		return int(int64(a.BIN) - int64(b.BIN))
	})
	return unprintable, d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		list, err := tx.PutOverlapNotices(slices.Clone(due))
		if err != nil {
			return err
		}
		return tx.Audit(t.Now, "notices", store.NoticesDigest(list))
	})
}

// disputed reports that an overlap is still to be settled: both sides claim
// today or may later, and nobody decided.
func (d *Desk) disputed(ctx context.Context, o store.Overlap, decided []store.OverlapDecision, today osms.Date, last int64) (bool, error) {
	if o.Until < today {
		return false, nil
	}
	var claims []osms.Claim
	for _, bin := range []osms.BIN{o.A, o.B} {
		facts, err := d.Store.ClaimFacts(ctx, bin, o.Person, last)
		if err != nil {
			return false, err
		}
		claims = append(claims, registry.Claims(facts)...)
	}
	if ended(o, claims) {
		return false, nil
	}
	about := slices.DeleteFunc(slices.Clone(decided), func(x store.OverlapDecision) bool { return x.Person != o.Person })
	if len(about) == 0 {
		return true, nil
	}
	believed, err := d.Store.OverlapsOf(ctx, o.Person)
	if err != nil {
		return false, err
	}
	overlaps := make([]entitlement.Overlap, len(believed))
	for i, b := range believed {
		overlaps[i] = entitlement.Overlap{A: b.A, B: b.B, From: b.From, Until: b.Overlap.Until}
	}
	standing := entitlement.Standing(overlaps, decisionsAt(about, last))
	i := slices.Index(overlaps, entitlement.Overlap{A: o.A, B: o.B, From: o.From, Until: o.Until})
	return i < 0 || standing[i] < 0, nil
}

// notice fills a registered notice with what its own side said, as it was known
// when it was registered, the organisation too: the same bytes every time.
func (d *Desk) notice(ctx context.Context, n store.OverlapNotice, to osms.Organisation) (letter.Notice, error) {
	facts, err := d.Store.ClaimFacts(ctx, n.BIN, n.Person, n.Known)
	if err != nil {
		return letter.Notice{}, err
	}
	out := letter.Notice{Number: n.Number, Date: n.Dated, Answer: n.Answer, Organisation: to, Person: n.Person, From: n.From}
	for _, c := range registry.Claims(facts) {
		out.Name, out.Birth = c.Name, c.Birth
		for _, e := range c.Enrolments {
			if out.First.IsZero() && e.Covers(n.From, n.From) {
				out.First = e.First
			}
		}
	}
	return out, nil
}

func (d *Desk) printNotice(ctx context.Context, n store.OverlapNotice, to osms.Organisation) (string, error) {
	notice, err := d.notice(ctx, n, to)
	if err != nil {
		return "", err
	}
	var pdf bytes.Buffer
	if err := letter.WriteNotice(&pdf, notice); err != nil {
		return "", err
	}
	rel := filepath.Join(n.Region.String(), n.BIN.Digits(), fmt.Sprintf("%s-overlap-%s.pdf", n.Dated, notice.Outgoing()))
	if err := intake.HandOut(d.Home.Letters, rel, pdf.Bytes(), d.Drops.Step); err != nil {
		return "", err
	}
	return filepath.Join(d.Home.Letters, rel), nil
}

package jobs

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// mostSpoken bounds the organisations that a report names.
const mostSpoken = 100

// putArrival numbers a file and keeps what is said about it, with the faults
// that the file before it had too: what a receipt says is decided here, so that
// one handed out after a crash says the same. Who is mailed receipts finds it in
// the outbox, committed together with the file.
func putArrival(t *store.Tx, post *Mail, channel string, r *osms.FileReport, bins []osms.BIN) error {
	if err := repeated(t, r, bins); err != nil {
		return err
	}
	if err := nameSpoken(t, r); err != nil {
		return err
	}
	var err error
	if r.Arrival, err = t.PutArrival(channel, *r); err != nil {
		return err
	}
	return post.receipt(t, channel, *r)
}

// spoken names the organisations of a roster, in its order.
func (r *rosterImport) spoken() (bins []osms.BIN) {
	r.report.Spoken = nil
	for _, o := range r.roster.Organisations {
		if o.BIN == 0 {
			continue
		}
		bins = append(bins, o.BIN)
		if len(bins) <= mostSpoken {
			known := r.known[o.BIN]
			r.report.Spoken = append(r.report.Spoken, osms.Spoken{BIN: o.BIN, NameKK: known.NameKK, NameRU: known.NameRU, Rows: len(o.Rows)})
		}
	}
	r.report.SpokenOf = len(bins)
	return bins
}

// nameSpoken names the organisations of a report that has only their numbers:
// of a release.
func nameSpoken(t *store.Tx, r *osms.FileReport) error {
	const most = 20 // each costs a query
	if r.SpokenOf > 0 {
		return nil
	}
	r.SpokenOf = len(r.Organisations)
	for _, bin := range r.Organisations[:min(len(r.Organisations), most)] {
		o, err := t.Organisation(bin)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		r.Spoken = append(r.Spoken, osms.Spoken{BIN: bin, NameKK: o.NameKK, NameRU: o.NameRU})
	}
	return nil
}

func repeated(t *store.Tx, r *osms.FileReport, bins []osms.BIN) error {
	r.Repeated = nil
	refusedWhole := r.Outcome == osms.FileRefused && r.Error != nil && r.Region != 0
	if !refusedWhole && (len(r.Refusals) == 0 || len(bins) == 0) {
		return nil
	}
	before, err := t.Before(*r, bins)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if refusedWhole {
		if before.Error != nil && before.Error.Code == r.Error.Code {
			r.Repeated = []osms.Repeat{{Code: osms.Code(r.Error.Code), Before: before.Received, BeforeArrival: before.Arrival}}
		}
		return nil
	}
	then := rowsByCode(before.Refusals)
	for code, rows := range rowsByCode(r.Refusals) {
		if then[code] > 0 {
			r.Repeated = append(r.Repeated, osms.Repeat{Code: code, Rows: rows, BeforeRows: then[code], Before: before.Received, BeforeArrival: before.Arrival})
		}
	}
	slices.SortFunc(r.Repeated, func(a, b osms.Repeat) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Code, b.Code))
	})
	return nil
}

// rowsByCode counts the rows that have a fault, of each code.
func rowsByCode(faults []osms.Refusal) map[osms.Code]int {
	type fault struct {
		code  osms.Code
		sheet string
		row   int
	}
	seen, out := make(map[fault]bool, len(faults)), map[osms.Code]int{}
	for _, x := range faults {
		if f := (fault{x.Code, x.Sheet, x.Row}); !seen[f] {
			seen[f] = true
			out[x.Code]++
		}
	}
	return out
}

// correctBy is the day until which the corrected file of one that was received
// is awaited: so many working days later. Zero when nothing was configured.
func (d *Desk) correctBy(received time.Time) osms.Date {
	if d.Calendar == nil || d.CorrectWithin <= 0 || received.IsZero() {
		return 0
	}
	return d.Calendar.AddWorkingDays(osms.DateOf(received.In(d.Zone)), d.CorrectWithin)
}

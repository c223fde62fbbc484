package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"osmsd/exporters/workbook"
	"osmsd/importers/roster"
	"osmsd/importers/table"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// ErrOtherRegion: the organisation is known and belongs to another region.
var ErrOtherRegion = errors.New("the organisation belongs to another region")

// OwnWordError: the region's own words in the configuration give a header or a
// word of the template another meaning, so that it would be misread.
type OwnWordError struct{ Word string }

func (e *OwnWordError) Error() string {
	return fmt.Sprintf("the region's own words give %q another meaning", e.Word)
}

// TemplateRequest asks for a list to fill in.
type TemplateRequest struct {
	Region osms.Region
	BIN    osms.BIN
	Mode   osms.Mode
	AsAt   osms.Date
	// Filled: with the persons who study there on the as-at day, as it is
	// believed now.
	Filled bool
}

// Declared is the kind of list and its day that a region's rosters have when they
// say nothing: as configured, else full and as at the first day of this month.
func (d *Desk) Declared(region osms.Region, now time.Time) (osms.Mode, osms.Date) {
	configured := d.Regions[region]
	return cmp.Or(configured.Mode, osms.Full), cmp.Or(configured.AsAt, osms.DateOf(now.In(d.Zone)).Month().First())
}

// Conflicts reports whether the region's configuration declares another kind of
// list or another day than this one states: dropped, it would be held.
func (r TemplateRequest) Conflicts(configured Region) bool {
	return cmp.Or(configured.Mode, r.Mode) != r.Mode || cmp.Or(configured.AsAt, r.AsAt) != r.AsAt
}

// Template gathers what a list to fill in says of itself. An organisation that
// the register does not know (known is false) has its BIN only; ErrOtherRegion
// when it is another region's.
func (d *Desk) Template(ctx context.Context, r TemplateRequest) (t workbook.Template, known bool, err error) {
	t = workbook.Template{Region: r.Region, Organisation: osms.Organisation{BIN: r.BIN}, Mode: r.Mode, AsAt: r.AsAt, Columns: roster.Columns()}
	if err := d.understood(r.Region, t.Columns); err != nil {
		return t, false, err
	}
	err = d.Store.Look(ctx, func(tx *store.Tx) error {
		o, err := tx.Organisation(r.BIN)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return nil
		case err != nil:
			return err
		case o.Region != r.Region:
			return ErrOtherRegion
		}
		t.Organisation, known = o, true
		if !r.Filled {
			return nil
		}
		facts, err := tx.FactsOf(r.BIN)
		if err != nil {
			return err
		}
		t.Rows = studyingOn(facts, r.AsAt)
		blocked, err := tx.Blocked()
		for i, row := range t.Rows {
			if blocked[row.Person] { // the row stays: in a full list its absence would be a departure
				t.Rows[i] = osms.Row{Person: row.Person, BIN: row.BIN}
			}
		}
		return err
	})
	return t, known, err
}

// understood makes sure that the region's reader takes each header and each
// word of a drop-down for what it is.
func (d *Desk) understood(region osms.Region, columns []osms.Column) error {
	headers, words := d.Regions[region].words()
	vocabulary, values := table.For(osms.KindRoster).With(headers...), table.Values().With(words...)
	for _, c := range columns {
		if vocabulary.Field(c.Header()) != c.Field {
			return &OwnWordError{c.KK + " / " + c.RU}
		}
		for _, choice := range c.Choices {
			if values.Lookup(c.Field, choice.Words()) != choice.Value {
				return &OwnWordError{choice.Words()}
			}
		}
	}
	return nil
}

// studyingOn makes the rows that state what is believed of a day, as people
// read a list: by group, class and name. An announced end is stated again;
// stating nothing there would not take it back.
func studyingOn(facts []osms.Fact, day osms.Date) (rows []osms.Row) {
	for _, f := range facts {
		if f.From > day || f.Until < day {
			continue
		}
		row := osms.Row{Person: f.Person, BIN: f.BIN, Name: f.Name, Birth: f.Birth, Facts: f.Facts, EnrolledOn: f.First}
		switch {
		case f.Ending == osms.Expected:
			row.LeftOn = f.Until
		case f.Ending.Departure(): // and known before it comes
			row.LeftOn, row.Facts.Status = f.Until, osms.Status(f.Ending)
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b osms.Row) int {
		return cmp.Or(osms.CompareKazakh(a.Facts.Group, b.Facts.Group), osms.CompareKazakh(a.Facts.Grade, b.Facts.Grade),
			osms.CompareKazakh(a.Name.String(), b.Name.String()), cmp.Compare(a.Person, b.Person))
	})
	return rows
}

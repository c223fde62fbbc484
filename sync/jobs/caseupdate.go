package jobs

import (
	"bytes"
	"cmp"
	"context"
	table "encoding/csv"
	"errors"
	"fmt"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// update brings into the registry what a case came to: the study that the
// document shows and no roster has, and the end at the previous organisation, as
// it answered. It does so by a roster of changes like any other, written for the
// case: its bytes are kept, verify replays it, undo takes it back, and every fact
// leads to its cells. The same case makes the same bytes, so that a crash between
// the update and the step costs nothing. The import that brought the study is
// returned; 0 when the roster had it all.
func (d *Desk) update(ctx context.Context, turn Turn, c osms.Case, f casework.Findings, s CaseStep) (imported int64, err error) {
	form := cmp.Or(f.Application.StudyForm, s.Form)
	if f.InRoster && f.RosterForm != "" {
		form = f.RosterForm
	}
	if form == "" {
		return 0, ErrFormUnknown
	}
	if c.Answer == osms.LeftThere {
		if err := d.endElsewhere(ctx, turn, c, f.Day); err != nil {
			return 0, err
		}
	}
	if f.InRoster {
		return d.broughtBy(ctx, c)
	}
	since := cmp.Or(c.EnrolledOn, s.Since, c.StudyDated, c.Counted)
	name, birth := c.Name, c.Person.Birth()
	if name.String() == "" {
		name = f.Registered
	}
	return d.change(ctx, turn, c, c.Region, f.Day, changeRow{bin: c.BIN, name: name, birth: birth, form: form, level: cmp.Or(c.Level, s.Level),
		status: osms.Studying, enrolled: since})
}

// broughtBy is the import by which the case itself brought the study, before a
// crash came between that and the step; 0: a roster has it.
func (d *Desk) broughtBy(ctx context.Context, c osms.Case) (imported int64, err error) {
	facts, _, err := d.Store.History(ctx, c.Person)
	if err != nil {
		return 0, err
	}
	for _, f := range facts {
		if f.KnownUntil != 0 || f.BIN != c.BIN {
			continue
		}
		of, err := d.Store.BroughtBy(ctx, f.KnownFrom)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return 0, err
		}
		if of.Name == caseRoster(c, c.BIN) {
			imported = of.Sequence
		}
	}
	return imported, nil
}

// endElsewhere ends the study at the previous organisation on the day that it
// answered, unless the register has an end.
func (d *Desk) endElsewhere(ctx context.Context, turn Turn, c osms.Case, day osms.Date) error {
	facts, _, err := d.Store.History(ctx, c.Person)
	if err != nil {
		return err
	}
	for _, x := range facts {
		if x.KnownUntil != 0 || x.BIN != c.Previous || x.Until <= c.LeftOn {
			continue
		}
		o, err := d.Store.Organisation(ctx, c.Previous)
		if err != nil {
			return err
		}
		_, err = d.change(ctx, turn, c, o.Region, day, changeRow{bin: c.Previous, name: x.Name, birth: x.Birth, form: x.Facts.Form,
			level: x.Facts.Level, status: osms.TransferredOut, enrolled: x.First, left: c.LeftOn})
		return err
	}
	return nil
}

// changeRow is the one row of such a roster.
type changeRow struct {
	bin            osms.BIN
	name           osms.Name
	birth          osms.Date
	form           osms.StudyForm
	level          osms.Level
	status         osms.Status
	enrolled, left osms.Date
}

// sheet writes the roster: the declaration above the table, as an akimat's would
// be.
func (r changeRow) sheet(c osms.Case, day osms.Date, person osms.IIN) []byte {
	var b bytes.Buffer
	w := table.NewWriter(&b)
	w.Comma = ';'
	for _, row := range [][]string{
		{"Вид списка: изменения"},
		{"По состоянию на: " + day.Dotted()},
		{"БИН: " + r.bin.Digits()},
		{"Заявление № " + c.Number.String()},
		{"ИИН", "Фамилия", "Имя", "Отчество", "Дата рождения", "Форма обучения", "Уровень образования", "Статус", "Дата зачисления", "Дата выбытия"},
		{person.Digits(), r.name.Surname, r.name.Given, r.name.Patronymic, r.birth.Dotted(), string(r.form), string(r.level), string(r.status), r.enrolled.Dotted(), r.left.Dotted()},
	} {
		_ = w.Write(row) // a buffer takes everything
	}
	w.Flush()
	return b.Bytes()
}

// caseRoster names the roster that a case writes for an organisation.
func caseRoster(c osms.Case, bin osms.BIN) string {
	return fmt.Sprintf("case-%s-%d-%06d-%s.csv", c.Number.Region, c.Number.Year, c.Number.Serial, bin.Digits())
}

// change applies such a roster.
func (d *Desk) change(ctx context.Context, turn Turn, c osms.Case, region osms.Region, day osms.Date, r changeRow) (int64, error) {
	name := caseRoster(c, r.bin)
	kept, err := d.Archive.Keep(bytes.NewReader(r.sheet(c, day, c.Person)), d.Limits.FileBytes)
	if err != nil {
		return 0, err
	}
	drop := Drop{Name: name, SHA256: kept.SHA256, Size: kept.Size, Region: region, Kind: osms.KindRoster, Channel: channelCase, Received: turn.Now, Run: turn.Run.ID}
	reading, err := d.Read(drop)
	if err != nil {
		return 0, err
	}
	report, err := d.Apply(ctx, turn, reading, false)
	if err != nil {
		return 0, err
	}
	d.finish(ctx, turn, []store.Unfinished{{Channel: drop.Channel, Name: report.File, SHA256: drop.SHA256}}) // nobody awaits a receipt
	if report.Error != nil {
		return 0, fmt.Errorf("case %s: %w", c.Number, report.Error)
	}
	for _, x := range report.Refusals {
		if x.Severity == osms.Refused {
			return 0, fmt.Errorf("case %s: the registry refuses the change: %s", c.Number, x.Code)
		}
	}
	if report.Held {
		return 0, fmt.Errorf("case %s: the change waits for an administrator", c.Number)
	}
	return report.Import, nil
}

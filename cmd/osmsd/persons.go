package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// parseIIN does not show what was written: it may be somebody's number.
func parseIIN(text string) (osms.IIN, error) {
	iin, err := osms.ParseIIN(text, 0)
	if err != nil {
		return 0, usage("iin.bad")
	}
	return iin, nil
}

type sourceJSON struct {
	Import int64  `json:"import"`
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Cell   string `json:"cell"`
}

type enrolmentJSON struct {
	Region     osms.Region    `json:"region"`
	BIN        osms.BIN       `json:"bin"`
	Since      osms.Date      `json:"since"`
	From       osms.Date      `json:"from"`
	Until      *osms.Date     `json:"until"`
	Ending     osms.Ending    `json:"ending"`
	Form       osms.StudyForm `json:"form"`
	Level      osms.Level     `json:"level"`
	Status     osms.Status    `json:"status"`
	Grade      string         `json:"grade"`
	Group      string         `json:"group"`
	Speciality string         `json:"speciality"`
	Name       string         `json:"name"`
	KnownFrom  int64          `json:"known_from"`
	KnownTo    *int64         `json:"known_to"`
	Source     sourceJSON     `json:"source"`
}

type entitlementJSON struct {
	Category  osms.Category `json:"category"`
	From      osms.Month    `json:"from"`
	To        *osms.Month   `json:"to"`
	Region    osms.Region   `json:"region"`
	BIN       osms.BIN      `json:"bin"`
	KnownFrom int64         `json:"known_from"`
	KnownTo   *int64        `json:"known_to"`
}

type monthJSON struct {
	Month    osms.Month    `json:"month"`
	Version  int           `json:"version"`
	Category osms.Category `json:"category"`
	Region   osms.Region   `json:"region"`
	BIN      osms.BIN      `json:"bin"`
	Amount   osms.Tiyn     `json:"amount_tiyn"`
}

type letterJSON struct {
	Number string            `json:"number"`
	Date   osms.Date         `json:"date"`
	Action osms.LetterAction `json:"action"`
	BIN    osms.BIN          `json:"bin"`
	// Annulled: the import it rested on was taken back.
	Annulled bool `json:"annulled"`
}

type paymentJSON struct {
	Month    osms.Month   `json:"month"`
	Amount   osms.Tiyn    `json:"amount_tiyn"`
	KNP      string       `json:"knp"`
	PaidOn   osms.Date    `json:"paid_on"`
	Name     string       `json:"listed_name"`
	Region   osms.Region  `json:"region"`
	State    bool         `json:"state"`
	Document documentJSON `json:"document"`
	Source   sourceJSON   `json:"source"`
}

type eventJSON struct {
	Kind      osms.EventKind `json:"kind"`
	On        osms.Date      `json:"on"`
	Until     *osms.Date     `json:"until"`
	Document  string         `json:"document"`
	KnownFrom int64          `json:"known_from"`
	KnownTo   *int64         `json:"known_to"`
	Source    sourceJSON     `json:"source"`
}

type personJSON struct {
	IIN          string            `json:"iin"`
	Name         string            `json:"name"`
	Born         osms.Date         `json:"born"`
	Enrolments   []enrolmentJSON   `json:"enrolments"`
	Entitlements []entitlementJSON `json:"entitlements"`
	Months       []monthJSON       `json:"months"`
	Payments     []paymentJSON     `json:"payments"`
	Letters      []letterJSON      `json:"letters"`
	Events       []eventJSON       `json:"events"`
	// Lines are those of the reconciliation on which the person stands; [] unless
	// they were asked for.
	Lines []personLineJSON `json:"lines"`
}

type personLineJSON struct {
	Month  osms.Month      `json:"month"`
	Region osms.Region     `json:"region"`
	Kind   osms.BridgeKind `json:"kind"`
	Amount osms.Tiyn       `json:"amount_tiyn"`
	Other  osms.Month      `json:"other_month"`
}

func orNil(sequence int64) *int64 {
	if sequence == 0 {
		return nil
	}
	return &sequence
}

func shownPerson(p jobs.Person) personJSON {
	out := personJSON{IIN: p.Person.Digits(), Name: p.Name.String(), Born: p.Born, Enrolments: []enrolmentJSON{},
		Entitlements: []entitlementJSON{}, Months: []monthJSON{}, Payments: []paymentJSON{}, Letters: []letterJSON{}, Events: []eventJSON{}, Lines: []personLineJSON{}}
	for _, f := range p.Facts {
		e := enrolmentJSON{Region: f.Region, BIN: f.BIN, Since: f.First, From: f.From, Ending: f.Ending, Form: f.Facts.Form,
			Level: f.Facts.Level, Status: f.Facts.Status, Grade: f.Facts.Grade, Group: f.Facts.Group, Speciality: f.Facts.Speciality,
			Name: f.Name.String(), KnownFrom: f.KnownFrom, KnownTo: orNil(f.KnownUntil),
			Source: sourceJSON{f.Source.Import, intake.Shown(f.Source.File), intake.Shown(f.Source.Sheet), f.Source.Row, f.Source.Cell}}
		if f.Until != osms.Forever {
			e.Until = &f.Until
		}
		out.Enrolments = append(out.Enrolments, e)
	}
	for _, t := range p.Entitlements {
		e := entitlementJSON{Category: t.Category, From: t.From, Region: t.Region, BIN: t.BIN, KnownFrom: t.KnownFrom, KnownTo: orNil(t.KnownUntil)}
		if t.To != osms.EndlessMonth {
			e.To = &t.To
		}
		out.Entitlements = append(out.Entitlements, e)
	}
	for _, m := range p.Months {
		out.Months = append(out.Months, monthJSON{m.Month, m.Version, m.Category, m.Region, m.BIN, m.Amount})
	}
	for _, x := range p.Payments {
		d := x.Document
		out.Payments = append(out.Payments, paymentJSON{x.Month, x.Amount, x.KNP, x.PaidOn, intake.Shown(x.Listed), x.Region, x.State,
			documentJSON{d.Format, intake.Shown(d.Reference), intake.Shown(d.Number), d.Dated, intake.Shown(d.Payer), d.PayerID},
			sourceJSON{Import: x.Source.Import, File: intake.Shown(x.Source.File), Sheet: intake.Shown(x.Source.Sheet), Row: x.Source.Row}})
	}
	for _, l := range p.Letters {
		out.Letters = append(out.Letters, letterJSON{l.Outgoing(), l.Dated, l.Action, l.BIN, l.Annulled != 0})
	}
	for _, x := range p.Events {
		e := eventJSON{Kind: x.Kind, On: x.On, Document: intake.Shown(x.Document), KnownFrom: x.KnownFrom, KnownTo: orNil(x.KnownUntil),
			Source: sourceJSON{x.Source.Import, intake.Shown(x.Source.File), intake.Shown(x.Source.Sheet), x.Source.Row, x.Source.Cell}}
		if x.Until != osms.Forever {
			e.Until = &x.Until
		}
		out.Events = append(out.Events, e)
	}
	return out
}

func (a *app) personCommand() *cobra.Command {
	var at, known string
	var lines bool
	cmd := &cobra.Command{
		Use:   "person IIN",
		Short: "One person's history, with the file, sheet and cell of each fact",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			iin, err := parseIIN(args[0])
			if err != nil {
				return err
			}
			day, err := parseDay(at)
			if err != nil {
				return err
			}
			moment, err := parseMoment(known)
			if err != nil {
				return err
			}
			var sequence int64
			if !moment.IsZero() {
				if sequence, err = o.desk.Store.SequenceAt(cmd.Context(), moment); err != nil {
					return err
				}
				if sequence == 0 {
					sequence = -1 // before anything was known
				}
			}
			p, err := o.desk.Person(cmd.Context(), iin, day, sequence)
			if what, ok := looked(err); ok {
				if lerr := o.desk.Looked(cmd.Context(), iin, what, o.now()); lerr != nil {
					return lerr
				}
			}
			if errors.Is(err, jobs.ErrBlocked) {
				return refusal("block.person", iin)
			}
			if errors.Is(err, store.ErrNotFound) {
				return failure("person.none", iin)
			}
			if err != nil {
				return err
			}
			out := shownPerson(p)
			if lines {
				as := sequence
				if as == 0 {
					if as, err = o.desk.Store.LastSequence(cmd.Context()); err != nil {
						return err
					}
				}
				found, err := o.desk.LinesOf(cmd.Context(), p, as, o.now())
				if err != nil {
					return err
				}
				for _, l := range found {
					out.Lines = append(out.Lines, personLineJSON{l.Month, l.Region, l.Kind, l.Amount, l.Other})
				}
			}
			if a.json {
				return a.print(out)
			}
			return a.showPerson(out)
		},
	}
	cmd.Flags().BoolVar(&lines, "lines", false, "on which lines of the months' reconciliations the person stands (each month is reconciled)")
	cmd.Flags().StringVar(&at, "at", "", "only what is true on this day, as 2026-10-01")
	cmd.Flags().StringVar(&known, "known", "", "as known at this moment, as 2026-10-05T18:00:00+05:00 or 2026-10-05")
	return cmd
}

// looked names what the access log says of a look that ended in an error; not ok:
// nobody can have seen anything, or known that there is nothing to see.
func looked(err error) (what string, ok bool) {
	switch {
	case err == nil:
		return jobs.AccessPerson, true
	case errors.Is(err, jobs.ErrBlocked), errors.Is(err, store.ErrNotFound):
		return jobs.AccessRefusal, true
	}
	return "", false
}

func (a *app) showPerson(p personJSON) error {
	fmt.Fprintln(a.Stdout, a.say("person.head", p.IIN, p.Name, p.Born))
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "\n"+a.heads("person.enrolments"))
	for _, e := range p.Enrolments {
		until := a.say("person.open")
		if e.Until != nil {
			until = strings.TrimSpace(e.Until.String() + " " + a.ending(e.Ending))
		}
		source := fmt.Sprintf("%s %s", e.Source.File, strings.TrimPrefix(e.Source.Sheet+"!"+e.Source.Cell, "!"))
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.say("person.since", e.BIN, e.Since), e.From, until, a.word("form", string(e.Form)),
			a.word("status", string(e.Status)), a.between(e.KnownFrom, e.KnownTo), source)
	}
	fmt.Fprintln(w, "\n"+a.heads("person.entitlements"))
	for _, e := range p.Entitlements {
		to := a.say("person.open")
		if e.To != nil {
			to = e.To.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", e.Category, e.From, to, e.Region, e.BIN, a.between(e.KnownFrom, e.KnownTo))
	}
	if len(p.Events) > 0 {
		fmt.Fprintln(w, "\n"+a.heads("person.events"))
	}
	for _, e := range p.Events {
		until := "—"
		if e.Until != nil {
			until = e.Until.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", a.word("event", string(e.Kind)), e.On, until, a.orDash(e.Document), a.between(e.KnownFrom, e.KnownTo), a.place(e.Source))
	}
	fmt.Fprintln(w, "\n"+a.heads("person.months"))
	for _, m := range p.Months {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", m.Month, m.Category, m.Region, m.Amount.Grouped())
	}
	if len(p.Payments) > 0 {
		fmt.Fprintln(w, "\n"+a.heads("person.payments"))
	}
	for _, x := range p.Payments {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Month, x.Amount.Grouped(), a.orDash(x.KNP), x.PaidOn, a.orDash(x.Document.Payer),
			a.orDash(cmp.Or(x.Document.Reference, x.Document.Number)), a.place(x.Source))
	}
	if len(p.Lines) > 0 {
		fmt.Fprintln(w, "\n"+a.heads("person.lines"))
	}
	for _, l := range p.Lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.Month, l.Region.OrNone(a.lang), a.word("bridge", string(l.Kind)), l.Amount.Grouped())
	}
	if len(p.Letters) > 0 {
		fmt.Fprintln(w, "\n"+a.heads("person.letters"))
	}
	for _, l := range p.Letters {
		action := a.word("letter", string(l.Action))
		if l.Annulled {
			action += ", " + a.say("person.annulled")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", l.Number, l.Date, action)
	}
	return w.Flush()
}

// ending names how a span ends: a departure by the status that made it.
func (a *app) ending(e osms.Ending) string {
	if e.Departure() {
		return a.word("status", string(e))
	}
	return a.word("ending", string(e))
}

func (a *app) between(from int64, to *int64) string {
	if to == nil {
		return a.say("known.on", from)
	}
	return a.say("known.to", from, *to)
}

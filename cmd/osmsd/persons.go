package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
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
			out := shape.PersonOf(p)
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
					out.Lines = append(out.Lines, shape.PersonLineOf(l))
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

func (a *app) showPerson(p shape.Person) error {
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

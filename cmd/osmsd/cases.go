package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

type caseFlags struct {
	region, iin, bin, month string
	open, late              bool
}

func (f *caseFlags) filter(a *app) (store.CaseFilter, error) {
	out := store.CaseFilter{Open: f.open || f.late}
	var err error
	if out.Region, err = parseRegion(f.region); err != nil {
		return out, err
	}
	if f.iin != "" {
		if out.Person, err = parseIIN(f.iin); err != nil {
			return out, err
		}
	}
	if f.bin != "" {
		if out.BIN, err = osms.ParseBIN(f.bin); err != nil {
			return out, usage("bin.bad", f.bin)
		}
	}
	if f.month != "" {
		m, err := parseMonth(f.month)
		if err != nil {
			return out, err
		}
		out.From, out.To = a.midnight(m.First()), a.midnight(m.Add(1).First())
	}
	return out, nil
}

func (a *app) casesCommand() *cobra.Command {
	var f caseFlags
	cmd := &cobra.Command{
		Use:   "cases",
		Short: "Cases of service A with their clocks: applications, what is decided and what is late",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := f.filter(a)
			if err != nil {
				return err
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			all, err := o.desk.Cases(cmd.Context(), filter, o.now())
			if err != nil {
				return err
			}
			cases, overdue := []shape.Case{}, false
			for _, c := range all {
				if !f.late || c.State == casework.Nearly || c.State == casework.Overdue {
					cases = append(cases, shape.CaseOf(c, o.desk.Zone))
					overdue = overdue || c.State == casework.Overdue
				}
			}
			if a.json && len(cases) > 0 { // whole numbers and names
				if err := o.desk.Looked(cmd.Context(), 0, jobs.AccessCase, o.now()); err != nil {
					return err
				}
			}
			if a.json {
				err = a.print(map[string]any{"cases": cases})
			} else {
				err = a.showCases(o, all, cases)
			}
			if err == nil && f.late && overdue {
				return outcome(exitDiscrepancy)
			}
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.region, "region", "", "only those of this region")
	fl.StringVar(&f.bin, "bin", "", "only those of this provider")
	fl.StringVar(&f.iin, "iin", "", "only those of this person")
	fl.StringVar(&f.month, "month", "", "only those received in this month")
	fl.BoolVar(&f.open, "open", false, "only those that are not closed")
	fl.BoolVar(&f.late, "late", false, "only those that are late or nearly; exit code 5 when one is late")
	cmd.AddCommand(a.openCaseCommand(), a.stepCaseCommand(), a.showCaseCommand(), a.casesReportCommand())
	return cmd
}

// midnight is the beginning of a day in the configured zone.
func (a *app) midnight(d osms.Date) time.Time {
	return time.Date(d.Year(), time.Month(d.MonthNum()), d.Day(), 0, 0, 0, 0, a.zone())
}

// left writes how much working time is left or by how much the term was missed.
func (a *app) left(c jobs.CaseAt) string {
	if c.Days == 0 {
		return "—"
	}
	l := c.Left
	text := a.say("case.left", l.Days, l.Hours, l.Minutes)
	if l.Late && l.Days+l.Hours+l.Minutes == 0 {
		return a.word("case.state", string(casework.Overdue))
	}
	if l.Late {
		return a.say("case.late", text)
	}
	return text
}

func (a *app) showCases(o *opened, all []jobs.CaseAt, shown []shape.Case) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("cases.head"))
	by := map[string]jobs.CaseAt{}
	for _, c := range all {
		by[c.Number.String()] = c
	}
	for _, c := range shown {
		at := by[c.Number]
		deadline := "—"
		if c.Deadline != nil {
			deadline = c.Deadline.Format("2006-01-02 15:04")
		}
		state := a.word("case.state", string(c.State))
		if c.Step != "" {
			state += ", " + a.word("case.step", string(c.Step))
			if c.StepLeft < 0 {
				state += " " + a.say("case.overrun", -c.StepLeft)
			}
		}
		result := a.word("case.outcome", string(c.Outcome))
		if c.Letter != "" {
			result += " № " + c.Letter
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.Number, c.Received.Format("2006-01-02 15:04"), at.Person, c.BIN, deadline, a.left(at), state, result)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, a.say("cases.count", grouped(len(shown))))
	return nil
}

func (a *app) showCaseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show NUMBER",
		Short: "One case: documents, steps with who and when, and its outcome",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := osms.ParseCaseNumber(args[0])
			if err != nil {
				return usage("case.number", args[0])
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			found, err := o.desk.Cases(cmd.Context(), store.CaseFilter{Number: number}, o.now())
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return failure("case.none", number)
			}
			if err := o.desk.Looked(cmd.Context(), found[0].Person, jobs.AccessCase, o.now()); err != nil {
				return err
			}
			if a.json {
				return a.print(shape.CaseOf(found[0], o.desk.Zone))
			}
			return a.showCase(o, found[0])
		},
	}
}

func (a *app) showCase(o *opened, c jobs.CaseAt) error {
	shown := shape.CaseOf(c, o.desk.Zone)
	fmt.Fprintln(a.Stdout, a.say("case.head", shown.Number, shown.IIN, shown.Name, shown.BIN, shown.Received.Format("2006-01-02 15:04"), shown.Counted))
	if shown.Deadline != nil {
		fmt.Fprintln(a.Stdout, a.say("case.term", shown.Days, shown.Deadline.Format("2006-01-02 15:04"), a.left(c)))
	}
	for _, l := range shown.Lacks {
		fmt.Fprintf(a.Stdout, "  %s\n", a.word("lack", string(l)))
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	for _, s := range shown.Steps {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", s.At.Format("2006-01-02 15:04"), a.word("case.step", string(s.Step)), s.By, s.Note)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	state := a.word("case.state", string(shown.State))
	if shown.Step != "" {
		state += ": " + a.say("case.next", a.word("case.step", string(shown.Step)), a.word("case.role", shown.StepBy), shown.StepLeft)
	}
	fmt.Fprintln(a.Stdout, state)
	if shown.Outcome != osms.CaseOpen {
		line := a.word("case.outcome", string(shown.Outcome))
		if shown.Ground != 0 {
			line += ", " + a.say("case.ground", int(shown.Ground), shown.Reason.In(a.language()))
		}
		if shown.Letter != "" {
			line += " № " + shown.Letter
		}
		fmt.Fprintln(a.Stdout, line)
	}
	return nil
}

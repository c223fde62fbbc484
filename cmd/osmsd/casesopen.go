package main

import (
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (a *app) openCaseCommand() *cobra.Command {
	var iin, bin, previous, received, identityUntil, studyDated, enrolled, form, level, by string
	var x osms.Application
	var lacking bool
	cmd := &cobra.Command{
		Use:   "open --iin IIN --bin BIN",
		Short: "Register an application that was handed in at the counter",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if x.Person, err = parseIIN(iin); err != nil {
				return err
			}
			if x.BIN, err = osms.ParseBIN(bin); err != nil {
				return usage("bin.bad", bin)
			}
			if previous != "" {
				if x.Previous, err = osms.ParseBIN(previous); err != nil {
					return usage("bin.bad", previous)
				}
			}
			for _, d := range []struct {
				text string
				to   *osms.Date
			}{{identityUntil, &x.IdentityUntil}, {studyDated, &x.StudyDated}, {enrolled, &x.EnrolledOn}} {
				if *d.to, err = parseDay(d.text); err != nil {
					return err
				}
			}
			if x.StudyForm, x.Level, err = parseStudy(form, level); err != nil {
				return err
			}
			if x.Name.Surname == "" || x.Name.Given == "" {
				return usage("case.name")
			}
			if !lacking && !(x.Form && x.Identity && x.Study) {
				return usage("case.lacking")
			}
			moment, err := parseMoment(received)
			if err != nil {
				return err
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var c osms.Case
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobCases, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
				x.Received = moment
				done, err := o.desk.HandIn(ctx, t, x, by, a.progress())
				if c = done.Case; done.Twin.Serial != 0 {
					a.tell("case.twin", done.Twin)
				}
				a.showWritten(o, done.Paths)
				return c.Number.String(), err
			})
			switch {
			case errors.Is(err, jobs.ErrFuture):
				return usage("case.future", x.Received.In(o.desk.Zone).Format("2006-01-02 15:04"))
			case errors.Is(err, jobs.ErrNoProvider):
				return failure("case.provider", x.BIN)
			}
			if err != nil {
				return err
			}
			found, err := o.desk.Cases(cmd.Context(), store.CaseFilter{Number: c.Number}, o.now())
			if err != nil {
				return err
			}
			if a.json {
				return a.print(shape.CaseOf(found[0], o.desk.Zone))
			}
			return a.showCase(o, found[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&iin, "iin", "", "the person's IIN")
	f.StringVar(&bin, "bin", "", "BIN of the provider applied to")
	f.StringVar(&previous, "previous", "", "BIN of the organisation where the person studied before (the 4-day path)")
	f.StringVar(&x.Name.Surname, "surname", "", "surname, as in the application")
	f.StringVar(&x.Name.Given, "given", "", "given name")
	f.StringVar(&x.Name.Patronymic, "patronymic", "", "patronymic")
	f.StringVar(&x.Incoming, "incoming", "", "the office's own number of the application")
	f.StringVar(&received, "received", "", "when it was handed in, as 2026-10-05T18:00:00+05:00 (default: now)")
	f.BoolVar(&x.Form, "application", false, "the application form is there and signed")
	f.BoolVar(&x.Identity, "identity", false, "the identity document is there")
	f.StringVar(&identityUntil, "identity-until", "", "last day of its validity")
	f.BoolVar(&x.Study, "study", false, "the document about the study is there")
	f.StringVar(&studyDated, "study-dated", "", "its date")
	f.StringVar(&form, "form", "", "the form of study it states: full_time, part_time …")
	f.StringVar(&level, "level", "", "the level of education it states")
	f.StringVar(&enrolled, "enrolled-on", "", "the first day of study it states")
	f.BoolVar(&lacking, "lacking", false, "yes, a document is missing: a receipt of refusal is written")
	f.BoolVar(&x.Consent, "consent", false, "consent to access to personal data is given")
	f.StringVar(&by, "by", "", "who accepted it")
	return cmd
}

// showWritten says where the letters are that were written.
func (a *app) showWritten(o *opened, paths []string) {
	for _, p := range paths {
		fmt.Fprintln(a.Stderr, o.desk.Home.Shown(p))
	}
}

// parseStudy reads a form and a level of study.
func parseStudy(form, level string) (osms.StudyForm, osms.Level, error) {
	switch f := osms.StudyForm(form); f {
	case "", osms.FullTime, osms.PartTime, osms.Evening, osms.Distance, osms.External:
	default:
		return "", "", usage("study.form", form)
	}
	switch l := osms.Level(level); l {
	case "", osms.Secondary, osms.TVET, osms.PostSecondary, osms.Higher, osms.Postgraduate:
	default:
		return "", "", usage("study.level", level)
	}
	return osms.StudyForm(form), osms.Level(level), nil
}

func (a *app) casesReportCommand() *cobra.Command {
	var f monthFlags
	cmd := &cobra.Command{
		Use:   "report --month M",
		Short: "Cases of a month counted: outcomes, grounds, what was late",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, region, err := f.parse()
			if err != nil {
				return err
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			r, err := o.desk.CasesReport(cmd.Context(), m, region, o.now())
			if err != nil {
				return err
			}
			if a.json {
				return a.print(shape.CasesReportOf(r))
			}
			return a.showReport(r)
		},
	}
	f.add(cmd, "only those of this region")
	return cmd
}

// hours writes working time as people do.
func (a *app) hours(d time.Duration) string {
	return a.say("case.hours", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

func (a *app) showReport(r casework.Report) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, a.heads("cases.report")+"\t")
	line := func(name string, t casework.Tally) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t\n", name, t.Received, t.NotAccepted, t.Notified, t.Refused, t.Open, t.FourDays, t.InTime, t.Late,
			t.Nearly, t.Overdue, t.Withdrawn, a.hours(t.Longest))
	}
	for _, p := range r.Providers {
		line(p.BIN.String(), p.Tally)
	}
	line(a.say("total"), r.Total)
	if err := w.Flush(); err != nil {
		return err
	}
	var grounds []osms.Ground
	for g := range r.Total.ByGround {
		grounds = append(grounds, g)
	}
	slices.Sort(grounds)
	for _, g := range grounds {
		fmt.Fprintln(a.Stdout, a.say("cases.grounds", int(g), r.Total.ByGround[g]))
	}
	return nil
}

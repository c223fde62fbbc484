package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/mt102"
	"osmsd/exporters/workbook"
	"osmsd/sync/contribution"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (a *app) assessCommand() *cobra.Command {
	var month, reason string
	var refreeze bool
	cmd := &cobra.Command{
		Use:   "assess --month M",
		Short: "Contributions due for a month, frozen as known when it runs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := parseMonth(month)
			if err != nil {
				return err
			}
			if refreeze && strings.TrimSpace(reason) == "" {
				return usage("reason")
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var f store.Freeze
			var fresh bool
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobAssess, Month: m, Trigger: "command"},
				func(ctx ctxType, t jobs.Turn) (string, error) {
					f, fresh, err = o.desk.Assess(ctx, t, m, refreeze, reason)
					return fmt.Sprintf("version %d", f.Version), err
				})
			if err != nil {
				return rateHint(err)
			}
			out := shape.AssessmentOf(f)
			if a.json {
				return a.print(out)
			}
			if !fresh {
				fmt.Fprintln(a.Stderr, a.say("frozen.already", m, f.Frozen.In(o.desk.Zone).Format("2006-01-02 15:04"), f.Version))
			}
			return a.showAssessment(out, f.Rate.Unverified)
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, as 2026-10")
	cmd.Flags().BoolVar(&refreeze, "refreeze", false, "make a new numbered version of a frozen month")
	cmd.Flags().StringVar(&reason, "reason", "", "why a new version is made")
	return cmd
}

// rateHint makes a year without a rate a mistake of the configuration.
func rateHint(err error) error {
	if errors.Is(err, contribution.ErrNoRate) {
		return usage("rate")
	}
	return err
}

func (a *app) showAssessment(out shape.Assessment, unverified bool) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	note := ""
	if unverified {
		note = a.say("assess.unverified")
	}
	fmt.Fprintln(a.Stdout, a.say("assess.rate", out.Month, out.Version, out.Percent, out.Base.Grouped(), note, out.PerPerson.Grouped()))
	fmt.Fprintln(w, a.heads("assess.head")+"\t")
	for _, l := range out.Lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\n", l.Region, l.Category, grouped(l.Persons), l.Amount.Grouped())
	}
	fmt.Fprintf(w, "%s\t\t%s\t%s\t\n", a.say("total"), grouped(out.Persons), out.Amount.Grouped())
	return w.Flush()
}

func (a *app) reconcileCommand() *cobra.Command {
	var f monthFlags
	var asOf string
	cmd := &cobra.Command{
		Use:   "reconcile --month M",
		Short: "Due against ledger, with the bridge; writes the workbook",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, only, err := f.parse()
			if err != nil {
				return err
			}
			at, err := parseMoment(asOf)
			if err != nil {
				return err
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			r, err := o.desk.Reconcile(cmd.Context(), m, at, o.now())
			if err != nil {
				return rateHint(err)
			}
			if only != 0 {
				r = r.Only(only)
			}
			path := ""
			if _, err := os.Stat(a.home); err == nil {
				if path, err = o.desk.WriteReconciliation(r, only); err != nil {
					return err
				}
			}
			if err := a.showReconciliation(o, r, path); err != nil {
				return err
			}
			if discrepant(r) {
				return outcome(exitDiscrepancy)
			}
			return nil
		},
	}
	f.add(cmd, "only this region: first two digits of KATO")
	cmd.Flags().StringVar(&asOf, "as-of", "", "due as known at this moment, as 2026-10-05T18:00:00+05:00 or 2026-10-05 (default: now)")
	return cmd
}

// discrepant: something differs, or money of the state stands on no line.
func discrepant(r osms.Reconciliation) bool {
	return slices.ContainsFunc(r.Lines, func(l osms.ReconciliationLine) bool { return l.Difference != 0 || l.Unexplained != 0 }) ||
		slices.ContainsFunc(r.Unplaced, func(u osms.Unplaced) bool { return u.Why != osms.NotState })
}

// parseMoment reads a moment, or a day, which stands for its end.
func parseMoment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	if day, err := time.Parse("02.01.2006", text); err == nil {
		text = day.Format(time.DateOnly)
	}
	if d, err := osms.ParseDate(text); err == nil {
		almaty, err := time.LoadLocation("Asia/Almaty")
		if err != nil {
			return time.Time{}, err
		}
		n := d.Add(1)
		return time.Date(n.Year(), time.Month(n.MonthNum()), n.Day(), 0, 0, 0, 0, almaty).Add(-time.Second).UTC(), nil
	}
	return time.Time{}, usage("moment.bad", text)
}

// version names a version of rules or rates by the decision that brought it.
func (a *app) version(sequence int64) string {
	if sequence == 0 {
		return a.say("reconcile.built_in")
	}
	return fmt.Sprintf("№ %d", sequence)
}

func (a *app) showReconciliation(o *opened, r osms.Reconciliation, path string) error {
	if a.json {
		return a.print(shape.ReconciliationOf(r, a.lang))
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(a.Stdout, a.say("reconcile.known", r.Month, r.Sequence))
	frozen := a.say("reconcile.not_frozen")
	if r.FreezeVersion != 0 {
		frozen = fmt.Sprint(r.FreezeVersion)
	}
	fmt.Fprintln(a.Stdout, a.say("reconcile.versions", r.AsOf.In(o.desk.Zone).Format("2006-01-02 15:04:05"), frozen, a.version(r.Rules), a.version(r.Rates), grouped(len(r.Files))))
	fmt.Fprintln(a.Stdout, a.say("reconcile.source", r.Source.In(a.lang)))
	fmt.Fprintln(w, a.heads("reconcile.head")+"\t")
	row := func(name string, l osms.ReconciliationLine) {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, grouped(l.DuePersons), l.Due.Grouped(), l.Ledger.Grouped(), l.Difference.Grouped(),
			(l.Difference - l.Unexplained).Grouped(), l.Unexplained.Grouped())
	}
	for _, l := range r.Lines {
		name := l.Region.String()
		if l.Region == 0 {
			name = l.Region.OrNone(a.language())
		}
		row(name, l)
	}
	row(a.say("total"), r.Total)
	if err := w.Flush(); err != nil {
		return err
	}
	for _, b := range r.Total.Bridge {
		fmt.Fprintln(a.Stdout, "  "+a.say("reconcile.bridge", a.word("bridge", string(b.Kind)), grouped(b.Persons), b.Amount.Grouped()))
	}
	for _, l := range r.Lines {
		if l.Unexplained != 0 {
			fmt.Fprintln(a.Stdout, "  "+a.say("reconcile.rest", l.Region.OrNone(a.lang), l.Unexplained.Grouped()))
			for _, s := range l.Suggestions {
				fmt.Fprintln(a.Stdout, "    ? "+s.Message(a.lang))
			}
		}
	}
	for _, u := range r.Unplaced {
		fmt.Fprintln(a.Stdout, "  "+a.say("reconcile.unplaced", u.Why.In(a.lang), grouped(u.Persons), u.Amount.Grouped()))
	}
	if path != "" {
		fmt.Fprintln(a.Stderr, a.say("reconcile.workbook", o.desk.Home.Shown(path)))
		fmt.Fprintln(a.Stderr, a.say("reconcile.summary", o.desk.Home.Shown(jobs.SummaryOf(path))))
	}
	return nil
}

func (a *app) exportCommand() *cobra.Command {
	var f monthFlags
	var out, format string
	var o102 mt102.Options
	cmd := &cobra.Command{
		Use:   "export --month M --out FILE",
		Short: "The frozen list person by person, as CSV, XLSX or MT102",
		Long: `The frozen list of a month, person by person: a table (.csv, .xlsx), or
messages of the payment system (.mt102), one for each region, whose total and
count of persons the receiver can check. The form follows the file's name;
--format says it for any other name.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, only, err := f.parse()
			if err != nil {
				return err
			}
			if format == "" {
				format = strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
			}
			write := listWriter(format, o102)
			if write == nil || out == "" {
				return usage("out.list")
			}
			if err := a.mustBeFrozen(cmd.Context(), m); err != nil {
				return err
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var list osms.FrozenList
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobExport, Month: m, Trigger: "command"},
				func(ctx ctxType, t jobs.Turn) (string, error) {
					list, err = o.desk.Export(ctx, t, m, only, func(l osms.FrozenList, each func(func(osms.FrozenPerson) error) error) error {
						return writeWhole(out, func(w io.Writer) error { return write(w, l, each) })
					})
					return fmt.Sprintf("%d persons", list.Persons), err
				})
			if errors.Is(err, store.ErrNotFound) {
				return usage("frozen.not", m)
			}
			if errors.Is(err, mt102.ErrOptions) {
				return usage("mt102.options")
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.print(map[string]any{"month": list.Month, "region": list.Region, "version": list.Version, "sequence": list.Sequence,
					"file": out, "persons": list.Persons, "amount_tiyn": list.Amount, "digest": list.Digest, "joined": list.Joined, "left": list.Left})
			}
			fmt.Fprintln(a.Stdout, a.say("export.done", out, grouped(list.Persons), list.Amount.Grouped(), grouped(list.Joined), grouped(list.Left)))
			fmt.Fprintln(a.Stdout, a.say("export.digest", list.Digest))
			return nil
		},
	}
	f.add(cmd, "only this region: first two digits of KATO")
	cmd.Flags().StringVar(&out, "out", "", "the file to write: .csv, .xlsx or .mt102")
	cmd.Flags().StringVar(&format, "format", "", "csv, xlsx or mt102, where the file's name does not say it")
	cmd.Flags().StringVar(&o102.KNP, "knp", "", "MT102: payment purpose code (default "+mt102.Defaults.KNP+")")
	cmd.Flags().StringVar(&o102.Encoding, "encoding", "", "MT102: utf-8 or kz-1048 (default utf-8)")
	cmd.Flags().StringVar(&o102.Payer.Name, "payer", "", "MT102: name of the payer (default the State Corporation)")
	cmd.Flags().StringVar(&o102.Payer.ID, "payer-bin", "", "MT102: BIN of the payer")
	cmd.Flags().StringVar(&o102.Payer.Account, "payer-account", "", "MT102: account of the payer")
	return cmd
}

// listWriter writes a frozen list in a form, nil for one that there is not.
func listWriter(format string, o mt102.Options) func(io.Writer, osms.FrozenList, func(func(osms.FrozenPerson) error) error) error {
	switch format {
	case "csv":
		return workbook.WriteListCSV
	case "xlsx":
		return workbook.WriteListXLSX
	case "mt102":
		return func(w io.Writer, l osms.FrozenList, each func(func(osms.FrozenPerson) error) error) error {
			return mt102.Write(w, l, each, o)
		}
	}
	return nil
}

// mustBeFrozen looks without making a home: there is nothing to export from one
// that does not exist.
func (a *app) mustBeFrozen(ctx ctxType, m osms.Month) error {
	if _, err := os.Stat(a.home); !errors.Is(err, fs.ErrNotExist) {
		return nil // the run itself looks, in its turn
	}
	o, err := a.openReading(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	if _, err = o.desk.Store.Frozen(ctx, m, 0); errors.Is(err, store.ErrNotFound) {
		return usage("frozen.not", m)
	}
	return err
}

// writeWhole writes a file whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	return writeFor(path, 0o640, write)
}

// writeFor is writeWhole for a file that not everybody may read: nobody but its
// owner can before it has its mode.
func writeFor(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".osmsd-*")
	if p := new(fs.PathError); errors.As(err, &p) {
		return &fs.PathError{Op: p.Op, Path: path, Err: p.Err} // the name people know
	}
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), mode)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

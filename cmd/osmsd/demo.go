package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/country"
	"osmsd/cmd/internal/shape"
	"osmsd/importers/intake"
	"osmsd/sync/calendar"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

func countryFlags(cmd *cobra.Command, o *country.Options) {
	f := cmd.Flags()
	f.IntVar(&o.Persons, "persons", 1500, "persons in the country")
	f.IntVar(&o.Regions, "regions", 4, "regions, at most 20")
	f.IntVar(&o.Months, "months", 2, "months of rosters")
	f.Uint64Var(&o.Seed, "seed", 1, "another number makes another country")
}

// moneyFlags say how a country's money arrives and what is planted in it.
func moneyFlags(cmd *cobra.Command, o *country.Options) {
	f := cmd.Flags()
	f.Func("money", "how the money of the months arrives, in turn: "+joined(country.Moneys)+", or rotate for all (default totals; with --plant rotate)", func(s string) (err error) {
		o.Money, err = country.ParseMoneys(s)
		return err
	})
	f.Func("plant", "differences and noise to plant in the money: all, none or some of "+joined(country.Plants)+" (default none)", func(s string) (err error) {
		o.Plant, err = country.ParsePlants(s)
		return err
	})
}

func joined[T ~string](names []T) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(n))
	}
	return b.String()
}

func (a *app) generateCommand() *cobra.Command {
	var o country.Options
	var out string
	cmd := &cobra.Command{
		Use:   "generate --out DIR",
		Short: "Make a synthetic country: rosters, ledger and the truth about them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage("out.folder")
			}
			if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
				return usage("out.full", out)
			}
			truth, err := makeCountry(cmd.Context(), out, o)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(map[string]any{"dir": out, "files": len(truth.Files), "organisations": truth.Organisations,
					"refused": truth.Refused, "warnings": truth.Warnings})
			}
			fmt.Fprintln(a.Stdout, a.say("generate.done", grouped(len(truth.Files)), grouped(truth.Organisations), out, grouped(truth.Refused),
				filepath.Join(out, "truth.json")))
			return nil
		},
	}
	countryFlags(cmd, &o)
	moneyFlags(cmd, &o)
	cmd.Flags().BoolVar(&o.Casework, "casework", false, "applications, requests and events of single persons too")
	cmd.Flags().StringVar(&out, "out", "", "the folder to write, empty or not there")
	return cmd
}

// makeCountry generates a country. The generator knows of no interruption:
// whoever interrupts it leaves it behind, and the program ends.
func makeCountry(ctx ctxType, dir string, o country.Options) (*country.Truth, error) {
	if err := o.Valid(); err != nil {
		return nil, usage("country.options")
	}
	type made struct {
		truth *country.Truth
		err   error
	}
	done := make(chan made, 1)
	go func() {
		truth, err := country.Generate(dir, o)
		done <- made{truth, err}
	}()
	select {
	case m := <-done:
		return m.truth, m.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (a *app) demoCommand() *cobra.Command {
	o := country.DemoOptions()
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "A synthetic country runs whole months in a fresh home: see what the program does",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if entries, err := os.ReadDir(a.home); err == nil && len(entries) > 0 {
				return usage("demo.home", a.home)
			}
			d := demo{app: a, options: o, began: time.Now()} // not the rehearsed clock
			return d.run(cmd.Context())
		},
	}
	countryFlags(cmd, &o)
	return cmd
}

// demo is one run of the demonstration.
type demo struct {
	*app
	options country.Options
	began   time.Time
	home    *opened
	day     time.Time // the demonstration's own clock
	files   map[osms.Outcome]int
	rows    [6]int // rows, joined, left, changed, unchanged, refused
	lines   []string
	cases   string // what became of the applications and requests
}

func (d *demo) run(ctx ctxType) error {
	d.files = map[osms.Outcome]int{}
	source := filepath.Join(d.app.home, "country")
	fmt.Fprintln(d.Stderr, d.say("demo.making", grouped(d.options.Persons)))
	truth, err := makeCountry(ctx, source, d.options)
	if err != nil {
		return err
	}
	first := truth.Months[0].Month
	d.at(first.Add(-1).Last(), 10)
	d.Clock = func() time.Time { return d.day }
	d.cfg.Intake.Rest = 20 * time.Millisecond
	d.cfg.Cases.Automatic = true // nobody is at the desk
	d.log = slog.New(slog.NewTextHandler(d.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	if d.home, err = d.openHome(ctx); err != nil {
		return err
	}
	defer d.home.close()
	if err := d.drop(filepath.Join(source, "organisations"), d.say("demo.dropping.organisations")); err != nil {
		return err
	}
	if err := d.take(ctx); err != nil {
		return err
	}
	for _, m := range truth.Months {
		if err := d.month(ctx, source, m.Month); err != nil {
			return err
		}
		if err := d.casework(ctx, source, m.Month, truth.Casework); err != nil {
			return err
		}
	}
	if err := d.statement(ctx, truth); err != nil {
		return err
	}
	if err := d.leave(ctx, truth.Months[len(truth.Months)-1].Month); err != nil {
		return err
	}
	if err := d.sumCases(ctx); err != nil {
		return err
	}
	var regions []osms.Region
	for _, text := range truth.Regions {
		r, err := osms.ParseRegion(text)
		if err != nil {
			return err
		}
		regions = append(regions, r)
	}
	accounts, err := d.accounts(ctx, regions)
	if err != nil {
		return err
	}
	return d.sum(truth, accounts)
}

// at sets the demonstration's clock.
func (d *demo) at(day osms.Date, hour int) {
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	d.day = time.Date(day.Year(), time.Month(day.MonthNum()), day.Day(), hour, 0, 0, 0, zone)
}

// drop copies files into the drop folders as an akimat would.
func (d *demo) drop(from, what string) error { return d.dropInto(from, "", what) }

// dropInto copies files into one drop folder.
func (d *demo) dropInto(from, folder, what string) error {
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if what != "" {
		fmt.Fprintln(d.Stderr, what)
	}
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		to := filepath.Join(d.home.desk.Home.Inbox, folder, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		defer in.Close()
		return writeWhole(to, func(w io.Writer) error {
			_, err := io.Copy(w, in)
			return err
		})
	})
}

// take runs the intake until the drop folders are empty.
func (d *demo) take(ctx ctxType) error {
	folder, err := intake.OpenFolder(d.home.desk.Home.Inbox, d.home.desk.Drops)
	if err != nil {
		return err
	}
	for range 100 {
		polled, err := folder.Poll(time.Now())
		if err != nil {
			return err
		}
		if len(polled.Ready) == 0 && len(polled.Waiting) == 0 {
			return nil
		}
		if len(polled.Ready) == 0 || len(polled.Waiting) > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(2 * d.home.desk.Drops.Rest):
			}
			continue
		}
		_, err = d.home.runner.Run(ctx, osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
			n := 0
			err := d.home.desk.Intake(ctx, t, folder, polled.Ready, func(taken jobs.Taken) {
				n++
				d.count(taken)
			})
			return fmt.Sprintf("%d files", n), err
		})
		if err != nil {
			return err
		}
	}
	return errors.New("the drop folders do not get empty")
}

func (d *demo) count(t jobs.Taken) {
	if t.Err != nil {
		d.tell("file.failed", intake.Shown(t.Report.File), d.reason(t.Err))
		return
	}
	f := t.Report
	d.files[f.Outcome]++
	for i, n := range []int{f.Rows, f.Joined, f.Left, f.Changed, f.Unchanged, f.Refused} {
		d.rows[i] += n
	}
}

// month runs one month: rosters, assessment, late facts and the ledger,
// reconciliation, letters.
func (d *demo) month(ctx ctxType, source string, m osms.Month) error {
	d.rows, d.files = [6]int{}, map[osms.Outcome]int{}
	dir := filepath.Join(source, m.String())
	d.at(m.First(), 9)
	if err := d.drop(filepath.Join(dir, "inbox"), d.say("demo.dropping.month", m)); err != nil {
		return err
	}
	// The ledger comes when the month was paid, after it was frozen.
	ledger := filepath.Join(d.home.desk.Home.Inbox, "ledger")
	aside := filepath.Join(d.home.desk.Home.Dir, ".ledger")
	if err := os.Rename(ledger, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := d.take(ctx); err != nil {
		return err
	}
	d.at(m.First(), 18)
	var message string
	do := func(job osms.Job) error {
		run, err := d.home.runner.Run(ctx, osms.Run{Job: job, Month: m, Trigger: "command"},
			func(ctx ctxType, t jobs.Turn) (string, error) { return d.home.desk.Do(ctx, t, job, m, d.progress()) })
		message = run.Message
		return err
	}
	if err := do(osms.JobAssess); err != nil {
		return err
	}
	f, err := d.home.desk.Store.Frozen(ctx, m, 0)
	if err != nil {
		return err
	}
	frozen := shape.AssessmentOf(f)
	if err := os.Rename(aside, ledger); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	d.at(m.First().Add(9), 10)
	if err := d.drop(filepath.Join(dir, "late", "inbox"), d.say("demo.dropping.late", m)); err != nil {
		return err
	}
	if err := d.take(ctx); err != nil {
		return err
	}
	d.at(calendar.Default().OnOrAfter(m.First().Add(10)), 9)
	if err := do(osms.JobReconcile); err != nil {
		return err
	}
	r, err := d.home.desk.Reconcile(ctx, m, time.Time{}, d.home.now())
	if err != nil {
		return err
	}
	if err := do(osms.JobLetters); err != nil {
		return err
	}
	files := 0
	for _, n := range d.files {
		files += n
	}
	d.lines = append(d.lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", m, grouped(files), grouped(d.rows[0]), grouped(d.rows[1]), grouped(d.rows[2]), grouped(d.rows[3]), grouped(d.rows[5]),
		grouped(frozen.Persons), frozen.Amount.Grouped(), r.Total.Ledger.Grouped(), r.Total.Difference.Grouped(), r.Total.Unexplained.Grouped(), strings.Fields(message)[0]))
	return nil
}

// statement answers one person's request in three forms.
func (d *demo) statement(ctx ctxType, truth *country.Truth) error {
	last := truth.Months[len(truth.Months)-1].Month
	i := slices.IndexFunc(truth.Samples, func(s country.Sample) bool { return len(s.Months) == len(truth.Months) })
	if i < 0 {
		return errors.New("the country has no person to state")
	}
	iin, err := osms.ParseIIN(truth.Samples[i].IIN, 0)
	if err != nil {
		return err
	}
	s, err := d.home.desk.Issue(ctx, iin, truth.Months[0].Month, last, d.home.now())
	if err != nil {
		return err
	}
	if s, err = d.home.desk.SignStatement(s); err != nil {
		return err
	}
	dir := d.home.desk.Home.Statements
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, ext := range []string{".pdf", ".xlsx", ".json"} {
		if err := writeStatement(filepath.Join(dir, jobs.AnswerFile(s.Number)+ext), s); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) sum(truth *country.Truth, accounts [][3]string) error {
	fmt.Fprintf(d.Stdout, "\n%s\n\n", d.say("demo.country", grouped(truth.Persons), grouped(truth.Organisations), grouped(len(truth.Regions)), truth.Seed))
	w := tabwriter.NewWriter(d.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, d.heads("demo.head")+"\t")
	for _, l := range d.lines {
		fmt.Fprintln(w, l)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(d.Stdout, "\n%s\n", d.say("demo.then"))
	h := d.home.desk.Home
	fmt.Fprintf(d.Stdout, "\n%s\n", d.say("demo.look", h.Dir))
	for _, line := range [][2]string{
		{"country/", d.say("demo.look.country")},
		{h.Shown(h.Returned), d.say("demo.look.returned")},
		{h.Shown(h.Reports), d.say("demo.look.reports")},
		{h.Shown(h.Letters), d.say("demo.look.letters")},
		{h.Shown(h.Statements), d.say("demo.look.statements")},
	} {
		fmt.Fprintf(d.Stdout, "  %-14s %s\n", line[0], line[1])
	}
	if d.cases != "" {
		fmt.Fprintf(d.Stdout, "\n%s\n", d.cases)
	}
	home := ""
	if d.app.home != mustAbs("osms") {
		home = " --home " + h.Dir
	}
	fmt.Fprintf(d.Stdout, "\n%[4]s\n  osmsd%[1]s reconcile --month %[2]s\n  osmsd%[1]s overlaps --month %[2]s\n  osmsd%[1]s person %[3]s\n  osmsd%[1]s cases\n",
		home, truth.Months[len(truth.Months)-1].Month, truth.Samples[0].IIN, d.say("demo.next"))
	if err := d.showAccounts(home, accounts); err != nil {
		return err
	}
	fmt.Fprintf(d.Stdout, "\n%s\n", d.say("demo.took", grouped(int(time.Since(d.began).Round(time.Second).Seconds()))))
	return nil
}

func mustAbs(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

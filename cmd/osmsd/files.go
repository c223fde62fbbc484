package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/receipt"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

type fileFlags struct {
	region, kind, approve string
}

func (f *fileFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.region, "region", "", "the region that sent the files: first two digits of KATO")
	cmd.Flags().StringVar(&f.kind, "kind", "", "roster, ledger, payments, organisations, applications, requests or events (default: told from the content)")
	cmd.Flags().StringVar(&f.approve, "approve", "", "apply exactly the diff with this hash, of the file or of one organisation, held or not")
}

func (f *fileFlags) parse() (region osms.Region, kind osms.Kind, err error) {
	if region, err = parseRegion(f.region); err != nil {
		return 0, "", err
	}
	for _, k := range osms.Kinds() {
		if string(k) == f.kind {
			kind = k
		}
	}
	if f.kind != "" && kind == "" {
		return 0, "", usage("kind.bad", f.kind)
	}
	if f.approve != "" {
		if f.approve, err = parseHash(f.approve); err != nil {
			return 0, "", err
		}
	}
	if kind == osms.KindRoster && region == 0 {
		return 0, "", usage("roster.region")
	}
	return region, kind, nil
}

func (a *app) checkCommand() *cobra.Command {
	var f fileFlags
	var folder string
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Show what importing files would do; writes nothing but, with --return, the marked workbooks",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			region, kind, err := f.parse()
			if err != nil {
				return err
			}
			if err := readable(paths); err != nil {
				return err
			}
			o, err := a.openRehearsal(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			report := a.fileReporter()
			each, failed := report.add, error(nil)
			if folder != "" {
				each = func(t jobs.Taken) {
					report.add(t)
					failed = errors.Join(failed, a.returnTo(o.desk, folder, t))
				}
			}
			if err := o.desk.CheckApproved(cmd.Context(), o.now(), paths, region, kind, f.approve, each); err != nil {
				return err
			}
			if failed != nil {
				return failed
			}
			return report.end()
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&folder, "return", "", "a folder to write the files into with their faults marked")
	return cmd
}

// returnTo writes the marked workbook of a file that was looked at.
func (a *app) returnTo(desk *jobs.Desk, folder string, t jobs.Taken) error {
	if t.Err != nil {
		return nil
	}
	path, err := desk.ReturnTo(folder, t.Report)
	if err == nil && path != "" && !a.json {
		fmt.Fprintf(a.Stdout, "  %s\n", a.say("file.returned", intake.Shown(path)))
	}
	return err
}

func (a *app) importCommand() *cobra.Command {
	var f fileFlags
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Apply files now",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			region, kind, err := f.parse()
			if err != nil {
				return err
			}
			if err := readable(paths); err != nil {
				return err
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			report := a.fileReporter()
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"},
				func(ctx ctxType, t jobs.Turn) (string, error) {
					err := o.desk.ImportApproved(ctx, t, paths, region, kind, f.approve, report.add)
					return fmt.Sprintf("%d files", len(report.taken)), err
				})
			if err != nil {
				return err
			}
			return report.end()
		},
	}
	f.add(cmd)
	return cmd
}

func readable(paths []string) error {
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return usage("file.missing", intake.Shown(p))
		case err == nil && info.IsDir():
			return usage("file.folder", intake.Shown(p))
		}
	}
	return nil
}

// fileReporter gathers what became of files and shows it.
type fileReporter struct {
	a     *app
	taken []jobs.Taken
}

func (a *app) fileReporter() *fileReporter { return &fileReporter{a: a} }

func (r *fileReporter) add(t jobs.Taken) {
	r.taken = append(r.taken, t)
	switch {
	case t.Err != nil:
		r.a.tell("file.failed", intake.Shown(filepath.Base(t.Report.File)), r.a.reason(t.Err))
	case !r.a.json:
		r.show(t.Report)
	}
}

// shownRefusals bounds what a terminal is asked to show; the receipt has all.
const shownRefusals = 20

func (r *fileReporter) show(f osms.FileReport) {
	w := tabwriter.NewWriter(r.a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\n", intake.Shown(f.File), f.Outcome.In(r.a.lang)) // of a member: ARCHIVE/MEMBER
	if f.Error != nil {
		fmt.Fprintf(w, "\t%s\n", f.Error.Message(r.a.lang))
	}
	for _, h := range f.Holds {
		fmt.Fprintf(w, "\t%s\n", h.Message(r.a.lang))
	}
	if f.Rows > 0 && f.OfMoney() {
		r.money(w, f)
	} else if f.Rows > 0 {
		fmt.Fprintf(w, "\t%s\n", r.a.say("file.rows", grouped(f.Rows), grouped(f.Joined), grouped(f.LeftByRow), grouped(f.Changed),
			grouped(f.Unchanged), grouped(f.Refused), grouped(f.Ignored), grouped(f.Left)))
	}
	if f.Mode != "" {
		fmt.Fprintf(w, "\t%s\n", r.a.say("file.mode", r.a.word("mode", string(f.Mode)), f.AsAt))
	}
	if len(f.ByOrganisation) > 0 {
		fmt.Fprintf(w, "\t%s\n", r.a.say("file.diff", f.Diff))
	}
	if f.Import != 0 {
		line := r.a.say("file.imported", f.Import)
		if f.Diff != "" {
			line = r.a.say("file.import", f.Import, f.Diff)
		}
		fmt.Fprintf(w, "\t%s\n", line)
	}
	_ = w.Flush()
	r.a.showChanges(r.a.Stdout, f.Changes)
	for i, x := range f.Refusals {
		if i == shownRefusals {
			fmt.Fprintf(r.a.Stdout, "  %s\n", r.a.say("file.more", grouped(len(f.Refusals)-i+f.Unlisted)))
			break
		}
		address := x.Cell
		if x.Sheet != "" {
			address = x.Sheet + "!" + x.Cell
		}
		fmt.Fprintf(r.a.Stdout, "  %s  %s  %s  %s\n", r.a.word("severity", string(x.Severity)), address, x.Code, x.Message(r.a.lang))
	}
}

// money says of a file of money how many rows were new, and what they come to.
func (r *fileReporter) money(w io.Writer, f osms.FileReport) {
	rows := r.a.say("file.money", grouped(f.Rows), grouped(f.Joined), grouped(f.LeftByRow+f.Changed+f.Unchanged), grouped(f.Refused), grouped(f.Ignored))
	if f.Outcome == osms.Held {
		rows = r.a.say("file.money.held", grouped(f.Rows), grouped(f.Accepted), grouped(f.Refused), grouped(f.Ignored))
	}
	fmt.Fprintf(w, "\t%s\n", rows)
	if f.Money != nil {
		fmt.Fprintf(w, "\t%s\n", f.Money.Message(r.a.language()))
	}
}

// unreadable is the report on a file of which nothing could be read: programs
// find every file they named in the JSON.
func (r *fileReporter) unreadable(t jobs.Taken) osms.FileReport {
	return osms.FileReport{File: filepath.Base(t.Report.File), Outcome: osms.FileRefused, ControlTotal: -1,
		Error: &osms.FileError{Code: osms.FileUnreadable, Detail: r.a.reason(t.Err)}}
}

// end prints the JSON and gives the exit code.
func (r *fileReporter) end() error {
	if r.a.json {
		files := []any{}
		for _, t := range r.taken {
			if t.Err != nil {
				t.Report = r.unreadable(t)
			}
			files = append(files, receipt.JSON(t.Report, r.a.lang))
		}
		if err := r.a.print(map[string]any{"files": files}); err != nil {
			return err
		}
	}
	end := outcome(exitDone)
	for _, t := range r.taken {
		f := t.Report
		switch {
		case t.Err != nil:
			return outcome(exitFailed)
		case f.Outcome == osms.FileRefused || f.Outcome == osms.Held || f.Refused > 0 || f.Held:
			end = outcome(exitRefused)
		}
	}
	if end == exitDone {
		return nil
	}
	return end
}

func (a *app) filesCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "files",
		Short: "List the files that came in and what became of them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			arrivals, err := o.desk.Store.Arrivals(cmd.Context(), limit)
			if err != nil {
				return err
			}
			files := []shape.File{}
			for _, x := range arrivals {
				files = append(files, shape.FileOf(x))
			}
			if a.json {
				return a.print(map[string]any{"files": files})
			}
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, a.heads("files.head"))
			for i, f := range files {
				number := ""
				if f.Import != nil {
					number = fmt.Sprint(*f.Import)
				}
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", f.ID, arrivals[i].Received.In(o.desk.Zone).Format("2006-01-02 15:04"), f.Region,
					a.word("kind", string(f.Kind)), f.Outcome.In(a.lang), number, f.File)
			}
			return w.Flush()
		},
	}
	cmd.Flags().IntVar(&limit, "last", 0, "only the last so many")
	return cmd
}

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/exporters/workbook"
	"osmsd/sync/osms"
)

func (a *app) auditCommand() *cobra.Command {
	var month, region, out string
	cmd := &cobra.Command{
		Use:   "audit --month M",
		Short: "Answers an auditor's questions about a month; writes the workbook",
		Long: `audit answers an auditor's questions about a month: several names for one IIN,
one person in several regions, impossible ages, the frozen list against known
departures, what came late, who has not submitted, provisional organisations,
two IINs for one person, who decided what, overlaps, and of the payments: for
persons departed or unknown, under another name, long after the month or before
it, by others than the state, and documents without month, region or person. The
workbook has a contents page and a numbered sheet for each question with its
method; personal numbers stand whole in it. With --json the same is one document
with a list for each question, and no workbook is written unless --out names one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := parseMonth(month)
			if err != nil {
				return err
			}
			only, err := parseRegion(region)
			if err != nil {
				return err
			}
			if out != "" && strings.ToLower(filepath.Ext(out)) != ".xlsx" {
				return usage("out.workbook")
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			audit, each, err := o.desk.Audit(cmd.Context(), m, only, o.now())
			if err != nil {
				return err
			}
			path, err := a.writeAudit(o, audit, each, out)
			if err != nil {
				return err
			}
			if a.json {
				return a.printAudit(a.Stdout, audit, each)
			}
			return a.showAudit(o, audit, path)
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, as 2026-10")
	cmd.Flags().StringVar(&region, "region", "", "only this region: first two digits of KATO")
	cmd.Flags().StringVar(&out, "out", "", "the workbook to write: .xlsx (default: in the month's folder of reports)")
	return cmd
}

// writeAudit writes the workbook where it is asked for, or among the reports of
// a home that exists; its path is as people are told it.
func (a *app) writeAudit(o *opened, audit osms.Audit, each osms.EachAuditRow, out string) (string, error) {
	if out != "" {
		return out, writeWhole(out, func(w io.Writer) error { return workbook.WriteAudit(w, audit, each, a.language()) })
	}
	if _, err := os.Stat(a.home); err != nil || a.json {
		return "", nil
	}
	path, err := o.desk.WriteAudit(audit, each)
	return o.desk.Home.Shown(path), err
}

func (a *app) showAudit(o *opened, audit osms.Audit, path string) error {
	fmt.Fprintln(a.Stdout, a.say("audit.known", audit.Month, audit.Sequence))
	if audit.FreezeVersion == 0 {
		fmt.Fprintln(a.Stdout, a.say("audit.unfrozen"))
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("audit.head"))
	for i, answer := range audit.Answers {
		question, _ := workbook.AuditQuestion(answer.Question, a.language())
		fmt.Fprintf(w, "%d\t%s\t%s\n", i+1, question, grouped(answer.Found))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if path != "" {
		fmt.Fprintln(a.Stderr, a.say("audit.workbook", path))
	}
	return nil
}

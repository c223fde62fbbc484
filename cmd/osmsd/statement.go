package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/exporters/statement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (a *app) statementCommand() *cobra.Command {
	var iinText, from, to, out, confirmed string
	var consent bool
	cmd := &cobra.Command{
		Use:   "statement --iin IIN --from M --to M [--out FILE]",
		Short: "Participation and transferred contributions of one person (service B)",
		Long: `Gives a statement of one person's participation and of what was transferred.

Without --confirmed-by and --consent the operator takes it by right of office
(law No 94-V, Art. 9). With one of them it answers the person's own request: what
is missing or forbidden is a refusal with its ground, which is recorded too, and
the exit code is 3.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out != "" { // before a number is taken
				if _, err := statementWriter(out); err != nil {
					return err
				}
			}
			r := osms.Request{ConfirmedBy: osms.Confirmation(confirmed), Consent: consent}
			asked := cmd.Flags().Changed("confirmed-by") || cmd.Flags().Changed("consent")
			if asked && confirmed != "" && !slices.Contains(confirmations, r.ConfirmedBy) {
				return usage("confirmed.bad", confirmed)
			}
			var err error
			if r.From, err = parseMonth(from); err != nil {
				return err
			}
			if r.To, err = parseMonth(to); err != nil {
				return err
			}
			if r.To < r.From && !asked {
				return usage("period.bad", r.From, r.To)
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			if r.Person, err = parseIIN(iinText); err != nil && !asked {
				return err
			}
			if asked {
				answer, err := o.desk.Answer(cmd.Context(), jobs.Turn{Now: o.now()}, r, o.desk.Who)
				if err != nil {
					return err
				}
				if answer.Ground != 0 {
					return a.refuseStatement(o, answer, out)
				}
				return a.giveStatement(o, *answer.Statement, out)
			}
			s, err := o.desk.Issue(cmd.Context(), r.Person, r.From, r.To, o.now())
			if errors.Is(err, jobs.ErrBlocked) {
				return refusal("block.person", r.Person)
			}
			if errors.Is(err, store.ErrNotFound) {
				return failure("person.none", r.Person)
			}
			if err != nil {
				return err
			}
			return a.giveStatement(o, s, out)
		},
	}
	cmd.Flags().StringVar(&iinText, "iin", "", "the person's IIN")
	cmd.Flags().StringVar(&from, "from", "", "first month, as 2026-01")
	cmd.Flags().StringVar(&to, "to", "", "last month, as 2026-12")
	cmd.Flags().StringVar(&out, "out", "", "a file to write: .pdf, .xlsx or .json")
	cmd.Flags().StringVar(&confirmed, "confirmed-by", "", "how the person who asks proved who they are: eds, otp, sms or digital_document")
	cmd.Flags().BoolVar(&consent, "consent", false, "the person consents to the use of their data")
	return cmd
}

var confirmations = []osms.Confirmation{osms.ByEDS, osms.ByOTP, osms.BySMS, osms.ByDigitalDocument}

// giveStatement signs a statement, writes it where it is wanted and shows it.
func (a *app) giveStatement(o *opened, s osms.Statement, out string) error {
	s, err := o.desk.SignStatement(s)
	if err != nil {
		return err
	}
	if out != "" {
		if err := writeStatement(out, s); err != nil {
			return err
		}
		fmt.Fprintln(a.Stderr, a.say("statement.written", out))
	}
	if a.json {
		return statement.WriteJSON(a.Stdout, s)
	}
	return a.showStatement(s)
}

// refuseStatement writes a refusal where it is wanted and shows it. A refusal has
// no workbook.
func (a *app) refuseStatement(o *opened, r osms.RequestAnswer, out string) error {
	words := o.desk.RefusalText(r)
	write := statement.WriteRefusalJSON
	switch strings.ToLower(filepath.Ext(out)) {
	case ".pdf":
		write = statement.WriteRefusalPDF
	case ".xlsx":
		fmt.Fprintln(a.Stderr, a.say("refused.form", out))
		out = ""
	}
	if out != "" {
		var b bytes.Buffer
		if err := write(&b, r, words); err != nil {
			return err
		}
		if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
			return err
		}
		fmt.Fprintln(a.Stderr, a.say("refused.written", out))
	}
	if a.json {
		if err := statement.WriteRefusalJSON(a.Stdout, r, words); err != nil {
			return err
		}
		return outcome(exitRefused)
	}
	ground := words.GroundRU
	if a.language() == "kk" {
		ground = words.GroundKK
	}
	fmt.Fprintln(a.Stdout, a.say("refused.statement", r.Number, r.Ground, ground, r.Reason.In(a.language())))
	return outcome(exitRefused)
}

// statementWriter finds how a statement is written by the name of its file.
func statementWriter(path string) (func(io.Writer, osms.Statement) error, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pdf":
		return statement.WritePDF, nil
	case ".xlsx":
		return statement.WriteXLSX, nil
	case ".json":
		return statement.WriteJSON, nil
	}
	return nil, usage("out.statement")
}

func writeStatement(path string, s osms.Statement) error {
	write, err := statementWriter(path)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, s); err != nil {
		return err
	}
	return writeWhole(path, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

func (a *app) showStatement(s osms.Statement) error {
	p := s.Participation
	status := string(p.Status)
	if p.Status == osms.NotParticipating && !p.Since.IsZero() {
		status = "ended"
	}
	fmt.Fprintf(a.Stdout, "%s  %s\n%s", s.Person.Digits(), s.Name, a.word("participation", status))
	switch {
	case p.Category != "":
		fmt.Fprint(a.Stdout, a.say("statement.category", p.Category, p.Since))
	case !p.Since.IsZero():
		fmt.Fprint(a.Stdout, a.say("statement.since", p.Since))
	}
	if !p.Until.IsZero() {
		fmt.Fprint(a.Stdout, a.say("statement.until", p.Until))
	}
	if !p.PreservedUntil.IsZero() {
		fmt.Fprint(a.Stdout, a.say("statement.preserved", p.PreservedUntil))
	}
	fmt.Fprintln(a.Stdout)
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("statement.head"))
	for _, r := range s.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Month, r.Payer, r.PaidOn, r.Reference, r.Amount.Grouped())
	}
	fmt.Fprintf(w, "%s\t\t\t\t%s\n", a.say("total"), s.Total.Grouped())
	return w.Flush()
}

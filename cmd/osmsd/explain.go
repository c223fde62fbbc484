package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

func (a *app) explainCommand() *cobra.Command {
	var month, region, line, asOf string
	cmd := &cobra.Command{
		Use:   "explain --month M --region KK",
		Short: "Persons and documents behind the lines of a region's bridge",
		Long: `Persons and documents behind the lines of the bridge between what was due and
what arrived, each with the file, sheet and row that proves it, and the guesses
about what is left. --region 00 shows the money that belongs to no region.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := parseMonth(month)
			if err != nil {
				return err
			}
			if region == "" {
				return usage("explain.region")
			}
			var only osms.Region
			if region != "00" && region != "none" {
				if only, err = parseRegion(region); err != nil {
					return err
				}
			}
			kind := osms.BridgeKind(line)
			if line != "" && line != shape.UnexplainedLine && !slices.Contains(osms.BridgeKinds(), kind) {
				return usage("explain.line", line, kindNames())
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
			names, err := o.desk.Store.OrganisationsAt(cmd.Context(), r.Sequence)
			if err != nil {
				return err
			}
			return a.showExplanation(explanation{r.Only(only), only, line, r.Documents, names})
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, as 2026-10")
	cmd.Flags().StringVar(&region, "region", "", "the region: first two digits of KATO; 00: no region")
	cmd.Flags().StringVar(&line, "line", "", "only this kind of line: "+kindNames())
	cmd.Flags().StringVar(&asOf, "as-of", "", "as known at this moment, as 2026-10-05T18:00:00+05:00 or 2026-10-05 (default: now)")
	return cmd
}

func kindNames() string {
	out := ""
	for _, k := range osms.BridgeKinds() {
		out += string(k) + ", "
	}
	return out + shape.UnexplainedLine
}

// explanation is what is shown of a region. documents are those of the whole
// country: a list of the payer may name persons of several regions.
type explanation struct {
	osms.Reconciliation
	region    osms.Region
	line      string
	documents []osms.LedgerDocument
	names     map[osms.BIN]osms.Organisation
}

func (a *app) showExplanation(r explanation) error {
	region, line := r.region, r.line
	l := osms.ReconciliationLine{Region: region}
	if len(r.Lines) > 0 {
		l = r.Lines[0]
	}
	shown := shape.ExplanationOf(r.Reconciliation, region, line)
	if a.json {
		return a.print(shown)
	}
	fmt.Fprintln(a.Stdout, a.say("explain.head", r.Month, region.OrNone(a.language()), l.Due.Grouped(), l.Ledger.Grouped(), l.Difference.Grouped()))
	for _, b := range shown.Lines {
		fmt.Fprintln(a.Stdout, "\n"+a.say("reconcile.bridge", a.word("bridge", string(b.Kind)), grouped(b.Persons), b.Amount.Grouped()))
		if b.Kind != osms.BridgeNotSubmitted {
			a.showBehind(b.Behind)
			continue
		}
		a.showSearched(r.documents)
		for _, l := range l.Bridge {
			if l.Kind == b.Kind {
				a.showByOrganisation(l.Behind, r.names)
			}
		}
	}
	if line == "" || line == shape.UnexplainedLine {
		fmt.Fprintln(a.Stdout, "\n"+a.say("explain.rest", l.Unexplained.Grouped()))
		a.showSuggestions(l.Suggestions)
	}
	return nil
}

// showSearched says in which lists of the payer nobody was found.
func (a *app) showSearched(documents []osms.LedgerDocument) {
	const most = 5
	n := 0
	var names []string
	for _, d := range documents {
		if d.Kind != osms.DocumentList {
			continue
		}
		if n++; n <= most {
			names = append(names, a.orDash(intake.Shown(d.Label())))
		}
	}
	if n > most {
		names = append(names, "…")
	}
	fmt.Fprintln(a.Stdout, "  "+a.say("explain.searched", grouped(n), a.orDash(strings.Join(names, ", "))))
}

// showByOrganisation lists persons under their organisations, each with what it
// comes to.
func (a *app) showByOrganisation(behind []osms.BridgePerson, names map[osms.BIN]osms.Organisation) {
	for _, part := range osms.ByOrganisation(behind) {
		name := cmp.Or(part.Name, names[part.BIN].Called(a.language()))
		fmt.Fprintln(a.Stdout, "  "+a.say("explain.organisation", a.orDash(part.BIN.String()), a.orDash(intake.Shown(name)), grouped(len(part.Behind)), part.Amount.Grouped()))
		a.showBehind(shape.BehindOf(part.Behind))
	}
}

func (a *app) showBehind(all []shape.Behind) {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	for _, p := range all {
		who := p.IIN
		if who == "" {
			who = p.Given
		}
		name := p.Name
		if name == "" {
			name = p.Listed
		}
		var what []string
		if p.Document != nil {
			what = append(what, a.say("explain.document", a.orDash(cmp.Or(p.Document.Reference, p.Document.Number)), p.Document.Dated))
		}
		if p.OtherMonth != 0 {
			what = append(what, a.say("explain.other_month", p.OtherMonth))
		}
		if p.OtherRegion != 0 {
			what = append(what, a.say("explain.other_region", p.OtherRegion, p.OtherRegion.OrNone(a.language())))
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", a.orDash(who), name, p.BIN, p.Amount.Grouped(), strings.Join(what, "; "), a.place(p.Source))
	}
	_ = w.Flush()
}

func (a *app) orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// place names the file, sheet and row of a source.
func (a *app) place(s shape.Source) string {
	out := s.File
	if s.Sheet != "" {
		out += " " + s.Sheet
	}
	if s.Row != 0 {
		out += ":" + fmt.Sprint(s.Row)
	}
	return out
}

func (a *app) showSuggestions(all []osms.Suggestion) {
	if len(all) > 0 {
		fmt.Fprintln(a.Stdout, a.say("explain.guesses"))
	}
	for _, s := range all {
		fmt.Fprintln(a.Stdout, "  "+s.Message(a.lang))
		a.showBehind(shape.BehindOf(s.Behind))
	}
}

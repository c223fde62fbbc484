package main

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

type documentJSON struct {
	Format    string    `json:"format"`
	Reference string    `json:"reference"`
	Number    string    `json:"number"`
	Dated     osms.Date `json:"dated"`
	Payer     string    `json:"payer"`
	PayerID   string    `json:"payer_id"`
}

// behindJSON is a person or a document behind a bridge line, with what proves
// it: a file, and where in the file it stands.
type behindJSON struct {
	IIN         string        `json:"iin"`
	Given       string        `json:"given"`
	Name        string        `json:"name"`
	Listed      string        `json:"listed_name"`
	BIN         osms.BIN      `json:"bin"`
	Was         osms.Category `json:"was"`
	Now         osms.Category `json:"now"`
	Amount      osms.Tiyn     `json:"amount_tiyn"`
	OtherMonth  osms.Month    `json:"other_month"`
	OtherRegion osms.Region   `json:"other_region"`
	Document    *documentJSON `json:"document"`
	Source      sourceJSON    `json:"source"`
}

type explainLine struct {
	Region  osms.Region     `json:"region"`
	Kind    osms.BridgeKind `json:"kind"`
	Persons int             `json:"persons"`
	Amount  osms.Tiyn       `json:"amount_tiyn"`
	Proved  bool            `json:"proved"`
	Behind  []behindJSON    `json:"behind"`
}

type suggestionJSON struct {
	Kind    osms.SuggestionKind `json:"kind"`
	Amount  osms.Tiyn           `json:"amount_tiyn"`
	Persons int                 `json:"persons"`
	Region  osms.Region         `json:"region"`
	Month   osms.Month          `json:"month"`
	BIN     osms.BIN            `json:"bin"`
	Year    int                 `json:"year"`
	Text    string              `json:"text"`
	Behind  []behindJSON        `json:"behind"`
}

func shownBehind(all []osms.BridgePerson) []behindJSON {
	out := []behindJSON{}
	for _, p := range all {
		b := behindJSON{Given: intake.Shown(p.Given), Name: p.Name.String(), Listed: intake.Shown(p.Listed), BIN: p.BIN, Was: p.Was, Now: p.Now, Amount: p.Amount,
			OtherMonth: p.OtherMonth, OtherRegion: p.OtherRegion, Source: sourceJSON{Import: p.Import, File: intake.Shown(p.File), Sheet: intake.Shown(p.Sheet), Row: p.Row}}
		if p.Person != 0 {
			b.IIN = p.Person.Digits()
		}
		if d := p.Document; d != nil {
			b.Document = &documentJSON{d.Format, intake.Shown(d.Reference), intake.Shown(d.Number), d.Dated, intake.Shown(d.Payer), d.PayerID}
		}
		out = append(out, b)
	}
	return out
}

func shownSuggestions(all []osms.Suggestion) []suggestionJSON {
	out := []suggestionJSON{}
	for _, s := range all {
		out = append(out, suggestionJSON{s.Kind, s.Amount, s.Persons, s.Region, s.Month, s.BIN, s.Year, intake.Shown(s.Text), shownBehind(s.Behind)})
	}
	return out
}

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
			if line != "" && line != unexplainedLine && !slices.Contains(osms.BridgeKinds(), kind) {
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
			return a.showExplanation(r.Only(only), only, line)
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month, as 2026-10")
	cmd.Flags().StringVar(&region, "region", "", "the region: first two digits of KATO; 00: no region")
	cmd.Flags().StringVar(&line, "line", "", "only this kind of line: "+kindNames())
	cmd.Flags().StringVar(&asOf, "as-of", "", "as known at this moment, as 2026-10-05T18:00:00+05:00 or 2026-10-05 (default: now)")
	return cmd
}

// unexplainedLine asks for the remainder and the guesses about it alone.
const unexplainedLine = "unexplained"

func kindNames() string {
	out := ""
	for _, k := range osms.BridgeKinds() {
		out += string(k) + ", "
	}
	return out + unexplainedLine
}

func (a *app) showExplanation(r osms.Reconciliation, region osms.Region, line string) error {
	l := osms.ReconciliationLine{Region: region}
	if len(r.Lines) > 0 {
		l = r.Lines[0]
	}
	lines := []explainLine{}
	for _, b := range l.Bridge {
		if line == "" || line == string(b.Kind) {
			lines = append(lines, explainLine{region, b.Kind, b.Persons, b.Amount, b.Proved, shownBehind(b.Behind)})
		}
	}
	suggestions := []suggestionJSON{}
	if line == "" || line == unexplainedLine {
		suggestions = shownSuggestions(l.Suggestions)
	}
	if a.json {
		return a.print(map[string]any{"month": r.Month, "region": region, "sequence": r.Sequence, "as_of": r.AsOf, "difference_tiyn": l.Difference,
			"lines": lines, "unexplained_tiyn": l.Unexplained, "suggestions": suggestions})
	}
	name := a.say("none")
	if region != 0 {
		name = region.In(a.lang)
	}
	fmt.Fprintln(a.Stdout, a.say("explain.head", r.Month, name, l.Due.Grouped(), l.Ledger.Grouped(), l.Difference.Grouped()))
	for _, b := range lines {
		fmt.Fprintln(a.Stdout, "\n"+a.say("reconcile.bridge", a.word("bridge", string(b.Kind)), grouped(b.Persons), b.Amount.Grouped()))
		a.showBehind(b.Behind)
	}
	if line == "" || line == unexplainedLine {
		fmt.Fprintln(a.Stdout, "\n"+a.say("explain.rest", l.Unexplained.Grouped()))
		a.showSuggestions(l.Suggestions)
	}
	return nil
}

func (a *app) showBehind(all []behindJSON) {
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
		what := ""
		if p.Document != nil {
			what = a.say("explain.document", a.orDash(p.Document.Reference), p.Document.Dated)
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", a.orDash(who), name, p.BIN, p.Amount.Grouped(), what, a.place(p.Source))
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
func (a *app) place(s sourceJSON) string {
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
		a.showBehind(shownBehind(s.Behind))
	}
}

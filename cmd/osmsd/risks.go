package main

import (
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

type endingJSON struct {
	Region   osms.Region     `json:"region"`
	BIN      osms.BIN        `json:"bin"`
	IIN      string          `json:"iin"`
	Name     string          `json:"name"`
	Category osms.Category   `json:"category"`
	On       osms.Date       `json:"on"`
	Reason   osms.RiskReason `json:"reason"`
}

type employerPaymentJSON struct {
	Region    osms.Region `json:"region"`
	BIN       osms.BIN    `json:"bin"`
	IIN       string      `json:"iin"`
	Name      string      `json:"name"`
	Month     osms.Month  `json:"month"`
	Amount    osms.Tiyn   `json:"amount_tiyn"`
	KNP       string      `json:"knp"`
	Payer     string      `json:"payer"`
	PayerID   string      `json:"payer_id"`
	Reference string      `json:"reference"`
	Import    int64       `json:"import"`
	File      string      `json:"file"`
}

func (a *app) risksCommand() *cobra.Command {
	var at, region string
	days := 30
	cmd := &cobra.Command{
		Use:   "risks",
		Short: "Whose claim, or its category, ends within 30 or 60 days, and whom employers pay for too",
		Long: `risks lists the persons whose claim on the state, or its category, ends soon, as
the register believes it now: category 1 with the month of the 18th birthday
(category 13 follows for those who study on), the announced last day of study
when no other study follows, and that of an academic leave. The reason
"graduation" is a likelihood, drawn from the level and the grade or course.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			only, err := parseRegion(region)
			if err != nil {
				return err
			}
			if days != 30 && days != 60 {
				return usage("risks.days", days)
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			day := osms.DateOf(o.now().In(o.desk.Zone))
			if at != "" {
				if day, err = parseDay(at); err != nil {
					return err
				}
			}
			r, err := o.desk.Risks(cmd.Context(), day)
			if err != nil {
				return err
			}
			elsewhere := func(e osms.EndingRisk) bool { return only != 0 && e.Region != only }
			r.Ending30, r.Ending60 = slices.DeleteFunc(r.Ending30, elsewhere), slices.DeleteFunc(r.Ending60, elsewhere)
			r.EmployerPayments = slices.DeleteFunc(r.EmployerPayments, func(p osms.EmployerPayment) bool { return only != 0 && p.Region != only })
			if days == 30 {
				r.Ending60 = nil
			}
			path := ""
			if _, err := os.Stat(a.home); err == nil {
				if path, err = o.desk.WriteRisks(r, only); err != nil {
					return err
				}
			}
			ending := slices.Concat(r.Ending30, r.Ending60)
			if a.json {
				return a.print(map[string]any{"as_of": r.AsOf, "days": days, "ending": shownEndings(ending), "employer_payments": shownEmployers(r.EmployerPayments)})
			}
			if err := a.showRisks(r.AsOf, days, ending); err != nil {
				return err
			}
			a.showEmployers(r.EmployerPayments)
			if path != "" {
				fmt.Fprintln(a.Stderr, a.say("risks.workbook", o.desk.Home.Shown(path)))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "from this day on, as 2026-10-31 (default: today)")
	cmd.Flags().StringVar(&region, "region", "", "only this region: first two digits of KATO")
	cmd.Flags().IntVar(&days, "days", 30, "30 or 60")
	return cmd
}

func shownEndings(all []osms.EndingRisk) []endingJSON {
	out := []endingJSON{}
	for _, e := range all {
		out = append(out, endingJSON{e.Region, e.BIN, e.Person.Digits(), e.Name.String(), e.Category, e.On, e.Reason})
	}
	return out
}

func shownEmployers(all []osms.EmployerPayment) []employerPaymentJSON {
	out := []employerPaymentJSON{}
	for _, p := range all {
		d := p.Document
		out = append(out, employerPaymentJSON{p.Region, p.BIN, p.Person.Digits(), p.Name.String(), p.Month, p.Amount, p.KNP,
			d.Payer, d.PayerID, d.Reference, d.Import, intake.Shown(d.File)})
	}
	return out
}

// showEmployers prints whom others than the state pay for too.
func (a *app) showEmployers(all []osms.EmployerPayment) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(a.Stdout, "\n"+a.say("risks.employers", grouped(len(all))))
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	for _, p := range shownEmployers(all) {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.IIN, p.Name, p.Month, p.Amount.Grouped(), p.KNP, a.orDash(p.Payer), a.orDash(p.Reference))
	}
	_ = w.Flush()
}

func (a *app) showRisks(at osms.Date, days int, ending []osms.EndingRisk) error {
	fmt.Fprintln(a.Stdout, a.say("risks.known", at.Dotted(), at.Add(days).Dotted(), grouped(len(ending))))
	if len(ending) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("risks.head"))
	for _, e := range ending {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Region, e.BIN, e.Person.Digits(), e.Name, e.Category, e.On, a.word("ends", string(e.Reason)))
	}
	return w.Flush()
}

package main

import (
	"fmt"
	"text/tabwriter"

	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

type figureJSON struct {
	What   string     `json:"what"`
	Count  *int       `json:"count,omitempty"`
	Amount *osms.Tiyn `json:"amount_tiyn,omitempty"`
	Day    *osms.Date `json:"day,omitempty"`
}

type rehearsedFileJSON struct {
	Folder  string       `json:"folder"`
	Name    string       `json:"name"`
	Young   bool         `json:"young"`
	Kind    osms.Kind    `json:"kind"`
	Outcome osms.Outcome `json:"outcome"`
	Rows    int          `json:"rows"`
	Joined  int          `json:"joined"`
	Left    int          `json:"left"`
	Changed int          `json:"changed"`
	Refused int          `json:"refused"`
	Fault   string       `json:"fault"`
}

type rehearsedJSON struct {
	Job     osms.Job            `json:"job"`
	Month   osms.Month          `json:"month"`
	Figures []figureJSON        `json:"figures"`
	Files   []rehearsedFileJSON `json:"files"`
	Steps   []rehearsedJSON     `json:"steps"`
}

func shownRehearsal(r jobs.Rehearsed) rehearsedJSON {
	out := rehearsedJSON{r.Job, r.Month, []figureJSON{}, []rehearsedFileJSON{}, []rehearsedJSON{}}
	for _, f := range r.Figures {
		x := figureJSON{What: f.What}
		switch f.Unit {
		case jobs.InTenge:
			x.Amount = &f.Amount
		case jobs.InDays:
			x.Day = &f.Day
		case jobs.InNumber:
			x.Count = &f.Count
		}
		out.Figures = append(out.Figures, x)
	}
	for _, f := range r.Files {
		out.Files = append(out.Files, rehearsedFileJSON{f.Folder, intake.Shown(f.Name), f.Young, f.Report.Kind, f.Report.Outcome,
			f.Report.Rows, f.Report.Joined, f.Report.Left, f.Report.Changed, f.Report.Refused, f.Fault})
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, shownRehearsal(s))
	}
	return out
}

// rehearse shows what a job would do, and does nothing of it.
func (a *app) rehearse(ctx ctxType, job osms.Job, month osms.Month) error {
	o, err := a.openReading(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	if month == 0 {
		month = osms.DateOf(o.now().In(o.desk.Zone)).Month()
	}
	r, err := o.desk.Rehearse(ctx, job, month, o.now())
	if err != nil {
		return rateHint(err)
	}
	if a.json {
		return a.print(shownRehearsal(r))
	}
	fmt.Fprintln(a.Stdout, a.say("run.dry", a.word("job", string(job)), month))
	return a.showRehearsal(r)
}

func (a *app) showRehearsal(r jobs.Rehearsed) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	for _, f := range r.Figures {
		value := grouped(f.Count)
		switch f.Unit {
		case jobs.InTenge:
			value = f.Amount.Grouped()
		case jobs.InDays:
			value = f.Day.Dotted()
		case jobs.InWords:
			value = ""
		}
		fmt.Fprintf(w, "  %s\t%s\n", a.word("would", f.What), value)
	}
	if len(r.Files) > 0 {
		fmt.Fprintln(w, a.heads("run.dry.head"))
	}
	for _, f := range r.Files {
		outcome := f.Report.Outcome.In(a.language())
		if f.Fault != "" {
			outcome = f.Fault
		}
		fmt.Fprintf(w, "%s/%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Folder, intake.Shown(f.Name), outcome, grouped(f.Report.Rows), grouped(f.Report.Joined),
			grouped(f.Report.Left), grouped(f.Report.Changed), grouped(f.Report.Refused))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, odd := range r.Odd {
		fmt.Fprintf(a.Stdout, "  %s: %s\n", odd.Path, a.odd(odd.Reason))
	}
	for _, s := range r.Steps {
		fmt.Fprintf(a.Stdout, "%s:\n", a.word("job", string(s.Job)))
		if err := a.showRehearsal(s); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"path/filepath"

	"osmsd/cmd/internal/country"
	"osmsd/sync/calendar"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// casework takes what came about single persons in a month: events first, because
// grounds rest on them, then applications and requests. The previous organisations
// answer as the country knows it.
func (d *demo) casework(ctx ctxType, source string, m osms.Month, truth *country.Casework) error {
	if truth == nil {
		return nil
	}
	dir := filepath.Join(source, m.String(), "casework", "inbox")
	day := calendar.Default().OnOrAfter(m.First().Add(19))
	d.at(day, 9)
	for i, kind := range []osms.Kind{osms.KindEvents, osms.KindApplications, osms.KindRequests} {
		what := ""
		if i == 1 {
			what = d.say("demo.dropping.casework", m)
		}
		if err := d.dropInto(filepath.Join(dir, string(kind)), string(kind), what); err != nil {
			return err
		}
		if err := d.take(ctx); err != nil {
			return err
		}
	}
	run := func(job osms.Job) error {
		_, err := d.home.runner.Run(ctx, osms.Run{Job: job, Month: m, Trigger: "command"},
			func(ctx ctxType, t jobs.Turn) (string, error) { return d.home.desk.Do(ctx, t, job, m, d.progress()) })
		return err
	}
	if err := run(osms.JobCases); err != nil {
		return err
	}
	d.at(calendar.Default().AddWorkingDays(day, 1), 10)
	if err := d.answer(ctx, truth); err != nil {
		return err
	}
	for _, job := range []osms.Job{osms.JobCases, osms.JobLetters} {
		if err := run(job); err != nil {
			return err
		}
	}
	return d.sumCases(ctx)
}

// answer gives the answers of the previous organisations that are asked.
func (d *demo) answer(ctx ctxType, truth *country.Casework) error {
	answers := map[string]osms.Answer{}
	for _, x := range truth.Applications {
		answers[x.Incoming] = x.Answer
	}
	_, err := d.home.runner.Run(ctx, osms.Run{Job: osms.JobCases, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
		open, err := d.home.desk.Cases(ctx, store.CaseFilter{Open: true}, t.Now)
		for _, c := range open {
			if c.Step != osms.StepAnswer || answers[c.Incoming] == "" {
				continue
			}
			s := jobs.CaseStep{StepDone: osms.StepDone{Step: osms.StepAnswer, By: d.say("demo.previous"), At: t.Now}, Answer: answers[c.Incoming]}
			if _, err := d.home.desk.StepCase(ctx, t, c.Number, s); err != nil {
				return "", err
			}
		}
		return "answers", err
	})
	return err
}

func (d *demo) sumCases(ctx ctxType) error {
	all, err := d.home.desk.Cases(ctx, store.CaseFilter{}, d.home.now())
	if err != nil {
		return err
	}
	by := map[osms.CaseOutcome]int{}
	for _, c := range all {
		by[c.Outcome]++
	}
	answered, refused, err := d.home.desk.Store.CountRequests(ctx)
	d.cases = d.say("demo.cases", len(all), by[osms.CaseNotified], by[osms.CaseRefused], by[osms.CaseNotAccepted], by[osms.CaseOpen], answered-refused, refused)
	return err
}

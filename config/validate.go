package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zone must be known on any machine

	"osmsd/sync/osms"
)

// Validate lists every fault: what Load could not read and what the values say
// wrongly. check judges one cron expression (nil: none is judged); it is asked
// for each task that has one. The error is Faults or nil. Policy changes are
// put in order.
func (c *Config) Validate(check func(expr string) error) error {
	s := source{file: c.source.file, places: c.source.places, faults: slices.Clone(c.source.faults), read: len(c.source.faults)}
	s.checkDatabase(*c)
	if c.Language != "kk" && c.Language != "ru" && c.Language != "en" {
		s.add("language", "%q: write kk, ru or en", c.Language)
	}
	if zone, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" || zone == time.Local {
		s.add("time_zone", "%q is not a time zone: write one as Asia/Almaty", c.TimeZone)
	}
	s.checkFolders(*c)
	for _, region := range slices.Sorted(maps.Keys(c.Regions)) {
		s.checkSynonyms(join("regions", region.String()), c.Regions[region])
	}
	s.between("intake.poll", c.Intake.Poll, time.Second, time.Hour)
	s.between("intake.rest", c.Intake.Rest, time.Second, 10*time.Minute)
	s.checkLimits(c.Limits)
	s.checkBreaker(c.Breaker)
	if n := c.Rosters.CorrectWithin; n < 1 || n > 60 {
		s.add("rosters.correct_within", "%d: write a number of working days, from 1 to 60", n)
	}
	if day := c.Rosters.DueDay; day < 1 || day > 15 {
		s.add("rosters.due_day", "%d: write the working day of the month, from 1 to 15", day)
	}
	s.checkSchedule(c.Schedule, check)
	s.checkRates(c.Rates)
	if k := c.State.KNP; k != "" && (len(k) != 3 || strings.Trim(k, "0123456789") != "") {
		s.add("state.knp", "%q: a payment code has three digits", k)
	}
	s.checkPolicy(&c.Policy)
	s.checkProviders(c.Providers)
	s.checkRemotes(c.Remotes)
	s.checkConsole(c.Console)
	s.checkMail(c.Mail, c.Folders)
	if c.Requests.Key == "" {
		s.add("requests.key", "a file is expected")
	}
	s.checkLog(c.Log)
	return s.list()
}

func (s *source) checkProviders(all []Provider) {
	seen := map[Provider]bool{}
	for i, p := range all {
		key := fmt.Sprintf("providers[%d]", i)
		who := Provider{BIN: p.BIN, Region: p.Region, District: p.District}
		switch {
		case p.BIN == 0 && p.Region == 0:
			s.add(key, "whose entry is it: write bin for an organisation, region for an akimat")
			continue
		case p.BIN == 0 && (p.NameKK == "" || p.NameRU == ""):
			s.add(key, "an akimat needs name_kk and name_ru")
		case seen[who]:
			s.add(key, "it stands twice")
		}
		seen[who] = true
	}
}

func (s *source) between(key string, d, least, most time.Duration) {
	if d < least || d > most {
		s.add(key, "%s: write from %s to %s", d, least, most)
	}
}

func (s *source) checkLimits(l Limits) {
	for _, limit := range []struct {
		key               string
		value, least, top int64
		show              func(int64) string
	}{
		{"file", int64(l.File), 1 << 10, 1 << 40, size}, {"part", int64(l.Part), 1 << 10, 1 << 40, size},
		{"ratio", int64(l.Ratio), 10, 100_000, number}, {"entries", int64(l.Entries), 10, 1_000_000, number},
		{"sheets", int64(l.Sheets), 1, 10_000, number}, {"rows", int64(l.Rows), 1, 1_048_576, number},
		{"columns", int64(l.Columns), 1, 16_384, number}, {"token", int64(l.Token), 1 << 10, 1 << 30, size},
		{"cell", int64(l.Cell), 100, 32_767, number}, {"depth", int64(l.Depth), 16, 10_000, number},
		{"shared", int64(l.Shared), 1 << 10, 1 << 40, size}, {"shared_strings", int64(l.SharedStrings), 1, 100_000_000, number},
		{"cell_formats", int64(l.CellFormats), 1, 65_490, number},
		{"batch_files", int64(l.BatchFiles), 1, 100_000, number}, {"batch_bytes", int64(l.BatchBytes), 1 << 10, 1 << 40, size},
	} {
		if limit.value < limit.least || limit.value > limit.top {
			s.add("limits."+limit.key, "%s: write from %s to %s", limit.show(limit.value), limit.show(limit.least), limit.show(limit.top))
		}
	}
}

func (s *source) checkBreaker(b Breaker) {
	for _, figure := range []struct {
		key        string
		value, top int
	}{
		{"share", b.Share, 100}, {"persons", b.Persons, 1_000_000}, {"medium_share", b.MediumShare, 100}, {"medium_size", b.MediumSize, 1_000_000},
		{"small_share", b.SmallShare, 100}, {"small_size", b.SmallSize, 1_000_000}, {"growth_times", b.GrowthTimes, 1_000_000},
		{"growth_persons", b.GrowthPersons, 1_000_000}, {"tail_share", b.TailShare, 100}, {"tail_persons", b.TailPersons, 1_000_000},
	} {
		if figure.value < 0 || figure.value > figure.top {
			s.add("breaker."+figure.key, "%d: write from 0 to %d", figure.value, figure.top)
		}
	}
}

func size(n int64) string   { return Bytes(n).String() }
func number(n int64) string { return fmt.Sprint(n) }

// Jobs that have a schedule; intake polls.
var scheduled = []osms.Job{osms.JobAssess, osms.JobReconcile, osms.JobLetters, osms.JobDeliver, osms.JobReminders, osms.JobCases, osms.JobRequests, osms.JobMonth, osms.JobRemote}

func (s *source) checkSchedule(schedule map[osms.Job]Task, check func(string) error) {
	for _, job := range slices.Sorted(maps.Keys(schedule)) {
		key, task := join("schedule", string(job)), schedule[job]
		switch {
		case job == osms.JobIntake:
			s.add(key, "intake has no schedule: set intake.poll")
			continue
		case !slices.Contains(scheduled, job):
			s.add(key, "no such job: there are assess, reconcile, letters, deliver, reminders, cases, requests, month and remote")
			continue
		}
		if task.WorkingDay < 0 || task.WorkingDay > 15 {
			s.add(key+".working_day", "%d: write 1 to 15, or 0 for every day", task.WorkingDay)
		}
		if task.Cron == "" && task.WorkingDay != 0 {
			s.add(key+".working_day", "there is no cron expression to go with it")
		}
		if task.Cron != "" && check != nil {
			if err := check(task.Cron); err != nil {
				s.add(key+".cron", "%q: %v", task.Cron, err)
			}
		}
	}
}

func (s *source) checkRates(rates []Rate) {
	seen := map[int]bool{}
	for i, r := range rates {
		key := fmt.Sprintf("rates[%d]", i)
		switch {
		case r.Year < 2020 || r.Year > 2100:
			s.add(key+".year", "%d: write a year from 2020 to 2100", r.Year)
		case seen[r.Year]:
			s.add(key+".year", "%d stands twice", r.Year)
		}
		seen[r.Year] = true
		if r.Percent <= 0 || r.Percent > 100_000 {
			s.add(key+".percent", "write a percentage above 0 and up to 100, as 2.2")
		}
		if r.Base <= 0 || r.Base > 1_000_000_000_00 {
			s.add(key+".base_kzt", "write the object of calculation of the year in tenge, as published")
		}
	}
}

func (s *source) checkPolicy(p *Policy) {
	grace := func(key string, months int) {
		if months < 0 || months > 12 {
			s.add(key, "%d: write 0 to 12", months)
		}
	}
	grace("policy.grace_months", p.GraceMonths)
	seen := map[osms.Month]bool{}
	for i, c := range p.Changes {
		key := fmt.Sprintf("policy.changes[%d]", i)
		if c.GraceMonths != nil {
			grace(key+".grace_months", *c.GraceMonths)
		}
		switch {
		case c.Since.IsZero():
			s.add(key+".since", "the month from which the change holds is missing, as 2027-01")
		case seen[c.Since]:
			s.add(key+".since", "%s stands twice", c.Since)
		}
		seen[c.Since] = true
		if c.AcademicLeaveDue == nil && c.Category1First == nil && c.GraceMonths == nil {
			s.add(key, "nothing changes")
		}
	}
	p.Changes = slices.Clone(p.Changes)
	slices.SortStableFunc(p.Changes, func(a, b Change) int { return int(a.Since - b.Since) })
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"osmsd/config"
	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/calendar"
	"osmsd/sync/entitlement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// opened is an open home.
type opened struct {
	desk   *jobs.Desk
	runner *jobs.Runner
	close  func()
}

func (o *opened) now() time.Time { return o.runner.Clock().UTC().Truncate(time.Second) }

func checkCron(expression string) error {
	_, err := jobs.ParseCron(expression)
	return err
}

// openHome opens a home to write in it; it is made when it is missing.
func (a *app) openHome(ctx context.Context) (*opened, error) {
	home := a.folders(a.home)
	if err := os.MkdirAll(home.Dir, 0o750); err != nil {
		return nil, failure("home", err)
	}
	archive, err := intake.OpenArchive(home.Archive, a.Step)
	if err != nil {
		return nil, err
	}
	return a.open(ctx, home, a.address(), archive)
}

// openReading opens a home to read. One that does not exist is empty.
func (a *app) openReading(ctx context.Context) (*opened, error) {
	return a.openAside(ctx, false)
}

// openRehearsal opens a home for a dry run: the registry is read, and the bytes
// of files go to an archive that is thrown away.
func (a *app) openRehearsal(ctx context.Context) (*opened, error) {
	return a.openAside(ctx, true)
}

func (a *app) openAside(ctx context.Context, rehearse bool) (*opened, error) {
	home, address := a.folders(a.home), a.address()
	aside, err := os.MkdirTemp("", "osmsd-")
	if err != nil {
		return nil, err
	}
	remove := func() { _ = os.RemoveAll(aside) }
	if !store.IsPostgres(address) {
		if _, err := os.Stat(address); errors.Is(err, os.ErrNotExist) {
			address = filepath.Join(aside, "registry.db")
		}
	}
	dir := home.Archive
	if _, err := os.Stat(dir); rehearse || errors.Is(err, os.ErrNotExist) {
		dir = filepath.Join(aside, "archive")
	}
	archive, err := intake.OpenArchive(dir, a.Step)
	if err != nil {
		remove()
		return nil, err
	}
	o, err := a.open(ctx, home, address, archive)
	if err != nil {
		remove()
		return nil, err
	}
	inner := o.close
	o.close = func() { inner(); remove() }
	return o, nil
}

func (a *app) address() string {
	if dsn := string(a.cfg.DSN()); dsn != "" {
		return dsn
	}
	return filepath.Join(a.home, "registry.db")
}

func (a *app) folders(home string) jobs.Home {
	f := a.cfg.Folders
	return jobs.Home{Dir: home, Inbox: config.Under(home, f.Inbox), Returned: config.Under(home, f.Returned),
		Letters: config.Under(home, f.Letters), Reports: config.Under(home, f.Reports),
		Statements: config.Under(home, f.Statements), Archive: config.Under(home, f.Archive)}
}

func (a *app) open(ctx context.Context, home jobs.Home, address string, archive *intake.Archive) (*opened, error) {
	desk, versions, err := a.newDesk()
	if err != nil {
		_ = archive.Close()
		return nil, err
	}
	s, err := a.openStore(ctx, address)
	if err != nil {
		_ = archive.Close()
		return nil, err
	}
	desk.Store, desk.Archive, desk.Home = s, archive, home
	host, _ := os.Hostname()
	runner := &jobs.Runner{Store: s, Clock: a.Clock, Log: a.log, CleanUp: desk.CleanUp, Versions: versions,
		// In containers neither the host's name nor the process's number tells
		// two programs apart.
		Holder: fmt.Sprintf("%s, process %d (%.6s)", host, os.Getpid(), rand.Text())}
	return &opened{desk, runner, func() {
		_ = s.Close()
		_ = archive.Close()
	}}, nil
}

// newDesk is a desk as the configuration wants it, without the open store,
// archive and folders, and the versions of the dated data that it works by.
func (a *app) newDesk() (*jobs.Desk, string, error) {
	zone, err := time.LoadLocation(a.cfg.TimeZone)
	if err != nil {
		return nil, "", usage("zone", a.cfg.TimeZone)
	}
	days, err := a.workingDays()
	if err != nil {
		return nil, "", usage("calendar", err)
	}
	casework, err := a.casework()
	if err != nil {
		return nil, "", err
	}
	desk := &jobs.Desk{Rules: a.rules(), Rates: published(a.cfg.StateRates()), Zone: zone,
		CorrectWithin: a.cfg.Rosters.CorrectWithin, RostersDue: a.cfg.Rosters.DueDay, Calendar: days,
		Regions: a.regions(), Casework: casework, Lang: a.lang, DiskClock: time.Now, Limits: a.limits(), Breaker: a.breaker(), Retention: a.retention(), Who: operator(),
		Drops:   intake.Options{Rest: a.cfg.Intake.Rest, Limit: int64(a.cfg.Limits.File), Step: a.Step},
		Mail:    a.mail(),
		Remotes: a.remotes(),
		Wording: jobs.Wording{Folder: a.underHome(a.cfg.Letters.Texts)}, Signing: jobs.Signing{File: a.underHome(a.cfg.Requests.Key)},
		State: jobs.State{Payer: a.payer(), PayerID: a.cfg.State.PayerBIN.String(), KNP: a.cfg.State.KNP}}
	return desk, fmt.Sprintf("calendar %s, law %s", days.Version(), casework.Law.Version()), nil
}

func (a *app) openStore(ctx context.Context, address string) (*store.Store, error) {
	if a.Through != nil {
		return store.OpenThrough(ctx, address, a.Through)
	}
	return store.Open(ctx, address)
}

// published leaves out the years for which nothing was published yet.
func published(rates []osms.StateRate) []osms.StateRate {
	var out []osms.StateRate
	for _, r := range rates {
		if r.Base > 0 {
			out = append(out, r)
		}
	}
	return out
}

func (a *app) payer() string {
	if a.lang == "kk" {
		return a.cfg.State.PayerKK
	}
	return a.cfg.State.PayerRU
}

func (a *app) rules() entitlement.Rules {
	choices := func(r config.Rules) entitlement.Choices {
		return entitlement.Choices{AcademicLeaveDue: r.AcademicLeaveDue, ChildFirst: r.Category1First}
	}
	rules := entitlement.Rules{Choices: choices(a.cfg.Policy.Rules)}
	for _, c := range a.cfg.Policy.Changes {
		rules.Changes = append(rules.Changes, entitlement.Change{Since: c.Since, Choices: choices(a.cfg.Policy.At(c.Since))})
	}
	return rules
}

func (a *app) regions() map[osms.Region]jobs.Region {
	out := map[osms.Region]jobs.Region{}
	for kk, r := range a.cfg.Regions {
		out[kk] = jobs.Region{Headers: r.Headers, Values: r.Values, Mode: r.Declaration.Mode, AsAt: r.Declaration.AsAt}
	}
	return out
}

func (a *app) limits() sheet.Limits {
	l := a.cfg.Limits
	return sheet.Limits{FileBytes: int64(l.File), PartBytes: int64(l.Part), Ratio: int64(l.Ratio), Entries: l.Entries, Sheets: l.Sheets,
		Rows: l.Rows, Columns: l.Columns, TokenBytes: int(l.Token), CellRunes: l.Cell, Depth: l.Depth, SharedBytes: int64(l.Shared),
		SharedStrings: l.SharedStrings, CellFormats: l.CellFormats, BatchFiles: l.BatchFiles, BatchBytes: int64(l.BatchBytes)}
}

func (a *app) breaker() registry.Breaker {
	b := a.cfg.Breaker
	return registry.Breaker{Share: b.Share, Persons: b.Persons, MediumShare: b.MediumShare, MediumSize: b.MediumSize, SmallShare: b.SmallShare,
		SmallSize: b.SmallSize, GrowthTimes: b.GrowthTimes, GrowthPersons: b.GrowthPersons, TailShare: b.TailShare, TailPersons: b.TailPersons}
}

func (a *app) retention() jobs.Retention {
	r := a.cfg.Retention
	return jobs.Retention{osms.ClassOriginals: int(r.Originals), osms.ClassRows: int(r.Rows), osms.ClassArrivals: int(r.Arrivals),
		osms.ClassReturned: int(r.Returned), osms.ClassLetters: int(r.Letters), osms.ClassReports: int(r.Reports), osms.ClassStatements: int(r.Statements)}
}

func (a *app) workingDays() (*calendar.Calendar, error) {
	if a.cfg.Calendar == "" {
		return calendar.Default(), nil
	}
	data, err := os.ReadFile(config.Under(a.home, a.cfg.Calendar))
	if err != nil {
		return nil, err
	}
	return calendar.Load(data)
}

func isCobraUsage(err error) bool {
	for _, start := range []string{"unknown command", "accepts ", "requires at least", "required flag", "unknown flag", "invalid argument"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

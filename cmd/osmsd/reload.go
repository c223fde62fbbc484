package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"osmsd/cmd/internal/notify"
	"osmsd/config"
	"osmsd/exporters/letter"
	"osmsd/sync/jobs"
)

// reloader reads the configuration again when the daemon gets SIGHUP. A sound one
// is in force between two runs; with a faulty one everything stays as it is, and
// the log names each fault with its line.
type reloader struct {
	app     *app // as it is in force, or will be after the run under way
	opened  *opened
	fresh   chan jobs.Settings
	manager *notify.Notifier
	// also reads other files again, such as the certificate of the web server.
	also []func() error
}

// fixed says what of a configuration the running daemon cannot change, and keeps
// it as it is.
var fixed = []struct {
	key  string
	keep func(next *config.Config, now config.Config)
}{
	{"database", func(next *config.Config, now config.Config) { next.Database = now.Database }},
	{"database_password", func(next *config.Config, now config.Config) { next.DatabasePassword = now.DatabasePassword }},
	{"folders", func(next *config.Config, now config.Config) { next.Folders = now.Folders }},
	{"console", func(next *config.Config, now config.Config) { next.Console = now.Console }},
	{"log.format", func(next *config.Config, now config.Config) { next.Log.Format = now.Log.Format }},
}

func (r *reloader) listen(ctx context.Context, hangups <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			r.reload()
		}
	}
}

// reload reads, checks and hands over. It runs beside the loop and touches
// nothing that the loop uses.
func (r *reloader) reload() {
	r.manager.Reloading()
	defer r.manager.Ready()
	for _, also := range r.also {
		_ = also() // it logs by itself
	}
	next, err := r.app.again()
	if err != nil {
		r.refuse(err)
		return
	}
	changed := config.Changed(r.app.cfg, next.cfg)
	for _, f := range fixed {
		for _, key := range changed {
			if key == f.key || strings.HasPrefix(key, f.key+".") {
				next.log.Warn("needs a restart: it stays as it is until then", "key", key)
			}
		}
		f.keep(&next.cfg, r.app.cfg)
	}
	changed = config.Changed(r.app.cfg, next.cfg)
	settings, err := next.settings(r.opened)
	if err != nil {
		r.refuse(err)
		return
	}
	settings.Taken = func() {
		next.level.Set(levelOf(next.cfg.Log.Level))
		next.inForce.Store(&next.cfg)
		next.log.Info("configuration in force", "changed", strings.Join(changed, " "))
	}
	// One that was not taken yet is out of date.
	select {
	case <-r.fresh:
	default:
	}
	r.fresh <- settings
	r.app = next
	next.log.Info("configuration read, in force after the run under way")
}

// refuse says in the log what is wrong.
func (r *reloader) refuse(err error) {
	log := r.app.log
	var faults config.Faults
	var told *told
	var wording *letter.TextsError
	switch {
	case errors.As(err, &faults):
		for _, f := range faults {
			log.Error("fault in the configuration", "fault", f.String())
		}
	case errors.As(err, &wording):
		for _, f := range wording.Faults {
			log.Error("fault in the wording of letters", "fault", fmt.Sprint(f))
		}
	case errors.As(err, &told):
		log.Error("fault in the configuration", "fault", told.Error())
	default:
		log.Error("fault in the configuration", "fault", err)
	}
	log.Error("the configuration is not taken: the one before stays in force")
}

// again reads the configuration anew into another app, with its own language.
// A file that was there and is gone is a fault: editors and mounts make such
// moments, and everything at its default is not what anybody meant.
func (a *app) again() (*app, error) {
	if _, err := os.Stat(a.configFile()); err != nil && a.hadFile {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	next := *a
	next.lang = next.spoken
	if err := next.configure(); err != nil {
		return nil, err
	}
	if _, err := next.checkFiles(); err != nil {
		return nil, err
	}
	return &next, nil
}

// settings are what the daemon works by after a reload, over an open home.
func (a *app) settings(o *opened) (jobs.Settings, error) {
	desk, versions, err := a.newDesk()
	if err != nil {
		return jobs.Settings{}, err
	}
	desk.Store, desk.Archive, desk.Home = o.desk.Store, o.desk.Archive, o.desk.Home
	timetable, err := a.timetable(desk)
	if err != nil {
		return jobs.Settings{}, err
	}
	runner := *o.runner
	runner.Versions, runner.CleanUp = versions, desk.CleanUp
	return jobs.Settings{Desk: desk, Runner: &runner, Timetable: timetable, Poll: a.cfg.Intake.Poll}, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/notify"
	"osmsd/cmd/internal/shape"
	"osmsd/config"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

type ctxType = context.Context

func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

var runnable = []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters, osms.JobDeliver, osms.JobReminders, osms.JobCases, osms.JobRequests, osms.JobRemote, osms.JobMonth}

func (a *app) runCommand() *cobra.Command {
	var month string
	var dry bool
	var names []string
	for _, j := range runnable {
		names = append(names, string(j))
	}
	cmd := &cobra.Command{
		Use:       "run JOB",
		Short:     "Run a job of the schedule now: " + strings.Join(names, ", "),
		Args:      cobra.ExactArgs(1),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			job := osms.Job(args[0])
			if !slices.Contains(runnable, job) {
				return usage("job.bad", args[0], strings.Join(names, ", "))
			}
			var m osms.Month
			if month != "" {
				var err error
				if m, err = parseMonth(month); err != nil {
					return err
				}
			}
			if dry {
				return a.rehearse(cmd.Context(), job, m)
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			if month == "" {
				m = osms.DateOf(o.now().In(o.desk.Zone)).Month()
			}
			folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
			if err != nil {
				return err
			}
			if err := folder.Prepare(regionCodes()); err != nil {
				return err
			}
			o.desk.Odd = func(odd []intake.Odd) {
				a.tell("intake.odd", grouped(len(odd)), jobs.Untaken(odd, a.odd))
			}
			run, err := o.runner.Run(cmd.Context(), osms.Run{Job: job, Month: m, Trigger: "command"},
				func(ctx ctxType, t jobs.Turn) (string, error) { return o.desk.Do(ctx, t, job, m, a.progress()) })
			if err != nil && (run.ID == 0 || cmd.Context().Err() != nil) {
				return err
			}
			if a.json {
				if perr := a.print(shape.RunOf(run)); perr != nil {
					return perr
				}
			} else {
				fmt.Fprintln(a.Stdout, a.say("run.done", run.ID, a.word("state", string(run.State)), a.journal(run.Message)))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&month, "month", "", "the month it is about, as 2026-10 (default: this month)")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what it would do, and do nothing of it")
	return cmd
}

// odd says in the language why something in a drop folder is never taken.
func (a *app) odd(r intake.Reason) string { return a.word("odd", string(r)) }

func regionCodes() []osms.Region {
	var out []osms.Region
	for _, r := range osms.Regions() {
		out = append(out, r.Region)
	}
	return out
}

func (a *app) runsCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List what ran",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			runs, err := o.desk.Store.Runs(cmd.Context(), limit)
			if err != nil {
				return err
			}
			if a.json {
				shown := []shape.Run{}
				for _, r := range runs {
					shown = append(shown, shape.RunOf(r))
				}
				return a.print(map[string]any{"runs": shown})
			}
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, a.heads("runs.head"))
			for _, r := range runs {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Job, r.Month, a.word("trigger", r.Trigger), a.orDash(r.Who), r.Started.In(o.desk.Zone).Format("2006-01-02 15:04:05"),
					a.word("state", string(r.State)), a.journal(r.Message))
			}
			return w.Flush()
		},
	}
	cmd.Flags().IntVar(&limit, "last", 0, "only the last so many")
	return cmd
}

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "The daemon: watches the drop folders and runs the schedule",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.serve(cmd.Context()); err != nil {
				return err
			}
			return outcome(exitDone)
		},
	}
}

func (a *app) serve(ctx ctxType) error {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	manager := notify.Open(time.Now, a.log)
	defer context.AfterFunc(ctx, manager.Stopping)()
	o, err := a.openHome(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	timetable, err := a.timetable(o.desk)
	if err != nil {
		return err
	}
	folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
	if err != nil {
		return err
	}
	if err := folder.Prepare(regionCodes()); err != nil {
		return err
	}
	if err := intake.CleanUp(o.desk.Home.Returned, a.Step); err != nil {
		return err
	}
	a.inForce = &atomic.Pointer[config.Config]{}
	a.inForce.Store(&a.cfg)
	fresh := make(chan jobs.Settings, 1)
	reloads := &reloader{app: a, opened: o, fresh: fresh, manager: manager}
	ready := func() {
		manager.Ready()
		go reloads.listen(ctx, hangups)
	}
	o.runner.Alive = manager.Alive
	service := &jobs.Service{Desk: o.desk, Runner: o.runner, Timetable: timetable, Folder: folder, Poll: a.cfg.Intake.Poll, Log: a.log, Notify: a.Looked,
		Fresh: fresh, Ready: ready, Beat: manager.Alive, BeatEvery: manager.Watchdog() / 4}
	if manager.Listening() {
		service.Status = manager.Status
	}
	if w := manager.Watchdog(); w > 0 && w < time.Minute {
		a.log.Warn("the watchdog waits less than a minute: a lease is renewed every 30 s, and a long run may be ended", "watchdog", w)
	}
	stop, reread, err := a.serveConsole(ctx, o, service.InForce)
	if err != nil {
		return err
	}
	defer stop()
	if reread != nil {
		reloads.also = append(reloads.also, reread)
	}
	a.log.Info("serving", "home", a.home, "database", o.desk.Store.Database(), "poll", a.cfg.Intake.Poll)
	err = service.Serve(ctx)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	a.log.Info("stopped")
	return err
}

// timetable is when jobs run, as the configuration says.
func (a *app) timetable(desk *jobs.Desk) (*jobs.Timetable, error) {
	return jobs.NewTimetable(a.tasks(), desk.Zone, desk.Calendar)
}

// tasks are the jobs of the schedule, without those that have nothing to do here.
func (a *app) tasks() map[osms.Job]jobs.Task {
	tasks := map[osms.Job]jobs.Task{}
	for job, task := range a.cfg.Schedule {
		tasks[job] = jobs.Task{Cron: task.Cron, WorkingDay: task.WorkingDay}
	}
	if a.mail() == nil {
		delete(tasks, osms.JobDeliver)
	}
	return tasks
}

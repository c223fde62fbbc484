package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"osmsd/config"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Exit codes: what scripts rely on.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRefused     = 3 // done, but rows or files were refused or held
	exitBusy        = 4
	exitDiscrepancy = 5
	exitInterrupted = 130
)

// app is one run of the program.
type app struct {
	Surroundings
	home       string
	configPath string
	json       bool
	lang       string
	cfg        config.Config
	log        *slog.Logger
}

// usageError is a mistake in the words of the command, with a hint.
type usageError struct{ text, hint string }

func (e *usageError) Error() string { return e.text }

func usage(hint, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), hint}
}

// outcome ends a command that did its work with an exit code other than 0.
type outcome int

func (o outcome) Error() string { return fmt.Sprintf("exit %d", int(o)) }

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	err := root.ExecuteContext(ctx)
	return a.explain(ctx, err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "osmsd",
		Short:         "Keeps the register of people whose OSMS contributions the state pays",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		Long: `osmsd keeps the register of people whose obligatory social medical insurance
(OSMS) contributions the state pays in step with the rosters of schools,
colleges and universities, proves the money against the ledger to the tenge,
and writes the letters and statements that follow.

Begin with: osmsd demo

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but rows or files were
refused, 4 busy, 5 discrepancies found, 130 interrupted.`,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.prepare(cmd) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("see osmsd "+cmd.Name()+" --help", "%v", err)
	})
	f := root.PersistentFlags()
	f.StringVar(&a.home, "home", "", "the home folder (default ./osms, or OSMSD_HOME)")
	f.StringVar(&a.configPath, "config", "", "configuration file (default <home>/osmsd.yaml)")
	f.BoolVar(&a.json, "json", false, "one JSON document on standard output; messages for people go to standard error")
	f.StringVar(&a.lang, "lang", "", "language of messages: kk, ru or en (default from the configuration)")
	root.AddCommand(a.demoCommand(), a.generateCommand(), a.serveCommand(), a.checkCommand(), a.importCommand(),
		a.runCommand(), a.assessCommand(), a.exportCommand(), a.reconcileCommand(), a.personCommand(), a.statementCommand(),
		a.filesCommand(), a.runsCommand(), a.overlapsCommand(), a.verifyCommand(), a.configCommand(), a.versionCommand())
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

// prepare settles what every command shares: home, configuration, language,
// log, and the rehearsed clock.
func (a *app) prepare(cmd *cobra.Command) error {
	if a.home == "" {
		a.home = "osms"
		if v, ok := a.Env("OSMSD_HOME"); ok && v != "" {
			a.home = v
		}
	}
	home, err := filepath.Abs(a.home)
	if err != nil {
		return err
	}
	a.home = home
	switch a.lang {
	case "", "kk", "ru", "en":
	default:
		return usage("write kk, ru or en", "--lang %q is not a language of this program", a.lang)
	}
	if v, ok := a.Env("OSMSD_NOW"); ok && v != "" {
		now, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return usage("write it as 2026-10-01T09:00:00+05:00", "OSMSD_NOW %q is not a moment", v)
		}
		began, clock := a.Clock(), a.Clock
		a.Clock = func() time.Time { return now.Add(clock().Sub(began)) }
	}
	a.log = slog.New(slog.NewTextHandler(a.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if cmd.Name() == "serve" {
		a.log = slog.New(slog.NewTextHandler(a.Stderr, nil))
	}
	if cmd.Name() == "version" {
		return nil
	}
	path := a.configPath
	if path == "" {
		path = filepath.Join(a.home, "osmsd.yaml")
	} else if _, err := os.Stat(path); err != nil {
		return usage("name a file that can be read", "the configuration %s cannot be read: %v", path, errors.Unwrap(err))
	}
	if a.cfg, err = config.Load(path, a.Env); err != nil && !errors.As(err, new(config.Faults)) {
		return err
	}
	if err := a.cfg.Validate(checkCron); err != nil {
		return err
	}
	if a.lang == "" {
		a.lang = a.cfg.Language
	}
	return nil
}

// explain is the one translator of errors for people; it gives the exit code.
func (a *app) explain(ctx context.Context, err error) int {
	var end outcome
	var u *usageError
	var faults config.Faults
	var busy *store.BusyError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &end):
		return int(end)
	case ctx.Err() != nil:
		fmt.Fprintln(a.Stderr, "osmsd: interrupted")
		return exitInterrupted
	case errors.As(err, &u):
		fmt.Fprintf(a.Stderr, "osmsd: %s\n", u.text)
		if u.hint != "" {
			fmt.Fprintf(a.Stderr, "       %s\n", u.hint)
		}
		return exitUsage
	case errors.As(err, &faults):
		fmt.Fprintf(a.Stderr, "osmsd: the configuration has %d faults:\n", len(faults))
		for _, f := range faults {
			fmt.Fprintf(a.Stderr, "  %s\n", f)
		}
		return exitUsage
	case errors.As(err, &busy):
		fmt.Fprintf(a.Stderr, "osmsd: the registry is busy: %s is working in it (its time ends at %s); try again later\n",
			busy.Holder, busy.Until.Local().Format("15:04:05"))
		return exitBusy
	case errors.Is(err, store.ErrUnreachable):
		fmt.Fprintf(a.Stderr, "osmsd: %v\n       check the address under `database:` in osmsd.yaml, that the server runs, and the password\n", err)
	case errors.Is(err, store.ErrNewerSchema):
		fmt.Fprintf(a.Stderr, "osmsd: %v\n       use the newer program\n", err)
	default:
		// cobra's own complaints are usage errors without a type.
		if isCobraUsage(err) {
			fmt.Fprintf(a.Stderr, "osmsd: %v\n       see osmsd --help\n", err)
			return exitUsage
		}
		fmt.Fprintf(a.Stderr, "osmsd: %v\n", err)
	}
	return exitFailed
}

// print writes the one JSON document.
func (a *app) print(v any) error {
	e := json.NewEncoder(a.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func parseMonth(text string) (osms.Month, error) {
	if text == "" {
		return 0, usage("for example --month 2026-10", "a month is needed")
	}
	m, err := osms.ParseMonth(text)
	if err != nil {
		return 0, usage("for example --month 2026-10", "%v", err)
	}
	return m, nil
}

func parseRegion(text string) (osms.Region, error) {
	if text == "" {
		return 0, nil
	}
	r, err := osms.ParseRegion(text)
	if err != nil {
		return 0, usage("give the first two digits of KATO, for example --region 63", "%v", err)
	}
	return r, nil
}

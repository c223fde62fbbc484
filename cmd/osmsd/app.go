package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"osmsd/config"
	"osmsd/sync/contribution"
	"osmsd/sync/jobs"
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
	spoken     string // lang as the command line named it
	cfg        config.Config
	hadFile    bool  // cfg came from a file, not from defaults only
	faulty     error // what is wrong with it: only doctor goes on then
	log        *slog.Logger
	level      *slog.LevelVar                 // of log; a reload may change it
	inForce    *atomic.Pointer[config.Config] // what the daemon works by; nil elsewhere
}

// outcome ends a command that did its work with an exit code other than 0.
type outcome int

func (o outcome) Error() string { return fmt.Sprintf("exit %d", int(o)) }

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	a.lang = spoken(args)
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
		return flagUsage(cmd.CommandPath(), err.Error())
	})
	f := root.PersistentFlags()
	f.StringVar(&a.home, "home", "", "the home folder (default ./osms, or OSMSD_HOME)")
	f.StringVar(&a.configPath, "config", "", "configuration file (default <home>/osmsd.yaml)")
	f.BoolVar(&a.json, "json", false, "one JSON document on standard output; messages for people go to standard error")
	f.StringVar(&a.lang, "lang", "", "language of messages: kk, ru or en (default from the configuration)")
	root.AddCommand(a.demoCommand(), a.generateCommand(), a.serveCommand(), a.checkCommand(), a.importCommand(),
		a.runCommand(), a.assessCommand(), a.exportCommand(), a.reconcileCommand(), a.explainCommand(), a.personCommand(), a.statementCommand(), a.accessCommand(), a.casesCommand(), a.lettersCommand(), a.lawCommand(), a.templateCommand(),
		a.heldCommand(), a.releaseCommand(), a.refuseCommand(), a.undoCommand(), a.destroyCommand(), a.blockCommand(), a.filesCommand(), a.runsCommand(), a.missingCommand(), a.overlapsCommand(), a.mailCommand(), a.auditCommand(), a.risksCommand(), a.verifyCommand(), a.userCommand(), a.configCommand(), a.versionCommand(), a.manCommand(), a.healthcheckCommand())
	root.AddCommand(a.backupCommand(), a.restoreCommand(), a.dbCommand(), a.doctorCommand())
	root.AddCommand(a.remoteCommand())
	a.complete(root)
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
		return usage("lang", a.lang)
	}
	if v, ok := a.Env("OSMSD_NOW"); ok && v != "" {
		now, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return usage("now", v)
		}
		began, clock := a.Clock(), a.Clock
		a.Clock = func() time.Time { return now.Add(clock().Sub(began)) }
	}
	a.log = slog.New(slog.NewTextHandler(a.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if needsNoHome(cmd) {
		return nil
	}
	a.spoken = a.lang
	a.faulty = a.configure()
	if goesOn := cmd.Name() == "doctor" && !errors.As(a.faulty, new(*told)); a.faulty != nil && !goesOn {
		return a.faulty
	}
	a.openLog(cmd.Name() == "serve")
	return nil
}

func (a *app) configFile() string {
	if a.configPath != "" {
		return a.configPath
	}
	return filepath.Join(a.home, "osmsd.yaml")
}

// configure reads the configuration, and the language from it where the command
// line named none.
func (a *app) configure() (err error) {
	_, missing := os.Stat(a.configFile())
	if a.configPath != "" && missing != nil {
		return usage("config.unreadable", missing)
	}
	a.hadFile = missing == nil
	if a.cfg, err = config.Load(a.configFile(), a.Env); err != nil && !errors.As(err, new(config.Faults)) {
		return err
	}
	if a.spoken == "" && slices.Contains(languages, a.cfg.Language) {
		a.lang = a.cfg.Language
	}
	return a.cfg.Validate(checkCron)
}

// explain is the one translator of errors for people; it gives the exit code.
func (a *app) explain(ctx context.Context, err error) int {
	var end outcome
	var t *told
	var faults config.Faults
	var busy *store.BusyError
	var far *jobs.RemoteError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &end):
		return int(end)
	case ctx.Err() != nil:
		a.tell("interrupted")
		return exitInterrupted
	case errors.As(err, &t):
		args := slices.Clone(t.args)
		for i, x := range args {
			if cause, ok := x.(error); ok {
				args[i] = a.reason(cause)
			}
		}
		a.tell(t.key, args...)
		return t.exit
	case errors.As(err, &faults):
		a.tell("config.faults", grouped(len(faults)))
		for _, f := range faults {
			fmt.Fprintf(a.Stderr, "  %s\n", f)
		}
		return exitUsage
	case errors.As(err, &busy):
		a.tell("busy", busy.Holder, busy.Until.In(a.zone()).Format("15:04:05"))
		return exitBusy
	case errors.As(err, &far):
		for _, f := range far.Failed {
			a.tellRemote(f.Source, f.Reason, f.Err)
		}
	case errors.Is(err, store.ErrUnreachable) && !store.IsPostgres(a.address()):
		if info, serr := os.Stat(a.address()); serr == nil && info.IsDir() {
			a.tell("registry.folder", a.address())
		} else {
			a.tell("registry.file", a.address(), innermost(err))
		}
	case errors.Is(err, store.ErrUnreachable):
		a.tell("unreachable", innermost(err))
	case errors.Is(err, jobs.ErrKeyOpen):
		a.tell("key.open", a.underHome(a.cfg.Requests.Key))
	case errors.Is(err, store.ErrNewerSchema):
		a.tell("newer")
	case errors.Is(err, store.ErrFenced):
		a.tell("fenced")
	case errors.Is(err, contribution.ErrNoRate):
		a.tell("rate")
	case isCobraUsage(err): // cobra's own complaints have no type
		name, known := strings.CutPrefix(err.Error(), "unknown command ")
		switch {
		case known:
			name, _, _ = strings.Cut(name, " for ")
			a.tell("words.command", name)
		case strings.HasPrefix(err.Error(), "accepts "), strings.HasPrefix(err.Error(), "requires at least"):
			a.tell("words.arguments")
		default:
			a.tell("words")
		}
		return exitUsage
	default:
		fmt.Fprintf(a.Stderr, "osmsd: %s\n", a.reason(err))
	}
	return exitFailed
}

// tell says on standard error what is wrong and, where the catalogue has a
// hint, what to do.
func (a *app) tell(key string, args ...any) {
	fmt.Fprintf(a.Stderr, "osmsd: %s\n", a.say(key, args...))
	if hint := a.say(key+".hint", args...); hint != key+".hint" {
		fmt.Fprintf(a.Stderr, "       %s\n", hint)
	}
}

// innermost is the cause at the bottom of an unreachable database: what the
// sentence around it says already is left out.
func innermost(err error) error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		if all := many.Unwrap(); len(all) > 0 {
			return all[len(all)-1]
		}
	}
	return err
}

// zone is the configured one; UTC where the configuration was not read.
func (a *app) zone() *time.Location {
	zone, err := time.LoadLocation(a.cfg.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// print writes the one JSON document.
func (a *app) print(v any) error {
	e := json.NewEncoder(a.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

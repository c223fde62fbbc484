package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"osmsd/config"
	"osmsd/sync/store"
)

// level is how grave a finding is.
type level string

const (
	levelFine    level = "ok"
	levelWarning level = "warning"
	levelFault   level = "fault"
)

// finding is what a check found, with what to do about it, in the language of the
// run.
type finding struct {
	level   level
	message string
	hint    string
}

// check is one line of the doctor's list. look changes nothing; a check that has
// nothing to look at, such as one of PostgreSQL in a home without it, is not in
// the list.
type check struct {
	name string
	look func(ctx context.Context) finding
}

// doctor is what checks have in common: it is gathered once, before they look.
type doctor struct {
	*app
	full bool
	// faulty is what is wrong with the configuration, blind that it does not say
	// which database is meant.
	faulty error
	blind  bool
	// none: there is no registry yet. away is why the database does not answer.
	none   bool
	health store.Health
	away   error
	// store is open when the schema is this program's; nil otherwise.
	store   *store.Store
	waiting store.Waiting
}

func (d *doctor) fine(key string, args ...any) finding { return d.found(levelFine, key, args) }

func (d *doctor) warning(key string, args ...any) finding { return d.found(levelWarning, key, args) }

func (d *doctor) fault(key string, args ...any) finding { return d.found(levelFault, key, args) }

func (d *doctor) found(l level, key string, args []any) finding {
	f := finding{level: l, message: d.say(key, args...)}
	if hint := d.say(key+".hint", args...); hint != key+".hint" {
		f.hint = hint
	}
	return f
}

// checks lists what is looked at, in the order in which a person would mend it.
func (d *doctor) checks() []check {
	list := []check{{"configuration", d.configuration}, {"unverified", d.unverified}, {"rates", d.rates}, {"home", d.homeFolder}, {"folders", d.outFolders},
		{"drop_folders", d.dropFolders}, {"disk", d.disk}}
	if d.blind {
		return list
	}
	list = append(list, check{"database", d.database})
	if d.away == nil && !d.none {
		list = append(list, d.databaseChecks()...)
	}
	list = append(list, check{"key", d.key}, check{"backups", d.backups})
	if d.store != nil {
		list = append(list, check{"archive", d.archive}, check{"runs", d.runs})
		list = append(list, d.jobs()...)
		list = append(list, d.servers()...)
		list = append(list, check{"held", d.held}, check{"letters", d.letters}, check{"requests", d.requests}, check{"unfinished", d.unfinished})
	}
	return append(list, check{"waiting_files", d.waitingFiles})
}

func (a *app) doctorCommand() *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at configuration, folders, disk, database, keys and schedule, and say what to do",
		Long: `Looks at everything that the program rests on and changes nothing. Each line is ok,
a warning or a fault, with what to do. Exit code 5 when there is a fault.

It may be run at any moment, also while the daemon works. With --full every
original in the archive is read; otherwise some are. osmsd verify proves the
registry itself.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{app: a, full: full, faulty: a.faulty}
			if err := d.gather(cmd.Context()); err != nil {
				return err
			}
			defer d.close()
			return d.report(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "read every original in the archive")
	return cmd
}

// gather asks the database, once for all checks.
func (d *doctor) gather(ctx context.Context) error {
	var faults config.Faults
	if d.faulty != nil {
		d.blind = !errors.As(d.faulty, &faults) || slices.ContainsFunc(faults, func(f config.Fault) bool { return strings.HasPrefix(f.Key, "database") || f.Key == "" })
	}
	if d.blind {
		return nil
	}
	address := d.address()
	if !store.IsPostgres(address) {
		if _, err := os.Stat(address); errors.Is(err, fs.ErrNotExist) {
			d.none = true
			return nil
		}
	}
	through := d.Through
	if through == nil {
		through = func(c driver.Connector) driver.Connector { return c }
	}
	if d.health, d.away = store.Inspect(ctx, address, through); d.away != nil || d.health.Schema != d.health.Known {
		return ctx.Err()
	}
	if d.store, d.away = d.openStore(ctx, address); d.away == nil {
		d.waiting, d.away = d.store.Waiting(ctx)
	}
	return ctx.Err()
}

func (d *doctor) close() {
	if d.store != nil {
		_ = d.store.Close()
	}
}

// report looks and prints as it goes: a line may take long.
func (d *doctor) report(ctx context.Context) error {
	type lineJSON struct {
		Check   string `json:"check"`
		Level   level  `json:"level"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
	}
	lines, counts := []lineJSON{}, map[level]int{}
	for _, c := range d.checks() {
		f := c.look(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		counts[f.level]++
		lines = append(lines, lineJSON{c.name, f.level, f.message, f.hint})
		if d.json {
			continue
		}
		fmt.Fprintf(d.Stdout, "%-8s  %s\n", d.word("doctor.level", string(f.level)), f.message)
		if f.hint != "" && f.level != levelFine {
			fmt.Fprintf(d.Stdout, "          → %s\n", f.hint)
		}
	}
	var err error
	if d.json {
		err = d.print(map[string]any{"checks": lines, "warnings": counts[levelWarning], "faults": counts[levelFault]})
	} else {
		fmt.Fprintln(d.Stdout, d.say("doctor.done", grouped(len(lines)), grouped(counts[levelWarning]), grouped(counts[levelFault])))
	}
	if err == nil && counts[levelFault] > 0 {
		return outcome(exitDiscrepancy)
	}
	return err
}

// ago writes how long something lasts, in the two greatest units.
func (d *doctor) ago(t time.Duration) string {
	switch t = t.Round(time.Minute); {
	case t >= 48*time.Hour:
		return d.say("doctor.days", int(t/(24*time.Hour)), int(t%(24*time.Hour)/time.Hour))
	case t >= time.Hour:
		return d.say("doctor.hours", int(t/time.Hour), int(t%time.Hour/time.Minute))
	}
	return d.say("doctor.minutes", int(t/time.Minute))
}

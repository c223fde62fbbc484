package main

import (
	"log/slog"

	"github.com/spf13/cobra"
)

// openLog opens the log as the configuration says. Only the daemon's log is what
// log.level says; the other commands answer people, and log what is wrong.
//
// Lines have the keys time, level and msg and, beside those, only keys that
// TestLogKeys lists, whatever the format: filters and alarms rely on them.
func (a *app) openLog(serving bool) {
	a.level = &slog.LevelVar{}
	a.level.Set(levelOf(a.cfg.Log.Level))
	if !serving {
		a.level.Set(max(slog.LevelWarn, a.level.Level()))
	}
	o := &slog.HandlerOptions{Level: a.level, ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Value.Kind() == slog.KindDuration { // JSON would show nanoseconds
			attr.Value = slog.StringValue(attr.Value.Duration().String())
		}
		return attr
	}}
	if serving && a.cfg.Log.Format == "json" {
		a.log = slog.New(slog.NewJSONHandler(a.Stderr, o))
		return
	}
	a.log = slog.New(slog.NewTextHandler(a.Stderr, o))
}

// levelOf reads a level that the configuration's check has let pass.
func levelOf(name string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(name)); err != nil {
		return slog.LevelInfo
	}
	return l
}

// needsNoHome reports a command that must work where there is no home and no
// sound configuration: what shells and service managers ask.
func needsNoHome(cmd *cobra.Command) bool {
	if p := cmd.Parent(); p != nil && p.Name() == "completion" {
		return true
	}
	switch cmd.Name() {
	case "version", "man", "healthcheck", "completion", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd:
		return true
	}
	return false
}

package main

import (
	"fmt"
	"os"

	"osmsd/sync/jobs"
)

// progress shows how far long work has come, in one line that overwrites
// itself, on a terminal only.
func (a *app) progress() jobs.Progress {
	f, ok := a.Stderr.(*os.File)
	if !ok || a.json {
		return func(string, int, int) {}
	}
	if _, plain := a.Env("NO_COLOR"); plain {
		return func(string, int, int) {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(string, int, int) {}
	}
	last := ""
	return func(step string, done, all int) {
		step = a.word("progress", step)
		line := step + " " + grouped(done)
		if all > 0 {
			line = fmt.Sprintf("%s %d %%", step, done*100/all)
		}
		if line != last {
			fmt.Fprintf(f, "\r\033[K%s", line)
			last = line
		}
	}
}

// Command osmsd keeps the register of people whose obligatory social medical
// insurance (OSMS) contributions the state pays in step with what education
// organisations report, proves the money against the ledger, and writes the
// letters and statements that follow.
package main

import (
	"context"
	"database/sql/driver"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // zones on machines that have none

	"osmsd/importers/intake"
)

func main() {
	boundMemory(os.LookupEnv)
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away ends the printing, not the work
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Main(ctx, os.Args[1:], Surroundings{Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv, Clock: time.Now})
	stop()
	os.Exit(code)
}

// boundMemory lets the collector work less while there is room and harder when
// there is none, unless the operator says otherwise with GOGC or GOMEMLIMIT.
func boundMemory(env func(string) (string, bool)) {
	if _, set := env("GOGC"); !set {
		debug.SetGCPercent(125)
	}
	if _, set := env("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(320 << 20)
	}
}

// Surroundings are what the program takes from the process it runs in.
type Surroundings struct {
	Stdout, Stderr io.Writer
	Env            func(string) (string, bool)
	Clock          func() time.Time

	// Step sees every operation on a file before it is done, Through stands
	// before the database, and Looked is told when the daemon has looked at
	// everything. Tests end the process there; nil otherwise.
	Step    intake.Step
	Through func(driver.Connector) driver.Connector
	Looked  func()
}

// Main runs the program with its arguments and gives the exit code.
func Main(ctx context.Context, args []string, s Surroundings) (code int) {
	a := &app{Surroundings: s}
	defer func() {
		if p := recover(); p != nil {
			a.tell("internal", p)
			_, _ = s.Stderr.Write(debug.Stack())
			code = exitFailed
		}
	}()
	return a.run(ctx, args)
}

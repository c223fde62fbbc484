package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/config"
	"osmsd/exporters/letter"
	"osmsd/sync/calendar"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

func (a *app) verifyCommand() *cobra.Command {
	var keys, number, code string
	cmd := &cobra.Command{
		Use:   "verify [FILE…]",
		Short: "Re-check archive, audit chain and registry against each other; or, offline, statements that were given out",
		Long: `Without arguments: re-checks archive, audit chain and registry against each
other. With FILE: tells, without the registry, whether statements that were given
out are genuine. With --number and --code: tells somebody who holds a statement
and asks by telephone whether it was given and prints that code; the access log
has a line of it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if asked := cmd.Flags().Changed("number"); asked || cmd.Flags().Changed("code") {
				if number == "" || code == "" || len(args) > 0 || keys != "" {
					return usage("verify.number")
				}
				return a.verifyCode(cmd.Context(), number, code)
			}
			if len(args) > 0 {
				return a.verifyStatements(args, keys)
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			v, err := o.desk.Verify(cmd.Context(), a.progress())
			if err != nil {
				return err
			}
			if a.json {
				err = a.print(shape.VerificationOf(v))
			} else {
				a.tellVerification(v)
			}
			if err == nil && len(v.Findings) > 0 {
				return outcome(exitDiscrepancy)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&number, "number", "", "the number of a statement, with --code")
	cmd.Flags().StringVar(&code, "code", "", "the verification code that it prints")
	cmd.Flags().StringVar(&keys, "keys", "", "with FILE: the public keys of the issuer (default: those beside requests.key of the home)")
	return cmd
}

// tellVerification says on standard output what was verified and found.
func (a *app) tellVerification(v jobs.Verification) {
	fmt.Fprintln(a.Stdout, a.say("verify.done", grouped(v.Files), grouped(int(v.AuditEntries)), v.ChainHead,
		grouped(v.Organisations), grouped(v.Persons), grouped(v.Freezes), grouped(len(v.Findings))))
	if v.Destroyed > 0 {
		fmt.Fprintln(a.Stdout, a.say("verify.destroyed", grouped(v.Destroyed), grouped(v.Sealed)))
	}
	for _, f := range v.Findings {
		fmt.Fprintf(a.Stdout, "  %s %s: %s\n", a.word("finding", f.What), f.Where, f.Detail)
	}
}

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The configuration", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(&cobra.Command{
		Use:   "check",
		Short: "Check the configuration and show it with every default, without secrets",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			days, err := a.checkFiles()
			if err != nil {
				return a.wordingFaults(err)
			}
			if a.json {
				return a.print(map[string]any{"ok": true, "calendar": days.Version()})
			}
			fmt.Fprint(a.Stdout, config.Render(a.cfg))
			fmt.Fprintln(a.Stderr, a.say("config.sound", days.Version()))
			return nil
		},
	}, &cobra.Command{
		Use:   "example",
		Short: "Print a configuration in which every key has its default, with comments",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.Stdout, config.Example())
			return err
		},
	})
	return cmd
}

// checkFiles reads every file that the configuration names, as nothing else would
// before it is needed: working days, legal texts, and the wording of letters.
func (a *app) checkFiles() (*calendar.Calendar, error) {
	days, err := a.workingDays()
	if err != nil {
		return nil, usage("calendar", err)
	}
	if _, err := a.lawTexts(); err != nil {
		return nil, usage("law.faults", err)
	}
	for i, p := range a.cfg.Providers {
		of := osms.Provider(p)
		if err := letter.Default().CheckProvider(of.Over(osms.Akimat(of.Region)).Over(osms.Provider{NameKK: "—", NameRU: "—", BIN: of.BIN})); err != nil {
			return nil, usage("provider.unprintable", i, err)
		}
	}
	if dir := a.underHome(a.cfg.Letters.Texts); dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, usage("letters.folder", dir)
		}
		if _, err := letter.Load(os.DirFS(dir)); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// version is set at release with -ldflags "-X main.version=…".
var version = "dev"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			revision := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						revision = s.Value
					}
				}
			}
			if a.json {
				return a.print(map[string]any{"version": version, "revision": revision, "go": runtime.Version()})
			}
			fmt.Fprintf(a.Stdout, "osmsd %s %s %s\n", version, revision, runtime.Version())
			return nil
		},
	}
}

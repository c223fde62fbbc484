package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// parseHash reads the hash of a diff as it is printed.
func parseHash(text string) (string, error) {
	hash := strings.ToLower(strings.TrimSpace(text))
	if !osms.IsDiff(hash) {
		return "", usage("hash.bad", text)
	}
	return hash, nil
}

func (a *app) heldCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "held",
		Short: "List the diffs that wait for an administrator, with what each would do",
		Long: `Lists what a breaker or another rule held. Each line is one organisation of one
file, with the hash under which it is released or refused:

  osmsd release HASH    applies exactly this diff
  osmsd refuse HASH     it will not be applied; the file may be dropped again

The diff is shown as it would be now. With --json every person is listed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			held, err := o.desk.Held(cmd.Context())
			if err != nil {
				return err
			}
			out := []shape.Held{}
			for _, h := range held {
				out = append(out, shape.HeldOf(h, a.lang))
			}
			if a.json {
				return a.print(map[string]any{"held": out})
			}
			if len(out) == 0 {
				fmt.Fprintln(a.Stdout, a.say("held.none"))
				return nil
			}
			for i, h := range out {
				if i > 0 {
					fmt.Fprintln(a.Stdout)
				}
				fmt.Fprintln(a.Stdout, a.say("held.file", h.Import, h.Region, h.BIN, h.File, held[i].Received.In(o.desk.Zone).Format("2006-01-02 15:04")))
				fmt.Fprintf(a.Stdout, "  %s\n", h.Message)
				fmt.Fprintf(a.Stdout, "  %s\n", a.say("held.diff", grouped(h.Joined), grouped(h.Left), grouped(h.Changed), grouped(h.Unchanged)))
				a.showChanges(a.Stdout, held[i].Changes)
				if h.Moved {
					fmt.Fprintf(a.Stdout, "  %s\n", a.say("held.moved"))
				}
				fmt.Fprintf(a.Stdout, "  osmsd release %s\n", h.Hash)
			}
			return nil
		},
	}
}

// hashCommand is a command that decides on the held diff whose hash it is given.
func (a *app) hashCommand(use, short string, decide func(ctx ctxType, o *opened, hash, reason string) error) *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			hash, err := parseHash(args[0])
			if err != nil {
				return err
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			return a.decided(decide(cmd.Context(), o, hash, reason), hash)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the audit log")
	return cmd
}

// decided tells why a decision on a diff changed nothing.
func (a *app) decided(err error, hash string) error {
	switch {
	case errors.Is(err, jobs.ErrNoDiff):
		return refusal("hash.unknown", hash)
	case errors.Is(err, jobs.ErrRowsDestroyed):
		return refusal("destroy.place")
	case errors.Is(err, jobs.ErrVoid):
		return refusal("hash.void", hash)
	}
	return err
}

func (a *app) releaseCommand() *cobra.Command {
	return a.hashCommand("release HASH", "Apply exactly the held diff with this hash", func(ctx ctxType, o *opened, hash, reason string) error {
		report := a.fileReporter()
		_, err := o.runner.Run(ctx, osms.Run{Job: osms.JobRelease, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
			taken, err := o.desk.Release(ctx, t, hash, reason)
			if err != nil {
				return "", err
			}
			report.add(taken)
			if _, err = o.desk.Store.NumberOverlaps(ctx, t.Lease); err != nil {
				return "", err
			}
			return fmt.Sprintf("import %d released", taken.Report.Import), nil
		})
		if err != nil {
			return err
		}
		return report.end()
	})
}

func (a *app) refuseCommand() *cobra.Command {
	return a.hashCommand("refuse HASH", "Decide that the held diff with this hash will not be applied", func(ctx ctxType, o *opened, hash, reason string) error {
		out := []shape.Held{}
		_, err := o.runner.Run(ctx, osms.Run{Job: osms.JobRefuse, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
			held, err := o.desk.Refuse(ctx, t, hash, reason)
			if err != nil {
				return "", err
			}
			for _, h := range held {
				out = append(out, shape.HeldOf(h, a.lang))
			}
			return fmt.Sprintf("import %d refused", held[0].Import.Sequence), nil
		})
		if err != nil {
			return err
		}
		if a.json {
			return a.print(map[string]any{"refused": out})
		}
		for _, h := range out {
			fmt.Fprintln(a.Stdout, a.say("held.refused", h.Import, h.Region, h.BIN, h.File))
		}
		return nil
	})
}

func (a *app) undoCommand() *cobra.Command {
	var options jobs.UndoOptions
	cmd := &cobra.Command{
		Use:   "undo IMPORT",
		Short: "Take a committed import back, values included",
		Long: `Takes a wrong file back: what is believed then is what would be believed had the
import never come, and its letters are annulled by number. The history keeps both.

Plain, it is refused when a later import touched the same organisation or person;
those are named. With --replay the later ones are applied again in their order.
Look first with --dry-run. The same file may be dropped again afterwards.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			sequence, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || sequence <= 0 {
				return usage("import.bad", args[0])
			}
			open := a.openHome
			if options.DryRun {
				open = a.openRehearsal
			}
			o, err := open(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var u jobs.Undone
			notices, untold := []string{}, error(nil)
			if options.DryRun {
				u, err = o.desk.Undo(cmd.Context(), jobs.Turn{Now: o.now()}, sequence, options)
			} else {
				_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobUndo, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
					var err error
					if u, err = o.desk.Undo(ctx, t, sequence, options); err != nil {
						return "", err
					}
					if !u.Undone {
						return fmt.Sprintf("import %d not undone: %d later imports rest on it", sequence, len(u.BlockedBy)), nil
					}
					// It is undone whatever happens now; the letters job writes what is missing.
					paths, failed := o.desk.AnnulmentNotices(ctx, t, u.Sequence)
					untold = failed
					for _, p := range paths {
						notices = append(notices, o.desk.Home.Shown(p))
					}
					_, err = o.desk.Store.NumberOverlaps(ctx, t.Lease)
					message := fmt.Sprintf("import %d undone", sequence)
					if len(notices) > 0 {
						message += fmt.Sprintf(", %d notices of annulled letters", len(notices))
					}
					return message, errors.Join(err, failed)
				})
			}
			switch {
			case errors.Is(err, jobs.ErrNoImport):
				return usage("import.unknown", sequence)
			case errors.Is(err, jobs.ErrRowsDestroyed):
				return refusal("destroy.undo", sequence)
			case errors.Is(err, jobs.ErrCasesOpen):
				return refusal("undo.cases")
			case errors.Is(err, jobs.ErrUndone):
				return refusal("import.undone", sequence)
			case err != nil && untold == nil:
				return err
			}
			return errors.Join(a.showUndone(u, notices, options.DryRun), err)
		},
	}
	cmd.Flags().BoolVar(&options.Replay, "replay", false, "also when later imports rest on it: they are applied again in their order")
	cmd.Flags().BoolVar(&options.DryRun, "dry-run", false, "only show what would be done")
	cmd.Flags().StringVar(&options.Reason, "reason", "", "why, for the audit log")
	return cmd
}

func (a *app) showUndone(u jobs.Undone, notices []string, dry bool) error {
	end := error(nil)
	if !u.Undone {
		end = outcome(exitRefused)
	}
	if a.json {
		if err := a.print(shape.UndoneOf(u, notices, dry)); err != nil {
			return err
		}
		return end
	}
	numbers := func(list []int64) string {
		texts := make([]string, len(list))
		for i, n := range list {
			texts[i] = strconv.FormatInt(n, 10)
		}
		return strings.Join(texts, ", ")
	}
	if !u.Undone {
		a.tell("undo.blocked", u.Import, numbers(u.BlockedBy))
		return end
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	if dry {
		fmt.Fprintln(w, a.say("undo.would", u.Import, grouped(u.Reopened), grouped(u.Closed)))
	} else {
		fmt.Fprintln(w, a.say("undo.done", u.Import, grouped(u.Reopened), grouped(u.Closed)))
	}
	if len(u.Replayed) > 0 {
		fmt.Fprintln(w, a.say("undo.replayed", numbers(u.Replayed)))
	}
	if len(u.LettersAnnulled) > 0 {
		fmt.Fprintln(w, a.say("undo.letters", grouped(len(u.LettersAnnulled)), strings.Join(u.LettersAnnulled, ", ")))
	}
	for _, path := range notices {
		fmt.Fprintln(w, a.say("undo.notice", path))
	}
	return w.Flush()
}

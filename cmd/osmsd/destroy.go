package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

var digestForm = regexp.MustCompile("^[0-9a-f]{64}$")

func (a *app) destroyCommand() *cobra.Command {
	var options jobs.DestroyOptions
	var due bool
	var imported string
	cmd := &cobra.Command{
		Use:   "destroy --due | --file SHA256 | --import N",
		Short: "Destroy content at the end of its retention, or one file's by hand, with a record",
		Long: `Destroys content and records that, by class and digest, in the audit chain:

  --due           what is past the terms under retention: in the configuration
  --file SHA256   the content of one file: its original bytes, the rows of its
                  imports, the values in its reports, its receipts
  --import N      the same of one import; the original stays while another import
                  of the same file has rows

Facts, totals, the register of letters and the record of every file stay, and
osmsd verify holds. What rests on destroyed rows cannot be undone any more, and a
late list of that time cannot be put in its place. Look first with --dry-run.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ways := 0
			for _, given := range []bool{due, options.SHA256 != "", imported != ""} {
				if given {
					ways++
				}
			}
			if ways != 1 {
				return usage("destroy.what")
			}
			options.SHA256 = strings.ToLower(strings.TrimSpace(options.SHA256))
			if options.SHA256 != "" && !digestForm.MatchString(options.SHA256) {
				return usage("destroy.digest", options.SHA256)
			}
			if imported != "" {
				n, err := strconv.ParseInt(imported, 10, 64)
				if err != nil || n <= 0 {
					return usage("import.bad", imported)
				}
				options.Import = n
			}
			if !due && !options.DryRun && strings.TrimSpace(options.Reason) == "" {
				return usage("destroy.reason")
			}
			open := a.openHome
			if options.DryRun {
				open = a.openReading
			}
			o, err := open(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var done jobs.DestroyDone
			if options.DryRun {
				done, err = o.desk.Destroy(cmd.Context(), jobs.Turn{Now: o.now()}, options)
			} else {
				_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobDestroy, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
					var err error
					done, err = o.desk.Destroy(ctx, t, options)
					return fmt.Sprintf("%d destroyed", len(done.Items)), err
				})
			}
			switch {
			case errors.Is(err, jobs.ErrNoImport):
				return usage("import.unknown", options.Import)
			case errors.Is(err, jobs.ErrNothing):
				return refusal("destroy.nothing")
			case errors.Is(err, jobs.ErrAwaited):
				return refusal("destroy.awaited")
			case err != nil:
				return err
			}
			return a.showDestroyed(done, options.DryRun)
		},
	}
	cmd.Flags().BoolVar(&due, "due", false, "what is past its term")
	cmd.Flags().StringVar(&options.SHA256, "file", "", "the content of the file with this digest")
	cmd.Flags().StringVar(&imported, "import", "", "the content of this import")
	cmd.Flags().BoolVar(&options.DryRun, "dry-run", false, "only show what would be destroyed")
	cmd.Flags().StringVar(&options.Reason, "reason", "", "why, for the audit log")
	return cmd
}

func (a *app) showDestroyed(done jobs.DestroyDone, dry bool) error {
	if a.json {
		type item struct {
			Class   osms.DocumentClass `json:"class"`
			Subject string             `json:"subject"`
			SHA256  string             `json:"sha256"`
			Dated   osms.Date          `json:"dated"`
		}
		items := []item{}
		for _, i := range done.Items {
			items = append(items, item{i.Class, i.Subject, i.Digest, i.Dated})
		}
		return a.print(map[string]any{"dry_run": dry, "decision": done.Sequence, "items": items, "sealed": len(done.Seals),
			"awaited": done.Awaited, "finished": done.Finished})
	}
	if done.Finished > 0 {
		fmt.Fprintln(a.Stdout, a.say("destroy.finished", grouped(done.Finished)))
	}
	switch {
	case len(done.Items) == 0:
		fmt.Fprintln(a.Stdout, a.say("destroy.none"))
	case dry:
		fmt.Fprintln(a.Stdout, a.say("destroy.would", grouped(len(done.Items))))
	default:
		fmt.Fprintln(a.Stdout, a.say("destroy.done", grouped(len(done.Items)), done.Sequence))
	}
	counts := map[osms.DocumentClass]int{}
	for _, i := range done.Items {
		counts[i.Class]++
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	for _, c := range osms.DocumentClasses {
		if counts[c] > 0 {
			fmt.Fprintf(w, "  %s\t%s\n", a.word("class", string(c)), grouped(counts[c]))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(done.Seals) > 0 {
		fmt.Fprintln(a.Stdout, a.say("destroy.sealed", grouped(len(done.Seals))))
	}
	if done.Awaited > 0 {
		fmt.Fprintln(a.Stdout, a.say("destroy.kept", grouped(done.Awaited)))
	}
	return nil
}

func (a *app) blockCommand() *cobra.Command {
	var lift bool
	var reason string
	cmd := &cobra.Command{
		Use:   "block IIN --reason TEXT [--lift]",
		Short: "Block a person's data at the person's request, or lift that",
		Long: `Blocks a person's data: person and statement then answer nobody, letters about the
person are not written, and lists withhold the name. The person keeps being
counted, and the IIN stands on the list for the Fund, for the state owes the money
by law; rosters about the person are applied as before. --lift ends the blocking,
and the next letters tell what was not told meanwhile.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			iin, err := parseIIN(args[0])
			if err != nil {
				return err
			}
			if strings.TrimSpace(reason) == "" {
				return usage("block.reason")
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			decision := int64(0)
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobBlock, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
				b, err := o.desk.Block(ctx, t, iin, lift, reason)
				decision = b.Sequence
				return "", err
			})
			switch {
			case errors.Is(err, jobs.ErrBlockedAlready):
				return refusal("block.already", iin)
			case errors.Is(err, jobs.ErrNotBlocked):
				return refusal("block.not", iin)
			case err != nil:
				return err
			case a.json:
				return a.print(map[string]any{"blocked": !lift, "decision": decision})
			case lift:
				fmt.Fprintln(a.Stdout, a.say("block.lifted", iin, decision))
			default:
				fmt.Fprintln(a.Stdout, a.say("block.done", iin, decision))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&lift, "lift", false, "end the blocking")
	cmd.Flags().StringVar(&reason, "reason", "", "the person's request, for the audit log")
	return cmd
}

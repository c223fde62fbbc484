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
	"osmsd/sync/store"
)

func (a *app) overlapsCommand() *cobra.Command {
	var f monthFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "overlaps --month M",
		Short: "Persons whom two organisations claim",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, in, err := f.parse()
			if err != nil {
				return err
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			contests, err := o.desk.OverlapRegister(cmd.Context(), m, in)
			if err != nil {
				return err
			}
			overlaps := []shape.Overlap{}
			for _, c := range contests {
				if all || c.State == jobs.OverlapOpen {
					overlaps = append(overlaps, shape.OverlapOf(c, o.desk.Zone))
				}
			}
			if a.json {
				return a.print(map[string]any{"month": m, "overlaps": overlaps})
			}
			return a.showOverlaps(overlaps)
		},
	}
	f.add(cmd, "only those in which this region has a side")
	cmd.Flags().BoolVar(&all, "all", false, "also those that are settled or decided")
	cmd.AddCommand(a.decideOverlapCommand())
	return cmd
}

func (a *app) showOverlaps(overlaps []shape.Overlap) error {
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("overlaps.head"))
	for _, x := range overlaps {
		var sides []string
		for _, c := range x.Claims {
			sides = append(sides, a.say("overlaps.claim", c.BIN, c.Region, c.Since))
		}
		state := a.word("overlap", string(x.State))
		switch {
		case x.State == jobs.OverlapDecided:
			state += " " + x.Decision.Day.String()
		case x.Settled != nil:
			state += " " + x.Settled.Day.String()
		}
		until := "…"
		if x.Until != nil {
			until = x.Until.String()
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Number, x.IIN, strings.Join(sides, " "+a.say("overlaps.and")+" "), x.From, until, x.DueTo, state)
	}
	return w.Flush()
}

func (a *app) decideOverlapCommand() *cobra.Command {
	var keep, reason string
	var withdraw bool
	cmd := &cobra.Command{
		Use:   "decide NUMBER --keep BIN --reason TEXT",
		Short: "Decide who keeps the months in common, or withdraw such a decision (administrator)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || number < 1 {
				return usage("overlap.number", args[0])
			}
			var bin osms.BIN
			switch {
			case withdraw == (keep != ""):
				return usage("overlap.keep")
			case !withdraw:
				if bin, err = osms.ParseBIN(keep); err != nil {
					return usage("overlap.bin", keep)
				}
			}
			if strings.TrimSpace(reason) == "" {
				return usage("overlap.reason")
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var decision store.OverlapDecision
			var fresh bool
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobDecide, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
				decision, fresh, err = o.desk.DecideOverlap(ctx, t, number, bin, reason)
				return fmt.Sprintf("overlap %d", number), err
			})
			switch {
			case errors.Is(err, jobs.ErrNoOverlap):
				return failure("overlap.none", number)
			case errors.Is(err, jobs.ErrNotASide):
				return failure("overlap.side", bin, number)
			case errors.Is(err, jobs.ErrNotDecided):
				return failure("overlap.undecided", number)
			case err != nil:
				return err
			}
			if a.json {
				shown := shape.OverlapDecisionOf(decision, o.desk.Zone)
				if withdraw {
					shown = nil
				}
				return a.print(map[string]any{"number": number, "sequence": decision.Sequence, "fresh": fresh, "withdrawn": withdraw, "decision": shown})
			}
			switch {
			case withdraw:
				fmt.Fprintln(a.Stdout, a.say("overlap.withdrawn", number, decision.Sequence))
			case fresh:
				fmt.Fprintln(a.Stdout, a.say("overlap.kept", number, bin, decision.Sequence))
			default:
				fmt.Fprintln(a.Stdout, a.say("overlap.already", number, bin, decision.Sequence))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&keep, "keep", "", "BIN of the side that keeps the months in common")
	cmd.Flags().BoolVar(&withdraw, "withdraw", false, "withdraw the decision: the rule decides again")
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	return cmd
}

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// stepError says why a step cannot be done.
func (a *app) stepError(number osms.CaseNumber, err error) error {
	var s *casework.StepError
	var bound *jobs.BoundError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &s):
		return refusal("case.refused", number, a.word("case.refused", string(s.Code)))
	case errors.As(err, &bound):
		return refusal("case.bound", number, int(bound.Ground), bound.Reason.In(a.language()))
	case errors.Is(err, jobs.ErrNoCase):
		return failure("case.none", number)
	case errors.Is(err, jobs.ErrFormUnknown):
		return refusal("case.form", number)
	case errors.Is(err, store.ErrOnce):
		return refusal("case.moved", number)
	}
	return err
}

func (a *app) stepCaseCommand() *cobra.Command {
	var step, by, note, outcomeText, answer, leftOn, form, level, since string
	var ground int
	cmd := &cobra.Command{
		Use:   "step NUMBER… --by WHO",
		Short: "Do the next step of cases: resolve, check, sign, issue, or the previous organisation's answer",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var numbers []osms.CaseNumber
			for _, text := range args {
				n, err := osms.ParseCaseNumber(text)
				if err != nil {
					return usage("case.number", text)
				}
				numbers = append(numbers, n)
			}
			if strings.TrimSpace(by) == "" {
				return usage("case.by")
			}
			s := jobs.CaseStep{StepDone: osms.StepDone{Step: osms.CaseStep(step), By: by, Note: note}, Outcome: osms.CaseOutcome(outcomeText), Ground: osms.Ground(ground),
				Answer: osms.Answer(answer)}
			var err error
			if s.Form, s.Level, err = parseStudy(form, level); err != nil {
				return err
			}
			if ground != 0 {
				s.Outcome, s.Reason = osms.CaseRefused, osms.ReasonByHand
			}
			if s.LeftOn, err = parseDay(leftOn); err != nil {
				return err
			}
			if s.Since, err = parseDay(since); err != nil {
				return err
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var after []osms.Case
			var failed error
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobCases, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
				done, err := o.desk.StepCases(ctx, t, numbers, s, a.progress())
				if done.Wording != nil {
					a.tell("wording.broken", done.Wording)
				}
				a.showWritten(o, done.Paths)
				after, failed = done.Cases, a.stepError(done.At, done.Failed)
				return fmt.Sprintf("%d steps", len(after)), err
			})
			if err != nil {
				return err
			}
			cases := []shape.Case{}
			for _, c := range after {
				shown, err := o.desk.Cases(cmd.Context(), store.CaseFilter{Number: c.Number}, o.now())
				if err != nil {
					return err
				}
				cases = append(cases, shape.CaseOf(shown[0], o.desk.Zone))
			}
			if a.json {
				err = a.print(map[string]any{"cases": cases})
			} else {
				for _, c := range cases {
					last := c.Steps[len(c.Steps)-1]
					line := a.say("case.done", c.Number, a.word("case.step", string(last.Step)), last.By)
					if c.Outcome != osms.CaseOpen {
						line += "; " + a.word("case.outcome", string(c.Outcome))
					}
					fmt.Fprintln(a.Stdout, line)
				}
			}
			return errors.Join(err, failed)
		},
	}
	f := cmd.Flags()
	f.StringVar(&step, "step", "", "the step, when it must be this one: resolve, ask, answer, check, hear, sign or issue (default: the next), or withdraw")
	f.StringVar(&by, "by", "", "who does it")
	f.StringVar(&note, "note", "", "resolution, answer or reason, in words")
	f.StringVar(&outcomeText, "outcome", "", "check: notified or refused (default: what the rules find)")
	f.IntVar(&ground, "ground", 0, "check: refuse on this ground, 1 to 5, with the reason in --note")
	f.StringVar(&answer, "answer", "", "answer of the previous organisation: studies, left or never")
	f.StringVar(&leftOn, "left-on", "", "answer: the day on which the person left, as 2026-09-30")
	f.StringVar(&form, "form", "", "check: the form of study where no paper of the case says it: full_time, part_time …")
	f.StringVar(&level, "level", "", "check: the level of education")
	f.StringVar(&since, "since", "", "check: the first day of study")
	return cmd
}

package main

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

func (a *app) missingCommand() *cobra.Command {
	var f monthFlags
	cmd := &cobra.Command{
		Use:   "missing --month M",
		Short: "Organisations that have not submitted for a month",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, r, err := f.parse()
			if err != nil {
				return err
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			found, err := o.desk.Missing(cmd.Context(), m, r, o.now())
			if err != nil {
				return err
			}
			if a.json {
				return a.print(shape.MissingListOf(found))
			}
			return a.showMissing(o, found)
		},
	}
	f.add(cmd, "one region only, by the first two digits of its KATO code")
	return cmd
}

func (a *app) showMissing(o *opened, found jobs.Missing) error {
	fmt.Fprintln(a.Stdout, a.say("missing.due", found.Month, found.Due.Dotted(), grouped(len(found.Organisations))))
	if len(found.Organisations) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("missing.head"))
	for _, u := range found.Organisations {
		state := a.say("missing.none")
		switch u.State {
		case osms.SubmissionHeld:
			state = a.say("missing.held", u.Reason)
		case osms.SubmissionRefused:
			state = a.say("missing.refused")
		}
		last := a.say("missing.never")
		if u.Last.Import != 0 {
			last = a.say("missing.last", u.Last.AsAt.Dotted(), u.Last.Received.In(o.desk.Zone).Format("02.01.2006"), intake.Shown(u.Last.File))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", u.Organisation.Region, u.Organisation.BIN, a.nameOf(u.Organisation), state,
			grouped(u.Persons), u.Overdue, last)
	}
	return w.Flush()
}

// nameOf is an organisation's name in the language, in the other where it has
// none, and its mark where the list of organisations does not know it.
func (a *app) nameOf(o osms.Organisation) string {
	names := []string{o.NameRU, o.NameKK}
	if a.language() == "kk" {
		slices.Reverse(names)
	}
	switch {
	case o.Provisional:
		return a.say("missing.provisional")
	case names[0] == "":
		return names[1]
	}
	return names[0]
}

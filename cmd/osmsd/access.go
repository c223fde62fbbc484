package main

import (
	"fmt"
	"os"
	"os/user"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// operator names who runs the program, for the access log: the user of the
// machine.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return fmt.Sprint("uid ", os.Getuid())
}

func (a *app) accessCommand() *cobra.Command {
	var iinText, from, to string
	cmd := &cobra.Command{
		Use:   "access",
		Short: "Who looked at whose data, when and by what right",
		Long: `Lists the access log: every statement and every person that was shown, every
refusal, oldest first. The log is only ever added to, and verify proves it.
IINs are masked, unless the log of one person is asked for.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			var asked store.AccessesAsked
			if iinText != "" {
				if asked.Person, err = parseIIN(iinText); err != nil {
					return err
				}
			}
			if asked.From, err = dayBegins(from, 0, o.desk.Zone); err != nil {
				return err
			}
			if asked.Until, err = dayBegins(to, 1, o.desk.Zone); err != nil {
				return err
			}
			out := []shape.Access{}
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			shown := 0
			err = o.desk.Store.EachAccess(cmd.Context(), asked, func(x osms.Access) error {
				line := shape.AccessOf(x, asked.Person != 0)
				if a.json {
					out = append(out, line)
					return nil
				}
				if shown++; shown == 1 {
					fmt.Fprintln(w, a.heads("access.head"))
				}
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", x.ID, x.At.In(o.desk.Zone).Format("2006-01-02 15:04:05"), line.Who, a.word("access", x.What),
					a.orDash(line.Person), a.orDash(x.Ground), a.orDash(x.Number))
				return nil
			})
			switch {
			case err != nil:
				return err
			case a.json:
				return a.print(map[string]any{"accesses": out})
			case shown == 0:
				fmt.Fprintln(a.Stdout, a.say("access.none"))
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&iinText, "iin", "", "only about this person")
	cmd.Flags().StringVar(&from, "from", "", "from this day on, as 2026-10-01")
	cmd.Flags().StringVar(&to, "to", "", "until this day, included")
	return cmd
}

// dayBegins is the moment at which a day, or the one so many days after it,
// begins; zero where none is given.
func dayBegins(text string, after int, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	d, err := parseDay(text)
	if err != nil {
		return time.Time{}, err
	}
	d = d.Add(after)
	return time.Date(d.Year(), time.Month(d.MonthNum()), d.Day(), 0, 0, 0, 0, zone), nil
}

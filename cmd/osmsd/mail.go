package main

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/exporters/mail"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// mail is how mails are sent as configured; nil: none are.
func (a *app) mail() *jobs.Mail {
	c := a.cfg.Mail
	if !c.On() {
		return nil
	}
	at := c.Attach
	m := &jobs.Mail{From: c.From, Console: a.cfg.Console.URL, Limit: int64(c.Limit), RunTime: c.RunTimeout, DigestHour: c.DigestHour,
		Attach: jobs.Attach{Receipt: at.Receipt, Returned: at.Returned, Summary: at.Summary, Report: at.Report, Reminder: at.Reminder}}
	if c.Folder != "" {
		m.Folder = a.underHome(c.Folder)
	} else {
		m.Server = mail.Options{Address: c.SMTP.Address, TLS: mail.TLS(c.SMTP.TLS), User: c.SMTP.User, Password: c.SMTP.Password.Reveal(), Timeout: c.Timeout}
	}
	for _, r := range c.Recipients {
		kinds, regions := r.Kinds, r.Regions
		if len(kinds) == 0 {
			kinds = r.Party().Mails()
		}
		if len(regions) == 0 {
			regions = []osms.Region{0}
		}
		for _, to := range r.To {
			address, err := netmail.ParseAddress(to)
			if err != nil {
				continue // the configuration was found good
			}
			for _, region := range regions {
				m.Recipients = append(m.Recipients, jobs.Recipient{Address: address.Address, Language: r.Language, Party: r.Party(), Region: region, Kinds: kinds})
			}
		}
	}
	return m
}

type mailJSON struct {
	ID       int64          `json:"id"`
	Kind     osms.MailKind  `json:"kind"`
	Cause    string         `json:"cause"`
	Party    osms.MailParty `json:"party"`
	Region   string         `json:"region"`
	To       string         `json:"to"`
	Language string         `json:"language"`
	State    string         `json:"state"` // waiting, sent, given_up
	Created  string         `json:"created"`
	NextTry  string         `json:"next_try"`
	Tries    int            `json:"tries"`
	Sent     string         `json:"sent"`
	GivenUp  string         `json:"given_up"`
	Fault    string         `json:"fault"`
}

func mailState(m store.Mail) string {
	switch {
	case !m.Sent.IsZero():
		return "sent"
	case !m.GivenUp.IsZero():
		return "given_up"
	}
	return "waiting"
}

func (a *app) mailCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mail",
		Short: "The outbox: what waits to be mailed, was sent or was given up",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.mailListCommand(), a.mailTestCommand(), a.mailRetryCommand())
	return cmd
}

func (a *app) mailListCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the outbox, oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			box, err := o.desk.Store.Outbox(cmd.Context(), limit)
			if err != nil {
				return err
			}
			if a.json {
				shown := []mailJSON{}
				for _, m := range box {
					line := mailJSON{m.ID, m.Kind, m.Cause, m.Party, "", m.Address, m.Language, mailState(m), rfc3339(m.Created), rfc3339(m.NextTry), m.Tries, rfc3339(m.Sent), rfc3339(m.GivenUp), m.Fault}
					if m.Region != 0 {
						line.Region = m.Region.String()
					}
					if !m.Waiting() {
						line.NextTry = ""
					}
					shown = append(shown, line)
				}
				return a.print(map[string]any{"mails": shown})
			}
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, a.heads("mail.head"))
			for _, m := range box {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", m.ID, a.word("mail.kind", string(m.Kind)), m.Cause, m.Address,
					m.Created.In(o.desk.Zone).Format("2006-01-02 15:04"), a.word("mail.state", mailState(m)), m.Tries, m.Fault)
			}
			return w.Flush()
		},
	}
	cmd.Flags().IntVar(&limit, "last", 0, "only the last so many")
	return cmd
}

func (a *app) mailTestCommand() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "test --to ADDRESS",
		Short: "Send a test mail now and say what the server answered",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			address, err := netmail.ParseAddress(to)
			if err != nil {
				return usage("mail.to", to)
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			if o.desk.Mail == nil {
				return usage("mail.off")
			}
			answer, err := o.desk.TestMail(cmd.Context(), o.now(), address.Address, a.language())
			if err != nil {
				return failure("mail.refused", err)
			}
			if a.json {
				return a.print(map[string]any{"to": address.Address, "sent": true, "answer": answer})
			}
			fmt.Fprintln(a.Stdout, a.say("mail.tested", address.Address, answer))
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the address")
	return cmd
}

func (a *app) mailRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retry ID",
		Short: "Have a mail tried again from the beginning, at the next delivery",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || id < 1 {
				return usage("mail.number", args[0])
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			switch err := o.desk.Store.RetryMail(cmd.Context(), id, o.now()); {
			case errors.Is(err, store.ErrNotFound):
				return usage("mail.number", args[0])
			case errors.Is(err, store.ErrOnce):
				return refusal("mail.sent", id)
			case err != nil:
				return err
			}
			if a.json {
				return a.print(map[string]any{"mail": id, "state": "waiting"})
			}
			fmt.Fprintln(a.Stdout, a.say("mail.again", id))
			return nil
		},
	}
}

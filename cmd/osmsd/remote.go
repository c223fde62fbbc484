package main

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/importers/intake"
	"osmsd/importers/remote"
	"osmsd/sync/jobs"
)

type remoteJSON struct {
	Name      string       `json:"name"`
	Protocol  string       `json:"protocol"`
	Address   string       `json:"address"`
	Into      string       `json:"into"` // drop folder
	After     remote.After `json:"after"`
	Delivers  []string     `json:"delivers"`
	Visited   string       `json:"visited"`
	Succeeded string       `json:"succeeded"`
	Fault     string       `json:"fault"`
	Waiting   int          `json:"waiting"` // there
	Here      int          `json:"here"`    // fetched, not yet dealt with there
	Answers   *bool        `json:"answers"` // null: not asked
	HostKey   string       `json:"host_key"`
}

func shownRemote(s jobs.RemoteStatus) remoteJSON {
	r := remoteJSON{Name: s.Name, Protocol: "sftp", Into: s.Pull.Folder, Delivers: append([]string{}, s.Deliver.What...), Visited: rfc3339(s.Last.Visited),
		Succeeded: rfc3339(s.Last.Succeeded), Fault: s.Last.Fault, Waiting: s.Last.Waiting, Here: s.Fetched}
	if s.Pull.Folder != "" {
		r.After = s.Pull.After
	}
	if s.Place.SFTP != nil {
		r.Address = s.Place.SFTP.Address
	} else {
		r.Protocol, r.Address = "s3", s.Place.S3.Endpoint
	}
	if s.Looked {
		r.Answers, r.Waiting, r.HostKey, r.Fault = &s.Answers, s.Waiting, s.HostKey, string(s.Reason)
	}
	return r
}

func (a *app) remoteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remote",
		Short: "Servers that files are fetched from and delivered to",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "The configured servers, and how the last visit to each went",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.showRemotes(cmd.Context(), false, "") },
	}, &cobra.Command{
		Use:   "check [NAME]",
		Short: "Ask the servers: does it answer, with which host key, how many files wait; fetches and delivers nothing",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.showRemotes(cmd.Context(), true, strings.Join(args, ""))
		},
	}, &cobra.Command{
		Use:   "hostkey ADDRESS",
		Short: "Print the host key of an SFTP server, to be confirmed by its owner before it goes into the configuration",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showHostKey(cmd.Context(), args[0]) },
	})
	return cmd
}

func (a *app) showHostKey(ctx ctxType, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "22")
	}
	key, fingerprint, err := remote.HostKey(ctx, address)
	if err != nil {
		reason := remote.ReasonOf(err)
		return failure("remote.nokey", address, a.word("odd", string(reason)))
	}
	if a.json {
		return a.print(map[string]string{"address": address, "host_key": key, "fingerprint": fingerprint})
	}
	fmt.Fprintln(a.Stdout, key)
	a.tell("remote.hostkey", address, fingerprint)
	return nil
}

// showRemotes lists the servers; with look it asks them, all or one.
func (a *app) showRemotes(ctx ctxType, look bool, name string) error {
	o, err := a.openReading(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	if name != "" {
		at := slices.IndexFunc(o.desk.Remotes, func(r jobs.Remote) bool { return r.Name == name })
		if at < 0 {
			return usage("remote.unknown", name)
		}
		o.desk.Remotes = o.desk.Remotes[at : at+1]
	}
	all, err := o.desk.RemoteStatuses(ctx, look)
	if err != nil {
		return err
	}
	if a.json {
		remotes := []remoteJSON{}
		for _, s := range all {
			remotes = append(remotes, shownRemote(s))
		}
		err = a.print(map[string]any{"remotes": remotes})
	} else {
		err = a.tableOfRemotes(all, o.desk.Zone)
	}
	if err != nil {
		return err
	}
	well := true
	for _, s := range all {
		if look && s.Err != nil {
			well = false
			a.tellRemote(s.Name, s.Reason, s.Err)
		}
	}
	if !well {
		return outcome(exitFailed)
	}
	return nil
}

func (a *app) tableOfRemotes(all []jobs.RemoteStatus, zone *time.Location) error {
	if len(all) == 0 {
		fmt.Fprintln(a.Stdout, a.say("remote.none"))
		return nil
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.heads("remote.head"))
	for _, s := range all {
		r := shownRemote(s)
		last := "—"
		if !s.Last.Succeeded.IsZero() {
			last = s.Last.Succeeded.In(zone).Format("2006-01-02 15:04")
		}
		how := "—"
		switch {
		case r.Fault != "":
			how = a.word("odd", r.Fault)
		case s.Looked:
			how = a.say("remote.answers")
		case !s.Last.Visited.IsZero():
			how = a.say("remote.well")
		}
		fmt.Fprintf(w, "%s\t%s %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.Protocol, r.Address, cmp.Or(r.Into, "—"),
			cmp.Or(strings.Join(r.Delivers, ", "), "—"), last, grouped(r.Waiting), grouped(r.Here), how, cmp.Or(r.HostKey, "—"))
	}
	return w.Flush()
}

// tellRemote says what is wrong with a server and what to do about it.
func (a *app) tellRemote(name string, reason remote.Reason, err error) {
	if reason == "" {
		a.tell("remote.here", name, a.reason(err))
		return
	}
	a.tell("remote.fault", name, a.word("odd", string(reason)))
	if cure := a.word("cure", string(reason)); cure != string(reason) {
		fmt.Fprintf(a.Stderr, "       %s\n", cure)
	}
	fmt.Fprintf(a.Stderr, "       (%s)\n", intake.Shown(err.Error()))
}

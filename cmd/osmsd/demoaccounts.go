package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"osmsd/cmd/internal/web"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// leave leaves something to decide, so that whoever opens the console finds work:
// a list that looks cut, and an application handed in at the counter.
func (d *demo) leave(ctx ctxType, last osms.Month) error {
	desk := d.home.desk
	organisations, err := desk.Store.Organisations(ctx)
	if err != nil {
		return err
	}
	for _, bin := range slices.Sorted(maps.Keys(organisations)) {
		o := organisations[bin]
		list, _, err := desk.Template(ctx, jobs.TemplateRequest{Region: o.Region, BIN: bin, Mode: osms.Full, AsAt: last.Last(), Filled: true})
		if err != nil {
			return err
		}
		list.Rows = slices.DeleteFunc(list.Rows, func(r osms.Row) bool { return r.Name == osms.Name{} }) // who is blocked
		if len(list.Rows) < 12 {
			continue
		}
		if err := d.handIn(ctx, o, list.Rows[len(list.Rows)-1]); err != nil {
			return err
		}
		return d.cut(ctx, list)
	}
	return nil
}

// cut drops a list of an organisation of which most is missing: the breaker holds
// it.
func (d *demo) cut(ctx ctxType, list workbook.Template) error {
	list.Rows = list.Rows[:3]
	name := fmt.Sprintf("%s-full-%s.xlsx", list.Region, list.AsAt)
	path := filepath.Join(d.home.desk.Home.Inbox, list.Region.String(), name)
	if err := writeWhole(path, func(w io.Writer) error { return workbook.WriteTemplate(w, list) }); err != nil {
		return err
	}
	return d.take(ctx)
}

// handIn opens a case on which nobody has worked yet.
func (d *demo) handIn(ctx ctxType, o osms.Organisation, person osms.Row) error {
	desk := d.home.desk
	automatic := desk.Casework.Automatic
	desk.Casework.Automatic = false
	defer func() { desk.Casework.Automatic = automatic }()
	_, err := d.home.runner.Run(ctx, osms.Run{Job: osms.JobCases, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
		c, err := desk.OpenCase(ctx, t, osms.Application{Received: t.Now, Person: person.Person, Name: person.Name, BIN: o.BIN,
			Form: true, Identity: true, Study: true, Consent: true, StudyDated: osms.DateOf(t.Now.In(desk.Zone)), StudyForm: person.Facts.Form,
			Level: person.Facts.Level, EnrolledOn: person.EnrolledOn}, d.say("demo.counter"))
		return c.Number.String(), err
	})
	return err
}

// accounts gives the demonstration a user of every role, with a password that is
// told now and never again.
func (d *demo) accounts(ctx ctxType, regions []osms.Region) ([][3]string, error) {
	accounts := []osms.Account{{Login: firstLogin, Role: osms.RoleAdministrator}, {Login: "fund", Role: osms.RoleFund}, {Login: "auditor", Role: osms.RoleAuditor}}
	for _, r := range regions {
		accounts = append(accounts, osms.Account{Login: "akimat" + r.String(), Role: osms.RoleAkimat, Region: r})
	}
	var out [][3]string
	for _, x := range accounts {
		password := web.NewPassword()
		x.Password, x.Name = web.HashPassword(password), strings.TrimSpace(d.word("role", string(x.Role))+" "+x.Region.In(d.language()))
		_, err := d.home.desk.Store.PutAccount(ctx, x, store.AccountAdded, "demo", d.home.now())
		if errors.Is(err, store.ErrOnce) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, [3]string{x.Login, password, x.Name})
	}
	return out, nil
}

// showAccounts says where the console is, and who may enter it.
func (d *demo) showAccounts(home string, accounts [][3]string) error {
	if d.cfg.Console.Listen == "" || len(accounts) == 0 {
		return nil
	}
	fmt.Fprintf(d.Stdout, "\n%s\n  osmsd%s serve\n  http://%s\n\n", d.say("demo.console"), home, d.cfg.Console.Listen)
	w := tabwriter.NewWriter(d.Stdout, 0, 4, 2, ' ', 0)
	for _, x := range accounts {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", x[0], x[1], x[2])
	}
	return w.Flush()
}

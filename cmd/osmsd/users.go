package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/cmd/internal/web"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// userCommand keeps the accounts of the console and the API.
func (a *app) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Accounts of the console and the API: list, add, password, change, disable, enable, token, revoke",
		Long: `Keeps the accounts of the console and the API. A password is made by the program,
printed once, and changed by its owner at the first login; so is the secret of a
token. Every decision about an account stands in the audit chain.

Roles: akimat (its own region: sends files, gets receipts, letters), fund (reads
everything, answers requests), administrator (runs, releases, takes back, keeps
accounts), auditor (reads everything and the audit log).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.userListCommand(), a.userAddCommand(), a.userChangeCommand(),
		a.userSetCommand("password LOGIN", "Give an account a new password, to be changed at the next login", store.AccountPassword),
		a.userSetCommand("disable LOGIN", "Disable an account: its sessions and tokens end", store.AccountDisabled),
		a.userSetCommand("enable LOGIN", "Enable an account again", store.AccountEnabled),
		a.userTokenCommand(), a.userRevokeCommand())
	return cmd
}

func (a *app) userListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			all, err := o.desk.Store.Accounts(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				out := []shape.Account{}
				for _, x := range all {
					out = append(out, shape.AccountOf(x))
				}
				return a.print(map[string]any{"users": out})
			}
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, a.heads("user.head"))
			for _, x := range all {
				state := ""
				switch {
				case x.Disabled:
					state = a.say("user.disabled")
				case x.Expired:
					state = a.say("user.expired")
				}
				region := ""
				if x.Region != 0 {
					region = x.Region.String()
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", x.Login, a.word("role", string(x.Role)), a.orDash(region), x.Name, state)
			}
			return w.Flush()
		},
	}
}

// accountFlags say what an account is.
type accountFlags struct{ role, region, name, language string }

func (f *accountFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.role, "role", "", "akimat, fund, administrator or auditor")
	cmd.Flags().StringVar(&f.region, "region", "", "of an akimat: first two digits of KATO")
	cmd.Flags().StringVar(&f.name, "name", "", "the person's or the office's name")
	cmd.Flags().StringVar(&f.language, "language", "", "kk, ru or en")
}

// fill puts what was said into an account and checks that it makes sense.
func (f *accountFlags) fill(cmd *cobra.Command, x osms.Account) (osms.Account, error) {
	if f.role != "" {
		if x.Role = osms.Role(f.role); !slices.Contains(osms.Roles(), x.Role) {
			return x, usage("user.role", f.role)
		}
		if x.Role != osms.RoleAkimat {
			x.Region = 0
		}
	}
	if f.region != "" {
		r, err := parseRegion(f.region)
		if err != nil {
			return x, err
		}
		x.Region = r
	}
	if cmd.Flags().Changed("name") {
		x.Name = strings.TrimSpace(f.name)
	}
	if f.language != "" {
		if x.Language = f.language; !slices.Contains(languages, f.language) {
			return x, usage("lang", f.language)
		}
	}
	if (x.Role == osms.RoleAkimat) != (x.Region != 0) {
		return x, usage("user.region")
	}
	return x, nil
}

func (a *app) userAddCommand() *cobra.Command {
	var f accountFlags
	cmd := &cobra.Command{
		Use:   "add LOGIN --role ROLE [--region KK]",
		Short: "Add an account; its password is printed once",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			login := osms.FoldLogin(args[0])
			if !osms.ValidLogin(login) {
				return usage("user.login", args[0])
			}
			if f.role == "" {
				return usage("user.role", "")
			}
			x, err := f.fill(cmd, osms.Account{Login: login, Language: a.cfg.Language, Expired: true})
			if err != nil {
				return err
			}
			password := web.NewPassword()
			x.Password = web.HashPassword(password)
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			x, err = o.desk.Store.PutAccount(cmd.Context(), x, store.AccountAdded, operator(), o.now())
			if errors.Is(err, store.ErrOnce) {
				return refusal("user.exists", login)
			}
			if err != nil {
				return err
			}
			return a.showPassword(x, password)
		},
	}
	f.add(cmd)
	return cmd
}

// showPassword tells a password: once, and nowhere else.
func (a *app) showPassword(x osms.Account, password string) error {
	if a.json {
		return a.print(map[string]any{"user": shape.AccountOf(x), "secret": password})
	}
	fmt.Fprintln(a.Stdout, a.say("user.added", x.Login, password))
	return nil
}

// openAccount opens the home and finds the account whose login was named.
func (a *app) openAccount(ctx ctxType, login string) (*opened, osms.Account, error) {
	o, err := a.openHome(ctx)
	if err != nil {
		return nil, osms.Account{}, err
	}
	x, err := o.desk.Store.AccountNamed(ctx, login)
	if errors.Is(err, store.ErrNotFound) {
		err = usage("user.unknown", login)
	}
	if err != nil {
		o.close()
		return nil, x, err
	}
	return o, x, nil
}

func (a *app) userChangeCommand() *cobra.Command {
	var f accountFlags
	cmd := &cobra.Command{
		Use:   "change LOGIN",
		Short: "Change an account's role, region, name or language; its sessions end",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, x, err := a.openAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer o.close()
			return a.changeAccount(cmd.Context(), o, x, store.AccountChanged, func(x *osms.Account) (err error) {
				*x, err = f.fill(cmd, *x)
				return err
			})
		},
	}
	f.add(cmd)
	return cmd
}

func (a *app) changeAccount(ctx ctxType, o *opened, x osms.Account, what string, change func(*osms.Account) error) error {
	x, err := o.desk.Store.ChangeAccount(ctx, x.ID, what, operator(), o.now(), change)
	if errors.Is(err, store.ErrLastAdministrator) {
		return refusal("user.last", x.Login)
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.print(map[string]any{"user": shape.AccountOf(x)})
	}
	fmt.Fprintln(a.Stdout, a.say("user.done", x.Login))
	return nil
}

func (a *app) userSetCommand(use, short, what string) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, x, err := a.openAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer o.close()
			if what == store.AccountPassword {
				password := web.NewPassword()
				x, err = o.desk.Store.ChangeAccount(cmd.Context(), x.ID, what, operator(), o.now(), web.GivenPassword(password))
				if err != nil {
					return err
				}
				return a.showPassword(x, password)
			}
			return a.changeAccount(cmd.Context(), o, x, what, func(x *osms.Account) error {
				x.Disabled = what == store.AccountDisabled
				return nil
			})
		},
	}
}

func (a *app) userTokenCommand() *cobra.Command {
	var name string
	var scopes []string
	var days int
	cmd := &cobra.Command{
		Use:   "token LOGIN --name NAME --scope read",
		Short: "Give an account a token for the API; its secret is printed once",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			token := osms.Token{Name: strings.TrimSpace(name)}
			for _, word := range scopes {
				if token.Scopes = append(token.Scopes, osms.Scope(word)); !slices.Contains(osms.Scopes(), osms.Scope(word)) {
					return usage("user.scope", word)
				}
			}
			if token.Name == "" || len(token.Scopes) == 0 || days < 1 || days > 3660 {
				return usage("user.token")
			}
			o, x, err := a.openAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer o.close()
			secret, digest := web.NewToken()
			token.Expires = o.now().Add(time.Duration(days) * 24 * time.Hour)
			if token, err = o.desk.Store.PutToken(cmd.Context(), x, token, digest, operator(), o.now()); err != nil {
				return err
			}
			if a.json {
				return a.print(map[string]any{"user": shape.AccountOf(x), "token": token.ID, "expires": shape.Moment(token.Expires), "secret": secret})
			}
			fmt.Fprintln(a.Stdout, a.say("user.tokened", token.ID, x.Login, token.Expires.In(o.desk.Zone).Format("02.01.2006"), secret))
			return nil
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "what it is for")
	cmd.Flags().StringSliceVar(&scopes, "scope", nil, "read, upload, statements, manage: several with commas")
	cmd.Flags().IntVar(&days, "days", 365, "how long it is good")
	return cmd
}

func (a *app) userRevokeCommand() *cobra.Command {
	var id int64
	cmd := &cobra.Command{
		Use:   "revoke LOGIN --token N",
		Short: "Revoke a token",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, x, err := a.openAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer o.close()
			err = o.desk.Store.RevokeToken(cmd.Context(), x, id, operator(), o.now())
			if errors.Is(err, store.ErrNotFound) {
				return refusal("user.notoken", id)
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.print(map[string]any{"user": shape.AccountOf(x), "revoked": id})
			}
			fmt.Fprintln(a.Stdout, a.say("user.done", x.Login))
			return nil
		},
	}
	cmd.Flags().Int64Var(&id, "token", 0, "its number")
	return cmd
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/config"
	"osmsd/sync/store"
)

// copyVariable may hold the address that a registry is copied to.
const copyVariable = "OSMSD_DB_COPY_TO"

func (a *app) dbCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "db", Short: "The database", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var to, toFile string
	copying := &cobra.Command{
		Use:   "copy --to ADDRESS",
		Short: "Copy the registry into another, empty database: SQLite to PostgreSQL or back",
		Long: `Copies the whole registry of the configured database, as it stands at one moment,
into an empty one: a postgres:// address or the path of a new SQLite file. All of
it in one transaction, read back and compared row by row before it counts. Then
set database: in osmsd.yaml to the new address.

Stop osmsd serve first: what is decided after the copy began is not in it. The
command says so when it happens (exit code 5).

An address with a password does not belong in a flag, where everybody on the
machine sees it: give it by the variable OSMSD_DB_COPY_TO or in a file of mode 600
with --to-file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			address, err := a.copyAddress(to, toFile)
			if err != nil {
				return err
			}
			return a.copyRegistry(cmd.Context(), address)
		},
	}
	copying.Flags().StringVar(&to, "to", "", "the address, without a password, or the path of a new SQLite file")
	copying.Flags().StringVar(&toFile, "to-file", "", "a file of mode 600 that holds the address")
	cmd.AddCommand(copying)
	return cmd
}

// copyAddress finds the address to copy to and checks it as the configuration's
// own is checked. It is never printed with its password.
func (a *app) copyAddress(to, file string) (string, error) {
	variable, ok := a.Env(copyVariable)
	if !ok {
		variable = ""
	}
	given, text := 0, ""
	for _, t := range []string{to, file, variable} {
		if t != "" {
			given++
		}
	}
	if given != 1 {
		return "", usage("db.to")
	}
	env := map[string]string{}
	switch {
	case to != "":
		if hasPassword(to) {
			return "", usage("db.password")
		}
		text, env["OSMSD_DATABASE"] = to, to
	case variable != "":
		text, env["OSMSD_DATABASE"] = variable, variable
	default:
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		text, env["OSMSD_DATABASE_FILE"] = strings.TrimSpace(string(content)), file
	}
	if !strings.Contains(text, "://") {
		path, err := filepath.Abs(text)
		if err != nil {
			return "", err
		}
		return path, nil
	}
	cfg, err := config.Load("", func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if faults := (config.Faults)(nil); errors.As(err, &faults) {
		return "", usage("db.address", faults[0].Text)
	}
	return string(cfg.DSN()), err
}

// hasPassword reports an address with a password in it, or one that cannot be read
// and might have one.
func hasPassword(address string) bool {
	if !strings.Contains(address, "://") {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

func (a *app) copyRegistry(ctx ctxType, address string) error {
	if err := a.registryIsThere(); err != nil {
		return err
	}
	if address == a.address() {
		return usage("db.same")
	}
	from, err := a.openStore(ctx, a.address())
	if err != nil {
		return err
	}
	defer from.Close()
	if empty, err := from.Empty(ctx); err != nil {
		return err
	} else if empty {
		return refusal("registry.empty")
	}
	fresh := false
	if !store.IsPostgres(address) {
		_, err := os.Lstat(address)
		fresh = errors.Is(err, fs.ErrNotExist)
	}
	to, err := a.openStore(ctx, address)
	if errors.Is(err, store.ErrUnreachable) {
		return failure("db.unreachable", innermost(err))
	}
	if err != nil {
		return err
	}
	progress := a.progress()
	copied, err := from.CopyTo(ctx, to, func(_ string, rows int) { progress("copy", rows, 0) })
	if cerr := to.Close(); err == nil {
		err = cerr
	}
	if err != nil && fresh { // a file that was made for nothing
		for _, end := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(address + end)
		}
	}
	if errors.Is(err, store.ErrNotEmpty) {
		return refusal("db.full")
	}
	if errors.Is(err, store.ErrDiffers) {
		return failure("db.differs", err)
	}
	if err != nil {
		return err
	}
	later, err := from.LastSequence(ctx)
	if err != nil {
		return err
	}
	return a.tellCopied(copied, later-copied.Sequence)
}

func (a *app) tellCopied(c store.Copied, later int64) (err error) {
	rows := int64(0)
	for _, t := range c.Tables {
		rows += t.Rows
	}
	if a.json {
		type table struct {
			Table  string `json:"table"`
			Rows   int64  `json:"rows"`
			Digest string `json:"digest"`
		}
		tables := []table{}
		for _, t := range c.Tables {
			tables = append(tables, table(t))
		}
		err = a.print(map[string]any{"sequence": c.Sequence, "rows": rows, "tables": tables, "decided_since": later})
	} else {
		w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
		for _, t := range c.Tables {
			if t.Rows > 0 {
				fmt.Fprintf(w, "%s\t%s\t\n", t.Table, grouped(int(t.Rows)))
			}
		}
		_ = w.Flush()
		fmt.Fprintln(a.Stdout, a.say("db.copied", grouped(int(rows)), grouped(len(c.Tables)), c.Sequence))
	}
	if err == nil && later > 0 {
		a.tell("db.later", grouped(int(later)))
		return outcome(exitDiscrepancy)
	}
	return err
}

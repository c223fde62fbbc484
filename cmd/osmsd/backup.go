package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/config"
	"osmsd/importers/intake"
	"osmsd/sync/backup"
	"osmsd/sync/store"
)

// backupFolder is where backups go below the home.
const backupFolder = "backups"

// parts are the files of a home besides registry and archive, by what a backup
// calls them, and where this configuration has them. What people were handed out
// is made again from the registry, so it is a part only when it is asked for.
func (a *app) parts(handedOut bool) []backup.Part {
	key := a.underHome(a.cfg.Requests.Key)
	parts := []backup.Part{
		{Name: "osmsd.yaml", Path: filepath.Join(a.home, "osmsd.yaml")},
		{Name: "requests.key", Path: key},
		{Name: "requests.pub", Path: publicFile(key)},
		{Name: "audit.heads", Path: filepath.Join(a.home, "audit.heads")},
		// What came by the console and is not taken yet is nowhere else.
		{Name: backup.UploadsPart, Path: filepath.Join(a.home, "uploads")},
	}
	if a.configPath != "" {
		parts[0].Path = a.configPath
	}
	// What osmsd.yaml names and nothing goes on without.
	for _, p := range []backup.Part{{Name: "calendar", Path: a.cfg.Calendar}, {Name: "law", Path: a.cfg.Law}, {Name: "texts", Path: a.cfg.Letters.Texts}} {
		parts = append(parts, backup.Part{Name: p.Name, Path: a.underHome(p.Path)})
	}
	if handedOut {
		f := a.folders(a.home)
		parts = append(parts, backup.Part{Name: "returned", Path: f.Returned}, backup.Part{Name: "letters", Path: f.Letters},
			backup.Part{Name: "reports", Path: f.Reports}, backup.Part{Name: "statements", Path: f.Statements})
	}
	return parts
}

func (a *app) backupCommand() *cobra.Command {
	var out string
	var all bool
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Write one file from which the home is whole again; at any moment, also while the daemon works",
		Long: `Writes one tar: the registry as it stands at one moment, the original bytes of
every file in it, the key of statements, osmsd.yaml and what that names (the
calendar, legal texts, wordings of letters), and a manifest with the digest of
each. With --all also what people were handed out.

It may be written at any moment; nobody is kept from working. The file holds
personal data and the key of statements: keep it like the home itself. To see
that a backup is good, restore it into an empty home:

  osmsd restore --home ./trial FILE`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.registryIsThere(); err != nil {
				return err
			}
			now := a.Clock().UTC()
			if out == "" {
				out = filepath.Join(a.home, backupFolder, "osmsd-"+now.Format("20060102T150405Z")+".tar")
			}
			to, err := filepath.Abs(out)
			if err != nil {
				return err
			}
			s, err := a.openStore(cmd.Context(), a.address())
			if err != nil {
				return err
			}
			defer s.Close()
			if empty, err := s.Empty(cmd.Context()); err != nil {
				return err
			} else if empty {
				return refusal("registry.empty")
			}
			archive, err := intake.OpenArchive(a.folders(a.home).Archive, a.Step)
			if err != nil {
				return err
			}
			defer archive.Close()
			w, err := backup.Write(cmd.Context(), backup.Source{Store: s, Archive: archive, Parts: a.parts(all),
				Program: version, Made: now, Step: a.Step}, to, backup.Progress(a.progress()))
			if errors.Is(err, fs.ErrExist) {
				return usage("backup.exists", to)
			}
			if err != nil {
				return err
			}
			if a.json {
				err = a.print(map[string]any{"file": to, "size": w.Size, "sha256": w.SHA256, "made": rfc3339(w.Made), "sequence": w.Sequence,
					"chain_head": w.Head, "schema": w.Schema, "files": w.Files, "missing": w.Missing, "all": all})
			} else {
				fmt.Fprintln(a.Stdout, a.say("backup.done", to, grouped(int(w.Size)), grouped(w.Files), w.Sequence))
			}
			if err == nil && w.Missing > 0 {
				a.tell("backup.missing", grouped(w.Missing))
				return outcome(exitDiscrepancy)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the file to write (default <home>/backups/osmsd-<UTC time>.tar)")
	cmd.Flags().BoolVar(&all, "all", false, "with receipts, letters, reports and statements")
	return cmd
}

// registryIsThere refuses a home without a registry: opening would make one.
func (a *app) registryIsThere() error {
	address := a.address()
	if store.IsPostgres(address) {
		return nil
	}
	if _, err := os.Stat(address); errors.Is(err, fs.ErrNotExist) {
		return refusal("registry.none", address)
	}
	return nil
}

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a home of a backup, and verify it",
		Long: `Reads the whole backup first and compares every digest; then puts registry,
originals, keys and configuration into the home, which must have no registry yet.
With database: postgres://… in osmsd.yaml (the one in the home or, where there is
none, the one in the backup) or in OSMSD_DATABASE the registry is copied into that
database, which must be empty. At the end it is verified as osmsd verify does;
exit code 5 when something is found.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) },
	}
}

func (a *app) restore(ctx ctxType, file string) error {
	progress := backup.Progress(a.progress())
	if _, err := backup.Check(ctx, file, progress); err != nil {
		return a.badBackup(file, err)
	}
	if err := a.configurationOf(ctx, file); err != nil {
		return err
	}
	if err := a.roomForRegistry(ctx); err != nil {
		return err
	}
	r, err := a.restoreInto(ctx, file, progress)
	if err != nil {
		return a.badBackup(file, err)
	}
	o, err := a.openReading(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	v, err := o.desk.Verify(ctx, a.progress())
	if err != nil {
		return err
	}
	for _, kept := range r.Kept {
		a.tell("restore.kept", kept)
	}
	if a.json {
		err = a.print(map[string]any{"file": file, "made": rfc3339(r.Made), "sequence": r.Sequence, "files": r.Files, "program": r.Program,
			"schema": r.Schema, "database": o.desk.Store.Database(), "kept": append([]string{}, r.Kept...), "verification": shape.VerificationOf(v)})
	} else {
		fmt.Fprintln(a.Stdout, a.say("restore.done", grouped(r.Files), r.Made.In(a.zone()).Format("2006-01-02 15:04"), r.Sequence))
		a.tellVerification(v)
	}
	if err == nil && len(v.Findings) > 0 {
		return outcome(exitDiscrepancy)
	}
	return err
}

// badBackup says what is wrong with a backup, or what was in the way.
func (a *app) badBackup(file string, err error) error {
	switch {
	case errors.Is(err, backup.ErrForeign):
		return refusal("restore.foreign", file)
	case errors.Is(err, backup.ErrCut):
		return refusal("restore.cut", file)
	case errors.Is(err, backup.ErrChanged):
		return refusal("restore.changed", file)
	}
	var p *fs.PathError
	if errors.Is(err, backup.ErrOther) && errors.As(err, &p) {
		return refusal("restore.other", p.Path)
	}
	return err
}

// configurationOf takes the configuration of the backup where the home has none:
// it says where everything belongs.
func (a *app) configurationOf(ctx ctxType, file string) error {
	if a.configPath != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(a.home, "osmsd.yaml")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := backup.ReadPart(ctx, file, "osmsd.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	aside, err := os.MkdirTemp("", "osmsd-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	path := filepath.Join(aside, "osmsd.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	cfg, err := config.Load(path, a.Env)
	if err != nil {
		return err
	}
	if err := cfg.Validate(checkCron); err != nil {
		return err
	}
	a.cfg = cfg
	return nil
}

// roomForRegistry refuses a home or a database that has a registry already.
func (a *app) roomForRegistry(ctx ctxType) error {
	address := a.address()
	if !store.IsPostgres(address) {
		if _, err := os.Stat(address); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	s, err := a.openStore(ctx, address)
	if err != nil {
		return err
	}
	empty, err := s.Empty(ctx)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if !empty && store.IsPostgres(address) {
		return refusal("restore.database")
	}
	if !empty {
		return refusal("restore.home", a.home)
	}
	return nil
}

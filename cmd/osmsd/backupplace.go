package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"osmsd/importers/intake"
	"osmsd/sync/backup"
	"osmsd/sync/jobs"
	"osmsd/sync/store"
)

func publicFile(key string) string {
	s := jobs.Signing{File: key}
	return s.PublicFile()
}

// restoreInto puts a checked backup into the home and its registry where the
// configuration wants it.
func (a *app) restoreInto(ctx ctxType, file string, progress backup.Progress) (r backup.Restored, err error) {
	home := a.folders(a.home)
	if err := os.MkdirAll(home.Dir, 0o750); err != nil {
		return r, failure("home", err)
	}
	archive, err := intake.OpenArchive(home.Archive, a.Step)
	if err != nil {
		return r, err
	}
	defer archive.Close()
	return backup.Restore(ctx, file, backup.Target{Dir: home.Dir, Archive: archive, Parts: a.parts(true), Keep: []string{"osmsd.yaml", "audit.heads"}, Step: a.Step,
		Place: func(ctx context.Context, registry string) error { return a.placeRegistry(ctx, registry, progress) }}, progress)
}

// placeRegistry brings a registry up to date and puts it in its place: the file in
// the home, or the database.
func (a *app) placeRegistry(ctx context.Context, registry string, progress backup.Progress) error {
	from, err := store.Open(ctx, registry)
	if err != nil {
		return err
	}
	address := a.address()
	if !store.IsPostgres(address) {
		if err := from.Close(); err != nil {
			return err
		}
		for _, old := range []string{address, address + "-wal", address + "-shm"} { // an empty one, see roomForRegistry
			if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		if err := os.MkdirAll(filepath.Dir(address), 0o750); err != nil {
			return err
		}
		return intake.Settle(registry, address, false, a.Step)
	}
	defer from.Close()
	to, err := a.openStore(ctx, address)
	if err != nil {
		return err
	}
	_, err = from.CopyTo(ctx, to, func(_ string, rows int) { progress("restore", rows, 0) })
	return errors.Join(err, to.Close())
}

package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// States of a file on somebody else's server.
const (
	RemoteSeen    = "seen"    // it was there; perhaps it is still growing
	RemotePlacing = "placing" // its bytes came whole and are being placed in a drop folder
	RemoteFetched = "fetched" // it lies in the drop folder, or was taken from there
	RemoteEnded   = "ended"   // it was taken, and what is to become of it there is done
)

// RemoteFile is one version of a file on somebody else's server.
type RemoteFile struct {
	ID       int64 // 0: not kept yet
	Source   string
	Path     string // its name there
	Size     int64
	Modified time.Time
	Version  string
	State    string
	Folder   string // the drop folder
	Name     string // in it
	Digest   string
	Seen     time.Time
	Fetched  time.Time
	Ended    time.Time
	Tries    int
	Fault    string
	// Stays: it may be listed again after it ended, and is then known.
	Stays bool
}

// oddName begins a name that is kept in hexadecimal digits.
const oddName = "\ufffd"

// pathKey is a name that a server gives, as it is kept: names need not be UTF-8.
func pathKey(name string) string {
	if utf8.ValidString(name) && !strings.HasPrefix(name, oddName) {
		return name
	}
	return oddName + hex.EncodeToString([]byte(name))
}

// pathOf is the name behind a key.
func pathOf(key string) string {
	digits, odd := strings.CutPrefix(key, oddName)
	if !odd {
		return key
	}
	name, err := hex.DecodeString(digits)
	if err != nil {
		return key
	}
	return string(name)
}

// RemoteFiles lists the files of a source that are known: those that are not
// ended, and those that may be listed again.
func (s *Store) RemoteFiles(ctx context.Context, source string) (out []RemoteFile, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		f := RemoteFile{Source: source}
		var modified, seen, fetched, ended int64
		var stays int
		err := rows.Scan(&f.ID, &f.Path, &f.Size, &modified, &f.Version, &f.State, &f.Folder, &f.Name, &f.Digest, &seen, &fetched, &ended, &f.Tries, &f.Fault, &stays)
		f.Path = pathOf(f.Path)
		f.Modified, f.Seen, f.Fetched, f.Ended, f.Stays = instant(modified), instant(seen), instant(fetched), instant(ended), stays != 0
		out = append(out, f)
		return err
	}, `SELECT id, path, size, modified, version, state, folder, name, digest, seen, fetched, ended, tries, fault, stays FROM remote_file
		WHERE source = $1 AND (state <> 'ended' OR stays <> 0) ORDER BY id`, source)
	return out, err
}

// instant reads whole seconds; 0 is no moment.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// PutRemoteFiles keeps what is known of files; those without a number get one.
func (s *Store) PutRemoteFiles(ctx context.Context, lease Lease, files ...*RemoteFile) error {
	if len(files) == 0 {
		return nil
	}
	given := make([]int64, len(files))
	for i, f := range files {
		given[i] = f.ID
	}
	return s.Write(ctx, lease, func(t *Tx) error {
		for i, f := range files {
			f.ID = given[i] // of an earlier try
			var err error
			if f.ID == 0 {
				err = t.addRemoteFile(f)
			} else {
				_, err = t.exec(`UPDATE remote_file SET size = $1, modified = $2, version = $3, state = $4, folder = $5, name = $6, digest = $7,
					seen = $8, fetched = $9, ended = $10, tries = $11, fault = $12, stays = $13 WHERE id = $14`,
					f.Size, seconds(f.Modified), f.Version, f.State, f.Folder, f.Name, f.Digest,
					seconds(f.Seen), seconds(f.Fetched), seconds(f.Ended), f.Tries, f.Fault, bit(f.Stays), f.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *Tx) addRemoteFile(f *RemoteFile) (err error) {
	if f.ID, err = t.count("remote_file", 1); err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO remote_file (id, source, path, size, modified, version, state, folder, name, digest, seen, fetched, ended, tries, fault, stays)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		f.ID, f.Source, pathKey(f.Path), f.Size, seconds(f.Modified), f.Version, f.State, f.Folder, f.Name, f.Digest,
		seconds(f.Seen), seconds(f.Fetched), seconds(f.Ended), f.Tries, f.Fault, bit(f.Stays))
	return err
}

// ForgetRemoteFiles drops files that were seen, never fetched, and are there no
// more.
func (s *Store) ForgetRemoteFiles(ctx context.Context, lease Lease, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return s.Write(ctx, lease, func(t *Tx) error {
		for _, id := range ids {
			if _, err := t.exec("DELETE FROM remote_file WHERE id = $1 AND state = 'seen'", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Arrived reports that a file with these bytes and this name was taken, with
// whatever outcome: the transaction that decided it is committed.
func (s *Store) Arrived(ctx context.Context, sha256, name string) (bool, error) {
	var n int
	err := s.db.GetContext(ctx, &n, "SELECT count(*) FROM arrival WHERE sha256 = $1 AND name = $2", sha256, name)
	return n > 0, unreachable(err)
}

// RemoteVisit is the last visit to a server.
type RemoteVisit struct {
	Visited   time.Time
	Succeeded time.Time // the last that came to its end
	Listed    time.Time // when files were last looked for
	Waiting   int       // deliveries there that were not fetched
	Fault     string
}

// RemoteVisit reads the last visit to a server; its zero value when there was
// none.
func (s *Store) RemoteVisit(ctx context.Context, source string) (v RemoteVisit, err error) {
	var visited, succeeded, listed int64
	err = missing(s.db.QueryRowContext(ctx, "SELECT visited, succeeded, listed, waiting, fault FROM remote_visit WHERE source = $1", source).
		Scan(&visited, &succeeded, &listed, &v.Waiting, &v.Fault))
	if errors.Is(err, ErrNotFound) {
		return RemoteVisit{}, nil
	}
	v.Visited, v.Succeeded, v.Listed = instant(visited), instant(succeeded), instant(listed)
	return v, err
}

// PutRemoteVisit keeps the last visit to a server.
func (s *Store) PutRemoteVisit(ctx context.Context, lease Lease, source string, v RemoteVisit) error {
	return s.Write(ctx, lease, func(t *Tx) error {
		_, err := t.exec(`INSERT INTO remote_visit (source, visited, succeeded, listed, waiting, fault) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (source) DO UPDATE SET visited = excluded.visited, succeeded = excluded.succeeded, listed = excluded.listed,
			waiting = excluded.waiting, fault = excluded.fault`,
			source, seconds(v.Visited), seconds(v.Succeeded), seconds(v.Listed), v.Waiting, v.Fault)
		return err
	})
}

// RemoteCounts counts the files of a source that were fetched and are not yet
// taken, or not yet dealt with there.
func (s *Store) RemoteCounts(ctx context.Context, source string) (fetched int, err error) {
	err = s.db.GetContext(ctx, &fetched, "SELECT count(*) FROM remote_file WHERE source = $1 AND state IN ('placing', 'fetched')", source)
	return fetched, unreachable(err)
}

// Delivered is a file as it was put on a server.
type Delivered struct {
	Name     string
	Size     int64
	Modified int64 // nanoseconds of Unix time
	Digest   string
}

// Delivered lists what was put on a server out of one folder, by name.
func (s *Store) Delivered(ctx context.Context, target, folder string) (map[string]Delivered, error) {
	out := map[string]Delivered{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var d Delivered
		err := rows.Scan(&d.Name, &d.Size, &d.Modified, &d.Digest)
		out[d.Name] = d
		return err
	}, "SELECT name, size, modified, digest FROM remote_delivery WHERE target = $1 AND folder = $2", target, folder)
	return out, err
}

// PutDelivered keeps that a file was put on a server.
func (s *Store) PutDelivered(ctx context.Context, lease Lease, target, folder string, d Delivered, at time.Time) error {
	return s.Write(ctx, lease, func(t *Tx) error {
		_, err := t.exec(`INSERT INTO remote_delivery (target, folder, name, size, modified, digest, delivered) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (target, folder, name) DO UPDATE SET size = excluded.size, modified = excluded.modified, digest = excluded.digest, delivered = excluded.delivered`,
			target, folder, d.Name, d.Size, d.Modified, d.Digest, at.Unix())
		return err
	})
}

// lane says which runs share a lease with a job: those that wait for other
// people's servers have their own.
func lane(job osms.Job) string {
	if job.Apart() {
		return fmt.Sprintf("job = '%s'", job)
	}
	return fmt.Sprintf("job NOT IN ('%s', '%s')", osms.JobDeliver, osms.JobRemote)
}

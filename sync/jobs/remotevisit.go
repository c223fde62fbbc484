package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"osmsd/importers/intake"
	"osmsd/importers/remote"
	"osmsd/sync/store"
)

// visit is a visit under way.
type visit struct {
	desk   *Desk
	t      Turn
	log    *slog.Logger
	remote Remote
	place  *remote.Place
	done   visited
}

// run does what there is to do, as far as the server lets it.
func (v *visit) run(ctx context.Context, last store.RemoteVisit) error {
	if err := v.open(ctx); err != nil {
		return err
	}
	defer func() { _ = v.place.Close() }()
	if v.remote.Pull.Folder != "" {
		if err := v.pull(ctx, last); err != nil {
			return err
		}
	}
	return v.deliver(ctx)
}

func (v *visit) open(ctx context.Context) (err error) {
	v.place, err = remote.Open(ctx, v.remote.Place)
	return err
}

// pull ends what was taken, and fetches what is new and at rest. A file is at
// rest when two looks see the same version: those of two visits, or, when a
// person asked for this one, two of the same visit.
func (v *visit) pull(ctx context.Context, last store.RemoteVisit) error {
	if err := v.end(ctx); err != nil {
		return err
	}
	asked := v.t.Run.Trigger == "command"
	if wait := v.remote.Pull.Poll - v.t.moment(v.t.Now).Sub(last.Listed); wait > 0 && !asked && !last.Listed.IsZero() {
		return nil
	}
	fresh, err := v.look(ctx, false)
	if err != nil || !asked || fresh == 0 {
		return err
	}
	_ = v.place.Close() // nobody keeps a line open to say nothing
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(v.rest() + 100*time.Millisecond):
	}
	if err := v.open(ctx); err != nil {
		return err
	}
	_, err = v.look(ctx, true)
	return err
}

func (v *visit) rest() time.Duration { return cmp.Or(v.desk.Drops.Rest, 5*time.Second) }

// end deals with files that were fetched earlier: when the registry has
// committed what became of them and the archive holds their bytes, and only
// then, they are moved away or deleted there.
func (v *visit) end(ctx context.Context) error {
	known, err := v.desk.Store.RemoteFiles(ctx, v.remote.Name)
	if err != nil {
		return err
	}
	for _, f := range known {
		if f.State != store.RemoteFetched && f.State != store.RemotePlacing {
			continue
		}
		taken, err := v.taken(ctx, f)
		if err != nil {
			return err
		}
		switch {
		case taken:
			err = v.endOne(ctx, f)
		case f.State == store.RemotePlacing:
			// A visit was cut short before or after the file was placed.
			f.State = store.RemoteSeen
			if _, serr := os.Lstat(filepath.Join(v.desk.Home.Inbox, f.Folder, f.Name)); serr == nil {
				f.State, f.Fetched = store.RemoteFetched, v.t.moment(v.t.Now)
			}
			err = v.desk.Store.PutRemoteFiles(ctx, v.t.Lease, &f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *visit) taken(ctx context.Context, f store.RemoteFile) (bool, error) {
	arrived, err := v.desk.Store.Arrived(ctx, f.Digest, f.Name)
	if err != nil || !arrived {
		return false, err
	}
	kept, err := v.desk.Archive.Open(f.Digest)
	if err != nil {
		v.log.Error("a file was taken and is not in the archive: it stays where it came from", "sha256", f.Digest, "err", err)
		return false, nil
	}
	return true, kept.Close()
}

func (v *visit) endOne(ctx context.Context, f store.RemoteFile) error {
	e := remote.Entry{Name: f.Path, Size: f.Size, Modified: f.Modified, Version: f.Version}
	err := v.place.End(ctx, e, v.remote.Pull.After, f.Name)
	switch reason := remote.ReasonOf(err); {
	case err == nil:
		v.done.ended++
	case reason == "" || reason.EndsVisit():
		return err
	case reason == remote.Changed:
		// What is there now is another delivery, to be fetched.
		v.log.Info("a file was written again after it was fetched", "path", intake.Shown(f.Path))
	default:
		f.Tries, f.Fault = f.Tries+1, string(reason)
		v.fault(f.Path, err)
		return v.desk.Store.PutRemoteFiles(ctx, v.t.Lease, &f)
	}
	f.State, f.Ended, f.Tries, f.Fault = store.RemoteEnded, v.t.moment(v.t.Now), 0, ""
	f.Stays = f.Version != "" || v.remote.Pull.After == remote.Leave
	return v.desk.Store.PutRemoteFiles(ctx, v.t.Lease, &f)
}

// fault notes a file that something is wrong with: the others go on.
func (v *visit) fault(name string, err error) {
	v.done.odd = append(v.done.odd, remote.Odd{Name: intake.Shown(name), Reason: remote.ReasonOf(err)})
	v.log.Warn("a file cannot be dealt with", "path", intake.Shown(name), "err", intake.Shown(err.Error()))
}

// candidate is a file of a listing with what is known of it.
type candidate struct {
	remote.Entry
	known *store.RemoteFile
	ready bool
}

// look lists the folder, remembers what is new in it, and fetches what an
// earlier look saw just so. waited: so long that this look may follow the last.
// fresh are the files that another look is needed for.
func (v *visit) look(ctx context.Context, waited bool) (fresh int, err error) {
	listing, err := v.place.List(ctx)
	if err != nil {
		return 0, err
	}
	files, gone, err := v.match(ctx, listing, waited)
	if err != nil {
		return 0, err
	}
	if err := v.desk.Store.ForgetRemoteFiles(ctx, v.t.Lease, gone); err != nil {
		return 0, err
	}
	v.done.waiting, v.done.listed = len(files), true
	files = files[:min(len(files), mostFetched)]
	var unkept []*store.RemoteFile
	for _, f := range files {
		if !f.ready {
			unkept = append(unkept, f.known)
		}
	}
	if err := v.desk.Store.PutRemoteFiles(ctx, v.t.Lease, unkept...); err != nil {
		return 0, err
	}
	if !waited {
		for _, o := range listing.Odd {
			v.done.odd = append(v.done.odd, o)
			v.log.Warn("a file is never fetched", "path", o.Name, "reason", o.Reason)
		}
	}
	for _, f := range files {
		if !f.ready {
			continue
		}
		if err := v.fetch(ctx, listing, f); err != nil {
			return 0, err
		}
	}
	return len(unkept), nil
}

// match puts a listing beside what is known: files are those that are still to
// be fetched, in a stable order in which none keeps the others waiting that
// fails again and again; gone were only seen and are there no more.
func (v *visit) match(ctx context.Context, listing remote.Listing, waited bool) (files []candidate, gone []int64, err error) {
	rows, err := v.desk.Store.RemoteFiles(ctx, v.remote.Name)
	if err != nil {
		return nil, nil, err
	}
	known := make(map[string][]*store.RemoteFile, len(rows))
	for i := range rows {
		known[rows[i].Path] = append(known[rows[i].Path], &rows[i])
	}
	now, there := v.t.moment(v.t.Now), make(map[string]bool, len(listing.Entries))
	for _, e := range listing.Entries {
		there[e.Name] = true
		f, ready := &store.RemoteFile{Source: v.remote.Name, Path: e.Name, State: store.RemoteSeen}, false
		had := false
		for _, k := range known[e.Name] {
			same := k.Size == e.Size && k.Modified.Equal(e.Modified) && k.Version == e.Version
			switch {
			case k.State != store.RemoteSeen && same:
				had = true
			case k.State == store.RemoteSeen:
				f, ready = k, same && (waited || now.Sub(k.Seen) >= v.rest().Truncate(time.Second))
			}
		}
		if had {
			continue
		}
		if f.ID == 0 || f.Size != e.Size || !f.Modified.Equal(e.Modified) || f.Version != e.Version {
			f.Size, f.Modified, f.Version, f.Seen, f.Tries, f.Fault = e.Size, e.Modified, e.Version, now, 0, ""
		}
		files = append(files, candidate{e, f, ready})
	}
	for _, r := range rows {
		if r.State == store.RemoteSeen && !there[r.Path] {
			gone = append(gone, r.ID)
		}
	}
	slices.SortStableFunc(files, func(a, b candidate) int { return cmp.Compare(a.known.Tries, b.known.Tries) })
	return files, gone, nil
}

// fetch brings one version into the drop folder, under a name of ours, whole or
// not at all. Before it gets that name it is written down that it will, with its
// digest: so a crash on either side of it is told from the other.
func (v *visit) fetch(ctx context.Context, listing remote.Listing, f candidate) error {
	d, k := v.desk, f.known
	stated := ""
	var err error
	if side, ok := listing.Sidecar(f.Entry); ok {
		stated, err = v.place.Stated(ctx, side)
	}
	folder := v.remote.Pull.Folder
	name := placedName(f.Name, k.ID)
	if err == nil {
		err = intake.HandOutFrom(d.Home.Inbox, filepath.Join(folder, name), func(w io.Writer) error {
			digest, err := v.place.Fetch(ctx, f.Entry, w)
			if err != nil {
				return err
			}
			if stated != "" && stated != digest {
				return &remote.Fault{Reason: remote.Digest, Err: errors.New("the sidecar states another digest")}
			}
			k.State, k.Folder, k.Name, k.Digest = store.RemotePlacing, folder, name, digest
			if err := d.Store.PutRemoteFiles(ctx, v.t.Lease, k); err != nil {
				return err
			}
			if stated == "" {
				return nil
			}
			return intake.HandOut(d.Home.Inbox, filepath.Join(folder, name+sidecarExt), []byte(digest+"  "+name+"\n"), d.Drops.Step)
		}, d.Drops.Step)
	}
	switch reason := remote.ReasonOf(err); {
	case err == nil:
		v.done.fetched++
		v.done.waiting--
		k.State, k.Fetched, k.Tries, k.Fault = store.RemoteFetched, v.t.moment(v.t.Now), 0, ""
		v.log.Info("fetched", "sha256", k.Digest, "bytes", k.Size, "folder", folder)
	case reason == "":
		return err
	default:
		k.Tries, k.Fault = k.Tries+1, string(reason)
		if perr := d.Store.PutRemoteFiles(ctx, v.t.Lease, k); perr != nil || reason.EndsVisit() {
			return errors.Join(err, perr)
		}
		v.fault(f.Name, err)
		return nil
	}
	return d.Store.PutRemoteFiles(ctx, v.t.Lease, k)
}

const sidecarExt = ".sha256"

// placedName is what a file is called here: its own name as far as it is safe,
// with a number that no other file has. A sidecar's name has room beside it.
func placedName(name string, id int64) string {
	safe := intake.SafeName(name)
	ext := path.Ext(safe)
	if len(ext) > 10 || ext == safe {
		ext = ""
	}
	tail := fmt.Sprintf("-r%d%s%s", id, ext, sidecarExt)
	return strings.TrimSuffix(intake.SafeNameWith(strings.TrimSuffix(safe, ext), tail), sidecarExt)
}

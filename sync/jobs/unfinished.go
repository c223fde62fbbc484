package jobs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"osmsd/importers/intake"
	"osmsd/sync/store"
)

// channelCommand is how files named on the command line came.
const channelCommand = "command"

// ChannelConsole and ChannelAPI are how files came that somebody sent.
const (
	ChannelConsole = "console"
	ChannelAPI     = "api"
)

// ofNoFolder reports a channel whose files lie in no drop folder.
func ofNoFolder(channel string) bool {
	switch channel {
	case channelCommand, channelRelease, channelDecision, ChannelConsole, ChannelAPI:
		return true
	}
	return false
}

// channelCase is how the rosters came that cases are brought into the registry by.
const channelCase = "case"

// delivery is by what a file is known again after a crash: not by its bytes
// alone, for the same bytes may be delivered twice, and each time they have
// their own outcome.
type delivery struct{ channel, name, sha256 string }

// A file that was set aside comes back under its safe name. A member of an
// archive is named by both.
func deliveryOf(channel, name, sha256 string) delivery {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = intake.SafeName(parts[i])
	}
	return delivery{channel, strings.Join(parts, "/"), sha256}
}

func (r Reading) delivery() delivery { return deliveryOf(r.Channel, r.Name, r.SHA256) }

// unfinished lists the deliveries that are committed and not dealt with.
func (d *Desk) unfinished(ctx context.Context) (map[delivery]store.Unfinished, error) {
	list, err := d.Store.Unfinished(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[delivery]store.Unfinished, len(list))
	for _, u := range list {
		out[deliveryOf(u.Channel, u.Name, u.SHA256)] = u
	}
	return out, nil
}

// resume finishes what a crash left between a commit and its receipts: it hands
// them out from what was committed. A delivery whose file is still in its drop
// folder comes back instead: it is finished when the file is claimed again. Drop
// folders are left to those who have polled them.
func (d *Desk) resume(ctx context.Context, t Turn, polled bool) (map[delivery]store.Unfinished, error) {
	left, err := d.unfinished(ctx)
	if err != nil {
		return nil, err
	}
	var done []store.Unfinished
	for key, u := range left {
		if !ofNoFolder(u.Channel) && (!polled || d.stillThere(u)) {
			continue
		}
		report, err := d.Store.ReportOf(ctx, u.Arrival)
		if err == nil {
			_, err = d.handOutReceipts(t, report)
		}
		if err != nil {
			t.Log.Error("receipts not handed out", "arrival", u.Arrival, "err", err)
			continue
		}
		t.Log.Info("receipts of an earlier run handed out", "arrival", u.Arrival, "sha256", u.SHA256)
		done = append(done, u)
		delete(left, key)
	}
	return left, d.Store.Finish(ctx, t.Lease, done)
}

// stillThere reports whether the file of a delivery may still be in its drop
// folder.
func (d *Desk) stillThere(u store.Unfinished) bool {
	inbox, err := os.OpenRoot(d.Home.Inbox)
	if err != nil {
		return true
	}
	defer inbox.Close()
	file, _, _ := strings.Cut(u.Name, "/") // a member is where its archive is
	for _, name := range []string{file, intake.SafeName(file)} {
		if _, err := inbox.Lstat(filepath.Join(u.Channel, name)); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	if !strings.ContainsRune(file, utf8.RuneError) {
		return false
	}
	// Its name is not kept as it was.
	folder, err := inbox.Open(u.Channel)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	return err != nil || slices.ContainsFunc(names, func(name string) bool { return keptName(name) == file })
}

// keptName is a file's name as a registry can keep it: bytes that are no UTF-8,
// which PostgreSQL refuses and JSON replaces, become U+FFFD.
func keptName(name string) string { return strings.ToValidUTF8(name, string(utf8.RuneError)) }

// finish takes the files of a command, which are dealt with, off the list. When
// it cannot, the next run does it: the command has done its work.
func (d *Desk) finish(ctx context.Context, t Turn, done []store.Unfinished) {
	if err := d.Store.Finish(ctx, t.Lease, done); err != nil {
		t.Log.Warn("deliveries not finished, the next run does it", "err", err)
	}
}

package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"

	"osmsd/importers/intake"
	"osmsd/importers/remote"
	"osmsd/sync/store"
)

// deliver puts what was handed out on the server: each file once, and once more
// when it has changed. What is there is not looked at, and nothing is deleted.
func (v *visit) deliver(ctx context.Context) error {
	homes := map[string]string{"returned": v.desk.Home.Returned, "letters": v.desk.Home.Letters,
		"reports": v.desk.Home.Reports, "statements": v.desk.Home.Statements}
	for _, what := range v.remote.Deliver.What {
		root, err := os.OpenRoot(homes[what])
		if errors.Is(err, fs.ErrNotExist) {
			continue // nothing was handed out yet
		}
		if err != nil {
			return err
		}
		from := "."
		if v.remote.Deliver.Region != 0 {
			from = v.remote.Deliver.Region.String()
		}
		err = v.deliverFolder(ctx, root, what, from)
		_ = root.Close()
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
	}
	return nil
}

// errEnough ends the walk of a visit that has delivered what one may.
var errEnough = errors.New("the rest is delivered at the next visit")

// deliverFolder delivers the files of a folder, then of those below it. Links are
// not followed, and what is still being written has a hidden name.
func (v *visit) deliverFolder(ctx context.Context, root *os.Root, what, dir string) error {
	entries, err := fs.ReadDir(root.FS(), dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	folder := path.Join(what, dir)
	known, err := v.desk.Store.Delivered(ctx, v.remote.Name, folder)
	if err != nil {
		return err
	}
	var below []string
	for _, e := range entries {
		switch {
		case e.IsDir():
			below = append(below, path.Join(dir, e.Name()))
		case e.Type().IsRegular() && intake.SafeName(e.Name()) == e.Name():
			if err := v.deliverFile(ctx, root, folder, path.Join(dir, e.Name()), known[e.Name()]); err != nil {
				return err
			}
		}
	}
	slices.Sort(below)
	for _, dir := range below {
		if err := v.deliverFolder(ctx, root, what, dir); err != nil {
			return err
		}
	}
	return nil
}

// deliverFile delivers a file unless these bytes were delivered already.
func (v *visit) deliverFile(ctx context.Context, root *os.Root, folder, file string, known store.Delivered) error {
	info, err := root.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	now := store.Delivered{Name: path.Base(file), Size: info.Size(), Modified: info.ModTime().UnixNano()}
	if known.Digest != "" && known.Size == now.Size && known.Modified == now.Modified {
		return nil
	}
	f, err := root.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if now.Size, err = io.Copy(h, f); err != nil {
		return err
	}
	if now.Digest = hex.EncodeToString(h.Sum(nil)); now.Digest != known.Digest {
		if v.done.delivered >= mostDelivered {
			return errEnough
		}
		if _, err = f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		err = v.place.Put(ctx, v.remote.Deliver.Folder, path.Join(folder, now.Name), f, now.Size, now.Digest)
		switch reason := remote.ReasonOf(err); {
		case err == nil:
			v.done.delivered++
			v.log.Info("delivered", "sha256", now.Digest, "bytes", now.Size)
		case reason == "" || reason.EndsVisit():
			return err
		default:
			v.fault(path.Join(folder, now.Name), err)
			return nil
		}
	}
	return v.desk.Store.PutDelivered(ctx, v.t.Lease, v.remote.Name, folder, now, v.t.moment(v.t.Now))
}

package remote

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// overSFTP is a folder on a server.
type overSFTP struct {
	ssh    *ssh.Client
	c      *sftp.Client
	folder string
	stop   func() bool
	made   map[string]bool // folders that are known to be there
}

func openSFTP(ctx context.Context, l *line, o Options) (wire, string, error) {
	client, key, err := dialSSH(ctx, l, *o.SFTP)
	if err != nil {
		return nil, "", err
	}
	stop := watch(ctx, client)
	c, err := sftp.NewClient(client)
	if err != nil {
		stop()
		_ = client.Close()
		return nil, "", fmt.Errorf("begin SFTP: %w", err)
	}
	return &overSFTP{ssh: client, c: c, folder: sftpFolder(o.SFTP.Folder), stop: stop, made: map[string]bool{}}, key, nil
}

// sftpFolder is a folder from the root of the server, or from where it puts the
// user.
func sftpFolder(folder string) string {
	if path.IsAbs(folder) {
		return path.Clean(folder)
	}
	return path.Clean("./" + folder)
}

func (s *overSFTP) at(name string) string { return path.Join(s.folder, name) }

func (s *overSFTP) close() error {
	s.stop()
	_ = s.c.Close()
	return s.ssh.Close()
}

func (s *overSFTP) list(ctx context.Context, most int) ([]Entry, error) {
	infos, err := s.c.ReadDirContext(ctx, s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{NoFolder, err}
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, &Fault{NoAccess, err}
	}
	if err != nil {
		return nil, err
	}
	if len(infos) > most {
		return nil, &Fault{TooMany, fmt.Errorf("%d names", len(infos))}
	}
	var out []Entry
	for _, i := range infos {
		if i.Mode().IsRegular() {
			out = append(out, entryOf(i))
		}
	}
	return out, nil
}

func entryOf(i fs.FileInfo) Entry {
	return Entry{Name: i.Name(), Size: i.Size(), Modified: i.ModTime().UTC().Truncate(time.Second)}
}

func (s *overSFTP) look(_ context.Context, name string) (Entry, error) {
	e, err := s.lookAt(s.at(name))
	e.Name = name
	return e, err
}

func (s *overSFTP) lookAt(path string) (Entry, error) {
	i, err := s.c.Lstat(path)
	if err != nil {
		return Entry{}, err
	}
	if !i.Mode().IsRegular() {
		return Entry{}, changed
	}
	return entryOf(i), nil
}

func (s *overSFTP) read(ctx context.Context, e Entry) (io.ReadCloser, string, error) {
	now, err := s.look(ctx, e.Name)
	if err == nil && !now.Same(e) {
		err = changed
	}
	if err != nil {
		return nil, "", err
	}
	f, err := s.c.Open(s.at(e.Name))
	return f, "", err
}

// move renames, and looks at what was renamed: only then nobody puts another
// file into its place. Another version is put back.
func (s *overSFTP) move(ctx context.Context, e Entry, name, other string) error {
	now, err := s.look(ctx, e.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !now.Same(e) {
		err = changed
	}
	if err == nil {
		err = s.folders(s.at(Processed))
	}
	if err != nil {
		return err
	}
	to := path.Join(s.at(Processed), name)
	if _, err := s.c.Lstat(to); err == nil {
		to = path.Join(s.at(Processed), other)
	}
	return s.rename(e, to)
}

func (s *overSFTP) rename(e Entry, to string) error {
	from := s.at(e.Name)
	if err := s.c.Rename(from, to); err != nil {
		return &Fault{Unmoved, err}
	}
	moved, err := s.lookAt(to)
	if err != nil {
		return err
	}
	if moved.Name = e.Name; !moved.Same(e) {
		return errors.Join(changed, s.c.Rename(to, from))
	}
	return nil
}

// remove first renames a file, so that it is known what is removed.
func (s *overSFTP) remove(ctx context.Context, e Entry, aside string) error {
	hidden := s.at(".osmsd-done-" + aside)
	now, err := s.look(ctx, e.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// A visit that was cut short may have left it aside.
		if left, err := s.lookAt(hidden); err != nil || left.Size != e.Size || !left.Modified.Equal(e.Modified) {
			return nil
		}
	case err != nil:
		return err
	case !now.Same(e):
		return changed
	default:
		if err := s.rename(e, hidden); err != nil {
			return err
		}
	}
	if err := s.c.Remove(hidden); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &Fault{Unmoved, err}
	}
	return nil
}

// folders makes a folder with its parents, below the configured one.
func (s *overSFTP) folders(dir string) error {
	if s.made[dir] || dir == s.folder || dir == "." || dir == "/" {
		return nil
	}
	if i, err := s.c.Stat(dir); err == nil && i.IsDir() {
		s.made[dir] = true
		return nil
	}
	if err := s.folders(path.Dir(dir)); err != nil {
		return err
	}
	if err := s.c.Mkdir(dir); err != nil {
		if i, serr := s.c.Stat(dir); serr != nil || !i.IsDir() {
			return fmt.Errorf("make a folder: %w", err)
		}
	}
	s.made[dir] = true
	return nil
}

// partEnd is what a file is called while it is being put: always the same, so
// that what a visit left that was cut short is written over by the next.
const partEnd = ".osmsd.part"

func (s *overSFTP) put(_ context.Context, at string, f io.ReadSeeker, size int64, sum [sha256.Size]byte) error {
	to := s.at(at)
	if err := s.folders(path.Dir(to)); err != nil {
		return err
	}
	_, atomic := s.c.HasExtension("posix-rename@openssh.com")
	there, err := s.lookAt(to)
	if err == nil && there.Size == size {
		// Perhaps it was put by a visit that could not say so.
		if same, err := s.has(to, size, sum); same || err != nil {
			return err
		}
	}
	if err == nil && !atomic {
		return &Fault{Taken, errors.New("another file has its name, and the server cannot replace it at once")}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part := path.Join(path.Dir(to), "."+path.Base(to)+partEnd)
	if err := s.write(part, f, size); err != nil {
		return err
	}
	rename := s.c.Rename
	if atomic {
		rename = s.c.PosixRename
	}
	if err := rename(part, to); err != nil {
		return &Fault{Unmoved, err}
	}
	put, err := s.lookAt(to)
	if err != nil || put.Size != size {
		return &Fault{Unverified, errors.Join(err, fmt.Errorf("%d bytes are there of %d", put.Size, size))}
	}
	return nil
}

func (s *overSFTP) write(part string, f io.ReadSeeker, size int64) error {
	w, err := s.c.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	n, err := io.Copy(w, f)
	if err == nil && n != size {
		err = &Fault{Changed, errors.New("the file changed while it was put")}
	}
	if err == nil {
		if _, can := s.c.HasExtension("fsync@openssh.com"); can {
			err = w.Sync()
		}
	}
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	return err
}

// has reports that a file on the server has these bytes.
func (s *overSFTP) has(path string, size int64, sum [sha256.Size]byte) (bool, error) {
	r, err := s.c.Open(path)
	if err != nil {
		return false, err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(r, size+1)); err != nil {
		return false, err
	}
	return [sha256.Size]byte(h.Sum(nil)) == sum, nil
}

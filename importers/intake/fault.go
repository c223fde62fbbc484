package intake

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

var (
	// ErrTooLarge says that a file has more bytes than the limit.
	ErrTooLarge = errors.New("the file is larger than the limit")
	// ErrChanged says that a file changed while it was read, or is not the one
	// that was seen: it is tried again at the next poll.
	ErrChanged = errors.New("the file changed meanwhile and will be tried again")
	// ErrNotRegular says that a name is a link, directory, pipe, socket or
	// device, which are never read.
	ErrNotRegular = errors.New("not a regular file")
	// ErrDamaged says that archived bytes do not have the digest that is their
	// name.
	ErrDamaged = errors.New("the bytes do not have the digest that is their name")
	// ErrDigest says that a text is not a SHA-256 in 64 lower-case hex digits.
	ErrDigest = errors.New("not a SHA-256 digest")
	// ErrName says that a name cannot be handed out under: see SafeName.
	ErrName = errors.New("not a safe name for a file")
)

// Fault is an operation on the disk that failed, in one plain sentence: what
// was tried, on which path (shown safely), why it failed and what it needs.
// Err is the cause without the path, so that no name leaks through it.
type Fault struct {
	Act  string // "read", "write", "create" …
	Path string
	Need string // "" when there is nothing better to say than the cause
	Err  error
}

func (f *Fault) Error() string {
	s := "cannot " + f.Act + " " + f.Path + ": " + f.Err.Error()
	if f.Need != "" {
		s += "; " + f.Need
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Err }

// fault wraps a failed operation; nil stays nil, and a Fault stays as it is.
func fault(act, path string, err error) error {
	if err == nil {
		return nil
	}
	if done, ok := errors.AsType[*Fault](err); ok {
		return done
	}
	err = bare(err)
	return &Fault{Act: act, Path: Shown(path), Need: need(err), Err: err}
}

// bare takes the path out of an error of package os.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	if s, ok := errors.AsType[*os.SyscallError](err); ok {
		return s.Err
	}
	return err
}

var needs = []struct {
	err  error
	need string
}{
	{syscall.ENOSPC, "the disk is full: free space on it, the work resumes by itself"},
	{syscall.EDQUOT, "the disk quota is used up: raise it or free space, the work resumes by itself"},
	{syscall.EROFS, "the disk is read-only: make it writable"},
	{syscall.EPERM, "the user that runs osmsd needs the right to do this"},
	{syscall.EACCES, "the user that runs osmsd needs the right to do this"},
	{syscall.EMFILE, "too many files are open: raise the limit of open files"},
	{syscall.ENFILE, "too many files are open on this machine: raise its limit"},
	{syscall.EIO, "the disk reports an error: check the disk"},
	{syscall.ESTALE, "the network folder has gone stale: mount it again"},
	{syscall.EFBIG, "the file is larger than this process or disk allows"},
	{syscall.EXDEV, "both places must be on one disk"},
	{syscall.ENOENT, "it is not there: make it, or put it back"},
	{syscall.ENOTDIR, "a folder is expected there"},
}

func need(err error) string {
	for _, n := range needs {
		if errors.Is(err, n.err) {
			return n.need
		}
	}
	return ""
}

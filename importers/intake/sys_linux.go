package intake

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// nonBlock keeps the opening of a pipe from waiting for its other end.
const nonBlock = syscall.O_NONBLOCK

// lock takes the lock of a temporary file for as long as the file is open. It
// reports false when another holds it.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// orphan reports that no living process is writing the temporary file.
func orphan(f *os.File) bool { return lock(f) }

// links is the number of names of a file.
func links(i fs.FileInfo) int {
	if s, ok := i.Sys().(*syscall.Stat_t); ok {
		return int(s.Nlink)
	}
	return 1
}

// touched is the last moment at which anything about the file changed. Unlike
// the time of modification it cannot be set by the one who copies.
func touched(i fs.FileInfo) time.Time {
	if s, ok := i.Sys().(*syscall.Stat_t); ok {
		return time.Unix(s.Ctim.Unix())
	}
	return i.ModTime()
}

// beingWritten reports that some process on this machine has the file open for
// writing: the kernel then refuses a read lease. Where leases do not exist (a
// network folder, a file of another user) it reports false.
func beingWritten(f *os.File) bool {
	_, _, err := syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_SETLEASE, syscall.F_RDLCK)
	if err == 0 {
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), syscall.F_SETLEASE, syscall.F_UNLCK)
	}
	return err == syscall.EAGAIN
}

// syncDir puts the names in a folder on the disk.
func syncDir(d *os.File) error { return d.Sync() }

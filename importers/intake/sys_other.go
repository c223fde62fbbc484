//go:build !linux

package intake

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

const nonBlock = syscall.O_NONBLOCK

func lock(*os.File) bool { return true }

// orphan, without locks, goes by age: no file takes a day to write.
func orphan(f *os.File) bool {
	i, err := f.Stat()
	return err == nil && time.Since(i.ModTime()) > 24*time.Hour
}

func links(fs.FileInfo) int { return 1 }

func touched(i fs.FileInfo) time.Time { return i.ModTime() }

func beingWritten(*os.File) bool { return false }

// syncDir ignores systems that cannot sync a folder.
func syncDir(d *os.File) error {
	_ = d.Sync()
	return nil
}

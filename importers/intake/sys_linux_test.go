package intake

import (
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// asNobody runs f so that the kernel asks permissions: as root on a thread that
// gave up root's rights over files, else as it is. Modes in such tests must
// deny the owner too.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with its user
		if _, _, err := syscall.RawSyscall(syscall.SYS_SETFSUID, 65534, 0, 0); err != 0 {
			t.Error(err)
		}
		f()
	}()
	<-done
}

func TestPollFileOpenForWriting(t *testing.T) {
	y := newYard(t, Options{})
	f, err := os.Create(y.path("63/a.csv"))
	y.must(err)
	_, err = f.WriteString("first half\n")
	y.must(err)
	probe, err := os.Open(y.path("63/a.csv"))
	y.must(err)
	defer probe.Close()
	if _, _, err := syscall.Syscall(syscall.SYS_FCNTL, probe.Fd(), syscall.F_SETLEASE, syscall.F_RDLCK); err == syscall.EINVAL {
		t.Skip("this file system knows no leases")
	}
	y.poll(0)
	y.says(y.poll(6*time.Second), "writing 63/a.csv")
	y.must(f.Close())
	y.says(y.poll(6*time.Second), "ready 63/a.csv")
}

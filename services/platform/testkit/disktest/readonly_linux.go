package disktest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// ReadOnly makes the file system of a folder read-only, as Linux does when its
// disk makes errors, and so without regard to files that this process has open:
// what they are written fails too. The folder is one of Small's. The result makes
// it writable again.
func ReadOnly(t *testing.T, folder string) (undo func()) {
	t.Helper()
	// Linux does not take the right to write from open files when it is asked to,
	// so those get a file that is open for reading in their place.
	taken := take(t, folder)
	must.OK(t, syscall.Mount(folder, folder, "", syscall.MS_BIND, ""))
	must.OK(t, syscall.Mount("", folder, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	return func() {
		t.Helper()
		must.OK(t, syscall.Unmount(folder, syscall.MNT_DETACH))
		for fd, writable := range taken {
			must.OK(t, syscall.Dup3(writable, fd, syscall.O_CLOEXEC))
			must.OK(t, syscall.Close(writable))
		}
	}
}

// take makes this process's open files of a folder read-only and returns for each
// number the file that was there. The index of SQLite's log is memory that
// processes share, no file that is written.
func take(t *testing.T, folder string) (taken map[int]int) {
	t.Helper()
	const open = "/proc/self/fd"
	taken = make(map[int]int)
	for _, entry := range must.Get(os.ReadDir(open))(t) {
		path, err := os.Readlink(filepath.Join(open, entry.Name()))
		if err != nil || !strings.HasPrefix(path, folder+"/") || strings.HasSuffix(path, "-shm") {
			continue // that of ReadDir itself is gone by now
		}
		fd := must.Get(strconv.Atoi(entry.Name()))(t)
		readable := must.Get(syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0))(t)
		taken[fd] = must.Get(syscall.Dup(fd))(t)
		must.OK(t, syscall.Dup3(readable, fd, syscall.O_CLOEXEC))
		must.OK(t, syscall.Close(readable))
	}
	return taken
}

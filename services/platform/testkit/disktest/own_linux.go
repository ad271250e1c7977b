package disktest

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// inside is set in the process that has file systems of its own.
const inside = "ONRECORD_TEST_OWN_DISKS"

// capSysAdmin is the capability to mount, in a namespace of one's own.
const capSysAdmin = 21

// Own runs the test that calls it once more in a process that may mount, and
// fails it if it fails there. It returns true in that process, where the test
// goes on, and false in the first one, where it must return.
func Own(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) != "" {
		return true
	}
	program := must.Get(os.Executable())(t)
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^"+regexp.QuoteMeta(t.Name())+"$", "-test.v", "-test.count=1", "-test.timeout=3m")
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		// The user stays who it is, since PostgreSQL does not run as root.
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
		cmd.SysProcAttr.AmbientCaps = []uintptr{capSysAdmin}
	}
	out, err := cmd.CombinedOutput()
	if err != nil && len(out) == 0 {
		t.Fatalf("this test needs a mount namespace of its own, which only root gets here (see user_namespaces(7)): %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()+" ") {
		t.Fatalf("in a process with disks of its own: %v\n%s", err, out)
	}
	return false
}

// Small mounts an empty file system of a size such as "8m" that is gone with the
// process, and returns its folder.
func Small(t *testing.T, size string) (folder string) {
	t.Helper()
	// One of t.TempDir is closed to other users, and PostgreSQL may run as one.
	folder = must.Get(os.MkdirTemp("", "disktest-"))(t)
	must.OK(t, os.Chmod(folder, 0o755)) //nolint:gosec // see above
	must.OK(t, syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	must.OK(t, syscall.Mount("tmpfs", folder, "tmpfs", 0, "mode=0777,size="+size))
	t.Cleanup(func() {
		must.OK(t, syscall.Unmount(folder, syscall.MNT_DETACH))
		must.OK(t, os.Remove(folder))
	})
	return folder
}

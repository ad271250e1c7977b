package stack

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// Ports are taken from below the range in which systems put outgoing
// connections (from 32768 on): a program that is started again finds its port
// free, whatever was connected meanwhile.
const firstPort, lastPort = 15_000, 32_000

// claims are the locks on the ports that this test binary gave out; they end
// with it. So no other test binary that runs beside it gives out the same.
var claims struct {
	mu    sync.Mutex
	files []*os.File
}

// FreeAddress is a loopback address with a port that nobody listens on, and
// that no other test takes.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if claim(port) && free(t, port) {
			return address(port)
		}
	}
	t.Fatal("there is no free port")
	return ""
}

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func free(t testing.TB, port int) bool {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(t.Context()), "tcp", address(port))
	if err != nil {
		return false
	}
	listener.Close()
	return true
}

// claim locks a port for this process.
func claim(port int) bool {
	folder := filepath.Join(os.TempDir(), "onrecord-e2e-ports-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return false
	}
	file, err := os.OpenFile(filepath.Join(folder, strconv.Itoa(port)), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return false
	}
	claims.mu.Lock()
	defer claims.mu.Unlock()
	claims.files = append(claims.files, file)
	return true
}

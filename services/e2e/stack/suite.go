package stack

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
)

// Main runs the tests of a package with what setUp starts for all of them, and
// answers the exit code. It is called from TestMain. What setUp registers with
// Cleanup runs after the last test; the built programs are then removed.
func Main(m *testing.M, setUp func(t testing.TB)) int {
	s := &suite{}
	defer Cleanup()
	defer s.close()
	if !s.run(func() { setUp(s) }) {
		return 1
	}
	code := m.Run()
	s.failed = code != 0 // what ran beside failing tests shows its output
	return code
}

// suite is the testing.TB of a whole package: only what setting up needs.
type suite struct {
	testing.TB // never set: a method that is not below must not be called

	mu       sync.Mutex
	cleanups []func()
	failed   bool
}

// run runs f in a goroutine of its own, which Fatal ends, and says whether f
// came to its end.
func (s *suite) run(f func()) (ended bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
		ended = true
	}()
	<-done
	return ended && !s.failed
}

func (s *suite) close() {
	for len(s.cleanups) > 0 {
		last := s.cleanups[len(s.cleanups)-1]
		s.cleanups = s.cleanups[:len(s.cleanups)-1]
		s.run(last)
	}
}

// Helper implements testing.TB.
func (*suite) Helper() {}

// Name implements testing.TB.
func (*suite) Name() string { return "TestMain" }

// Context implements testing.TB.
func (*suite) Context() context.Context { return context.Background() }

// Failed implements testing.TB.
func (s *suite) Failed() bool { return s.failed }

// Cleanup implements testing.TB.
func (s *suite) Cleanup(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleanups = append(s.cleanups, f)
}

// TempDir implements testing.TB.
func (s *suite) TempDir() string {
	folder, err := os.MkdirTemp("", "onrecord-e2e-")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// Logf implements testing.TB.
func (*suite) Logf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// Fatal implements testing.TB.
func (s *suite) Fatal(args ...any) { s.Fatalf("%s", fmt.Sprint(args...)) }

// Fatalf implements testing.TB.
func (s *suite) Fatalf(format string, args ...any) {
	s.Logf(format, args...)
	s.failed = true
	runtime.Goexit()
}

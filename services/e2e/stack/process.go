package stack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds how long a program may take to be ready.
const startTimeout = 60 * time.Second

// Process is a running program.
type Process struct {
	t      testing.TB
	name   string
	args   []string
	health string
	cmd    *exec.Cmd
	log    *lockedBuffer
	exited chan struct{}
	err    error
}

// lockedBuffer collects a program's output while it runs.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// Start runs a program until the test ends. It is not yet ready: see Ready.
// health is the address given to it as --health-listen.
func Start(t testing.TB, name, health string, args ...string) *Process {
	t.Helper()
	p := &Process{t: t, name: name, health: health, args: append(args, "--health-listen="+health), log: &lockedBuffer{}}
	p.start()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			t.Logf("output of %s:\n%s", name, p.log.String())
		}
	})
	return p
}

func (p *Process) start() {
	p.t.Helper()
	p.cmd = exec.Command(Program(p.t, p.name), p.args...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.exited = make(chan struct{})
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	cmd, exited := p.cmd, p.exited
	go func() {
		p.err = cmd.Wait()
		close(exited)
	}()
}

// Restart starts a program again that has ended.
func (p *Process) Restart() {
	p.t.Helper()
	<-p.exited
	p.start()
	p.Ready()
}

// Ready waits until the program says that it is ready.
func (p *Process) Ready() *Process {
	p.t.Helper()
	p.until(true, p.exited)
	return p
}

// NotReady waits until the program does not say any more that it is ready.
func (p *Process) NotReady() {
	p.t.Helper()
	p.until(false, nil)
}

// NotReadyBecause waits until the program says that it is not ready, and gives a
// reason.
func (p *Process) NotReadyBecause(reason string) {
	p.t.Helper()
	p.untilItSays(false, reason)
}

// ReadyBut waits until the program says that it is ready, and of something that it is
// not as it should be, with a reason.
func (p *Process) ReadyBut(reason string) {
	p.t.Helper()
	p.untilItSays(true, reason)
}

func (p *Process) untilItSays(ready bool, reason string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.t.Context()), startTimeout)
	defer cancel()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for {
		is, body := p.answersReady(ctx)
		if is == ready && strings.Contains(body, `"`+reason+`"`) {
			return
		}
		select {
		case <-retry.C:
		case <-ctx.Done():
			p.t.Fatalf("%s: readiness never said %s but %s\n%s", p.name, reason, body, p.log.String())
		}
	}
}

// until waits for readiness, or for its end. The program may not end before.
func (p *Process) until(ready bool, ended <-chan struct{}) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.t.Context()), startTimeout)
	defer cancel()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for {
		if is, _ := p.answersReady(ctx); is == ready {
			return
		}
		select {
		case <-retry.C:
		case <-ended:
			p.t.Fatalf("%s ended before it was ready: %v\n%s", p.name, p.err, p.log.String())
		case <-ctx.Done():
			p.t.Fatalf("%s: readiness was not %t within %v\n%s", p.name, ready, startTimeout, p.log.String())
		}
	}
}

// answersReady says whether the program is ready, and how it says so.
func (p *Process) answersReady(ctx context.Context) (ready bool, body string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.health+"/readyz", nil)
	if err != nil {
		return false, err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err.Error()
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return err == nil && response.StatusCode == http.StatusOK, string(content)
}

// Says waits until the program has printed some words.
func (p *Process) Says(words string) *Process {
	p.t.Helper()
	deadline := time.NewTimer(startTimeout)
	defer deadline.Stop()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for !strings.Contains(p.log.String(), words) {
		select {
		case <-retry.C:
		case <-p.exited:
			p.t.Fatalf("%s ended before it said %q: %v\n%s", p.name, words, p.err, p.log.String())
		case <-deadline.C:
			p.t.Fatalf("%s did not say %q within %v\n%s", p.name, words, startTimeout, p.log.String())
		}
	}
	return p
}

// Kill ends the program as kill -9 does and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// Interrupt asks the program to end, as an operator does.
func (p *Process) Interrupt() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
}

// Terminate asks the program to end and answers its exit code.
func (p *Process) Terminate() int {
	p.t.Helper()
	p.Interrupt()
	return p.Wait()
}

// Freeze stops the program from running, as a hung machine would; Thaw lets it
// go on.
func (p *Process) Freeze() { p.signal(syscall.SIGSTOP) }

// Thaw undoes Freeze.
func (p *Process) Thaw() { p.signal(syscall.SIGCONT) }

func (p *Process) signal(signal syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
}

// Wait waits for the program's end and answers its exit code.
func (p *Process) Wait() int {
	<-p.exited
	return p.cmd.ProcessState.ExitCode()
}

// Output is what the program has printed so far.
func (p *Process) Output() string { return p.log.String() }

// URL is an address as the base of REST calls.
func URL(address string) string { return fmt.Sprintf("http://%s", address) }

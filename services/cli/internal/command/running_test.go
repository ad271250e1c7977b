package command_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/cli/internal/command"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// result is what a command did.
type result struct {
	code     int
	out, err string
}

// run runs a command to its end.
func run(t *testing.T, in string, args ...string) result {
	t.Helper()
	return runUntil(t.Context(), in, args...)
}

// runUntil runs a command to its end, or until it is interrupted.
func runUntil(ctx context.Context, in string, args ...string) result {
	var out, errs bytes.Buffer
	code := command.Main(ctx, args, command.Process{In: strings.NewReader(in), Out: &out, Err: &errs})
	return result{code, out.String(), errs.String()}
}

// running is `onrecord serve`, started by a test.
type running struct {
	// url is where it serves REST.
	url string
	// printed is what it printed before it was ready.
	printed string

	stop func()
	// logged may be read after stop.
	logged *bytes.Buffer
	code   chan int
}

var printedURL = regexp.MustCompile(`(http://\S+)/ +the explorer`)

// start starts the servers, on a data folder unless that is "", on free ports and waits until they say where they
// serve. They stop with the test, and must then end well.
func start(t *testing.T, data string, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	r := &running{logged: &bytes.Buffer{}, code: make(chan int, 1)}
	if data != "" {
		args = append([]string{"--data", data}, args...)
	}
	go func() {
		code := command.Main(ctx, append([]string{"serve", "--listen", "127.0.0.1:0", "--grpc-listen", "127.0.0.1:0",
			"--admin-listen", "127.0.0.1:0", "--drain-delay", "0s", "--drain-timeout", "5s"}, args...),
			command.Process{Out: writer, Err: r.logged})
		_ = writer.Close()
		r.code <- code
	}()
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		http.DefaultClient.CloseIdleConnections() // a drain waits for those that were never used
		cancel()
		must.Equal(t, <-r.code, 0)
	}
	lines := bufio.NewScanner(reader)
	for !strings.Contains(r.printed, "Ctrl-C") && lines.Scan() {
		r.printed += lines.Text() + "\n"
	}
	found := printedURL.FindStringSubmatch(r.printed)
	if found == nil {
		cancel()
		t.Fatalf("it did not start (exit code %d):\n%s%s", <-r.code, r.printed, r.logged)
	}
	t.Cleanup(r.stop)
	r.url = found[1]
	return r
}

// ask runs a client command against it.
func (r *running) ask(t *testing.T, args ...string) result {
	t.Helper()
	return run(t, "", append(args, "--server", r.url)...)
}

// must runs a client command that has to succeed and returns what it printed.
func (r *running) must(t *testing.T, args ...string) string {
	t.Helper()
	got := r.ask(t, args...)
	must.Equal(t, got.err, "")
	must.Equal(t, got.code, 0)
	return got.out
}

//go:build kube

package kube_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/steady"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// How many calls of each kind are made a second: 48 in all, which small pods carry.
const reads, writes = "10", "2.5"

// load is a steady load that a pod makes.
type load struct {
	t      *testing.T
	cmd    *exec.Cmd
	tell   io.WriteCloser
	out    *output
	errors bytes.Buffer
	ended  chan error
}

// load has the pod caller call, and answers once all that it needs is on record.
func (n *namespace) load(flags ...string) *load {
	n.t.Helper()
	args := append([]string{
		"--namespace", n.name, "exec", "-i", "caller", "--", "/caller", "load", "-reads", reads, "-writes", writes,
		"-statements", "dns:///statements:50051", "-metrics", "dns:///metrics:50052",
	}, flags...)
	l := &load{t: n.t, cmd: exec.CommandContext(n.t.Context(), "kubectl", args...), out: &output{begun: make(chan struct{})}, ended: make(chan error, 1)}
	l.cmd.Stdout, l.cmd.Stderr = l.out, &l.errors
	l.tell = must.Get(l.cmd.StdinPipe())(n.t)
	must.OK(n.t, l.cmd.Start())
	go func() { l.ended <- l.cmd.Wait() }()
	select {
	case <-l.out.begun:
	case err := <-l.ended:
		n.t.Fatalf("the load did not begin: %v\n%s%s", err, l.out.String(), l.errors.String())
	}
	return l
}

// stop ends the load and answers what it saw, which is logged too.
func (l *load) stop() *steady.Report {
	l.t.Helper()
	_, err := io.WriteString(l.tell, "stop\n")
	must.OK(l.t, err)
	if err := <-l.ended; err != nil {
		l.t.Fatalf("the load broke off: %v\n%s%s", err, l.out.String(), l.errors.String())
	}
	_, encoded, _ := strings.Cut(l.out.String(), "\n")
	report := &steady.Report{}
	must.OK(l.t, json.Unmarshal([]byte(encoded), report))
	var text strings.Builder
	report.Write(&text)
	l.t.Logf("%s", text.String())
	return report
}

// kept fails the test unless all that was acknowledged is there.
func kept(t *testing.T, r *steady.Report) {
	t.Helper()
	if r.Acknowledged == 0 || len(r.Lost) > 0 || len(r.Missed) > 0 {
		t.Errorf("%d writes acknowledged, lost %v, missed by the watch %v", r.Acknowledged, r.Lost, r.Missed)
	}
}

// unnoticed fails the test if a call failed.
func unnoticed(t *testing.T, r *steady.Report) {
	t.Helper()
	kept(t, r)
	if r.Failed() > 0 {
		t.Errorf("%d of %d calls failed", r.Failed(), r.Calls())
	}
}

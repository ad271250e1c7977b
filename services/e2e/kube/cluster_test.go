//go:build kube

package kube_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/e2e/readme"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	// patience is how long the cluster may take for anything.
	patience = 5 * time.Minute
	// look is how often it is looked at.
	look = 250 * time.Millisecond
)

// namespace is one of the cluster's, which a test has to itself.
type namespace struct {
	t    *testing.T
	name string
}

// newNamespace makes a namespace as an overlay makes its own, and removes it when
// the test ends.
func newNamespace(t *testing.T, overlay string) *namespace {
	t.Helper()
	n := &namespace{t: t, name: "onrecord-e2e-" + overlay}
	n.remove()
	manifest := string(must.Get(os.ReadFile(filepath.Join(manifests(t), "overlays", overlay, "namespace.yaml")))(t))
	n.apply(strings.Replace(manifest, "name: onrecord", "name: "+n.name, 1))
	t.Cleanup(func() {
		if t.Failed() {
			n.tell()
		}
		n.remove()
	})
	return n
}

// remove removes what there is of the namespace.
func (n *namespace) remove() {
	_, _ = n.try("", "delete", "namespace", n.name, "--ignore-not-found", "--timeout=5m")
}

// tell prints what the cluster knows of the namespace.
func (n *namespace) tell() {
	for _, what := range [][]string{
		{"get", "all,hpa,pdb,pvc", "-o", "wide"}, {"get", "events", "--sort-by=.lastTimestamp"}, {"describe", "pods"},
		{"logs", "-l", "app.kubernetes.io/part-of=onrecord", "--all-containers", "--prefix", "--tail=30"},
	} {
		out, err := n.try("", what...)
		n.t.Logf("kubectl %v: %v\n%s", what, err, out)
	}
}

// manifests is the folder of the base, the components and the overlays.
func manifests(t *testing.T) string {
	t.Helper()
	return filepath.Join(must.Get(readme.Root())(t), "deploy", "kubernetes")
}

// try runs kubectl in the namespace and answers all that it printed.
func (n *namespace) try(stdin string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(n.t.Context()), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "kubectl", append([]string{"--namespace", n.name}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// kubectl is try, and must succeed.
func (n *namespace) kubectl(args ...string) string {
	n.t.Helper()
	out, err := n.try("", args...)
	if err != nil {
		n.t.Fatalf("kubectl %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(out)
}

// apply applies manifests. The cluster may not warn of anything in them.
func (n *namespace) apply(yaml string) {
	n.t.Helper()
	out, err := n.try(yaml, "apply", "-f", "-")
	if err != nil || strings.Contains(out, "Warning") {
		n.t.Fatalf("kubectl apply: %v\n%s", err, out)
	}
}

// overlay applies one of the project's overlays with what makes it fit a test.
func (n *namespace) overlay(name, kustomization string) {
	n.t.Helper()
	folder := must.Get(filepath.EvalSymlinks(n.t.TempDir()))(n.t)
	from := must.Get(filepath.Rel(folder, filepath.Join(manifests(n.t), "overlays", name)))(n.t)
	text := fmt.Sprintf("namespace: %s\nresources: [%s]\n%s", n.name, from, kustomization)
	must.OK(n.t, os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(text), 0o600))
	out := n.kubectl("apply", "-k", folder)
	if strings.Contains(out, "Warning") {
		n.t.Fatalf("the cluster warns:\n%s", out)
	}
}

// secret makes a Secret of files.
func (n *namespace) secret(name string, files map[string]string) {
	n.t.Helper()
	encoded := must.Get(json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]string{"name": name}, "stringData": files,
	}))(n.t)
	n.apply(string(encoded))
}

// rolledOut waits until a workload is what it was last told to be.
func (n *namespace) rolledOut(workloads ...string) {
	n.t.Helper()
	for _, w := range workloads {
		n.kubectl("rollout", "status", w, "--timeout=5m")
	}
}

// restart replaces all pods of a workload and waits until the old ones have ended.
func (n *namespace) restart(workload string) {
	n.t.Helper()
	begun := time.Now()
	n.kubectl("rollout", "restart", workload)
	n.rolledOut(workload)
	n.ended()
	n.t.Logf("%s: every pod replaced in %v", workload, time.Since(begun).Round(time.Second))
}

// until waits until something holds, and answers how long that took.
func (n *namespace) until(what string, holds func() bool) time.Duration {
	n.t.Helper()
	begun := time.Now()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !holds() {
		if time.Since(begun) > patience {
			n.t.Fatalf("%s: not within %v", what, patience)
		}
		<-tick.C
	}
	return time.Since(begun)
}

// pods are the names of the pods of a workload that are not being ended.
func (n *namespace) pods(name string) []string {
	n.t.Helper()
	return strings.Fields(n.kubectl("get", "pods", "-l", "app.kubernetes.io/name="+name, "-o",
		`go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{end}}{{end}}`))
}

// ended waits until the pods are gone that are being ended.
func (n *namespace) ended() {
	n.t.Helper()
	n.until("what is to end has ended", func() bool {
		return n.kubectl("get", "pods", "-o", `go-template={{range .items}}{{if .metadata.deletionTimestamp}}{{.metadata.name}} {{end}}{{end}}`) == ""
	})
}

// caller starts a pod that calls; with a Secret of that name if it is secured.
func (n *namespace) caller(name string, labels string, secured bool) {
	n.t.Helper()
	mount, volume := "", ""
	if secured {
		mount = "\n      volumeMounts: [{name: secure, mountPath: /etc/caller, readOnly: true}]"
		volume = "\n  volumes: [{name: secure, secret: {secretName: caller, defaultMode: 0440}}]"
	}
	n.apply(fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: %s, labels: %s}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  securityContext: {runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: caller
      image: localhost/onrecord/caller:%s
      imagePullPolicy: IfNotPresent
      args: [idle]
      securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}%s%s
`, name, labels, settings.version, mount, volume))
	n.kubectl("wait", "--for=condition=Ready", "pod/"+name, "--timeout=2m")
}

// dial says what becomes of connections that a caller opens.
func (n *namespace) dial(caller string, addresses ...string) map[string]string {
	n.t.Helper()
	out := n.kubectl(append([]string{"exec", caller, "--", "/caller", "dial"}, addresses...)...)
	answers := map[string]string{}
	for line := range strings.Lines(out) {
		address, became, _ := strings.Cut(strings.TrimSpace(line), " ")
		answers[address] = became
	}
	return answers
}

// output collects what a command prints while it runs.
type output struct {
	printed bytes.Buffer
	begun   chan struct{}
}

// Write implements io.Writer. The first words say that the load has begun.
func (o *output) Write(p []byte) (int, error) {
	if o.printed.Len() == 0 {
		close(o.begun)
	}
	return o.printed.Write(p)
}

// String is all of it.
func (o *output) String() string { return o.printed.String() }

//go:build kube

package kube_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/e2e/release/image"
	"github.com/onrecord/onrecord/services/e2e/steady"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// mayPause is how long a single replica may be away when it is replaced.
const mayPause = 30 * time.Second

// TestLocal tries the overlay of one pod each: what stops comes back soon, with all
// that it acknowledged.
func TestLocal(t *testing.T) {
	volumes(t, "onrecord-e2e-local", "statements", "metrics")
	n := newNamespace(t, "local")
	images := ""
	for _, name := range services {
		images += fmt.Sprintf("  - {name: localhost/onrecord/%s, newTag: %q}\n", name, settings.version)
	}
	begun := time.Now()
	n.overlay("local", "images:\n"+images)
	n.rolledOut("statefulset/statements", "statefulset/metrics", "deployment/gateway")
	t.Logf("applied, everything is ready after %v", time.Since(begun).Round(time.Second))
	n.caller("caller", `{}`, false)
	for _, step := range []struct {
		name string
		do   func(*namespace)
		// noticed is whether calls may fail while it is done.
		noticed bool
	}{
		{"the gateway is replaced", func(n *namespace) { n.restart("deployment/gateway") }, false},
		{"the gateway is scaled", (*namespace).scaleGateway, false},
		{"statements is replaced", func(n *namespace) { n.restart("statefulset/statements") }, true},
		{"metrics is replaced", func(n *namespace) { n.restart("statefulset/metrics") }, true},
		{"statements dies", func(n *namespace) { n.dies("statements") }, true},
		{"metrics dies", func(n *namespace) { n.dies("metrics") }, true},
	} {
		t.Run(step.name, func(t *testing.T) {
			n := &namespace{t: t, name: n.name}
			l := n.load("-rest", "http://gateway")
			step.do(n)
			report := l.stop()
			if !step.noticed {
				unnoticed(t, report)
				return
			}
			kept(t, report)
			for _, lane := range []string{steady.RESTRead, steady.RESTFresh, steady.StatementsRead, steady.MetricsRead} {
				if gap := report.Lane(lane).Gap; gap > mayPause {
					t.Errorf("%s: no answer for %v", lane, gap)
				}
			}
		})
	}
}

func (n *namespace) scaleGateway() {
	for _, replicas := range []int{2, 1} {
		n.kubectl("scale", "deployment/gateway", fmt.Sprintf("--replicas=%d", replicas))
		n.until("the gateway is scaled", func() bool { return n.ready("gateway") == replicas && len(n.pods("gateway")) == replicas })
		n.ended()
	}
}

// dies ends a service's only pod at once, as the loss of its node would, and waits
// for another.
func (n *namespace) dies(name string) {
	n.t.Helper()
	pod := name + "-0"
	uid := func() string {
		out, _ := n.try("", "get", "pod", pod, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}")
		return out
	}
	before := uid()
	n.kubectl("delete", "pod", pod, "--grace-period=0", "--force")
	n.until("there is another pod", func() bool { now := uid(); return now != "" && now != before })
	n.rolledOut("statefulset/" + name)
}

// volumes makes a volume for the claim of each service in a namespace, where the
// cluster provides none.
func volumes(t *testing.T, of string, names ...string) {
	t.Helper()
	if settings.volumes == "" {
		return
	}
	n := &namespace{t: t, name: of}
	for _, name := range names {
		volume := of + "-" + name
		folder := filepath.Join(settings.volumes, volume)
		remove := func() {
			_, _ = n.try("", "delete", "persistentvolume", volume, "--ignore-not-found", "--timeout=1m")
			os.RemoveAll(folder)
		}
		n.remove() // who uses it goes first
		remove()
		must.OK(t, os.MkdirAll(folder, 0o750))
		must.OK(t, os.Chown(folder, image.User, image.User))
		t.Cleanup(remove)
		n.apply(fmt.Sprintf(`
apiVersion: v1
kind: PersistentVolume
metadata: {name: %s}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOncePod]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  claimRef: {namespace: %s, name: data-%s-0}
  hostPath: {path: %q, type: Directory}
`, volume, of, name, folder))
	}
}

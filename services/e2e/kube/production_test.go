//go:build kube

package kube_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/e2e/steady"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// release lets a migration go that waits.
const release = `{"spec":{"suspend":false}}`

var (
	services = []string{"statements", "metrics", "gateway"}
	// fewest is how many pods of each there are at least.
	fewest = map[string]int{"statements": 2, "metrics": 2, "gateway": 3}
)

// production makes the overlay fit: images and settings of this place, nothing that
// asks an issuer or an Ingress controller, little CPU, migrations that wait until
// they are told to go.
func (n *namespace) production(version string) {
	n.t.Helper()
	images, databases := "", ""
	for _, name := range services {
		images += fmt.Sprintf("  - {name: onrecord/%s, newName: localhost/onrecord/%s, newTag: %q}\n", name, name, version)
	}
	for _, name := range []string{"statements", "metrics"} {
		databases += fmt.Sprintf("      - %s-database=postgres://%s@%s:%s/onrecord?sslmode=verify-full"+
			"&sslrootcert=/etc/onrecord/postgres/ca.crt&passfile=/etc/onrecord/postgres/pgpass\n", name, name, settings.host, postgresPort)
	}
	n.overlay("production", "images:\n"+images+`
configMapGenerator:
  - name: settings
    namespace: onrecord
    behavior: merge
    literals:
`+databases+`
patches:
  - {target: {kind: Ingress}, patch: '{$patch: delete, kind: any, metadata: {name: any}}'}
  - {target: {name: auth-proxy}, patch: '{$patch: delete, kind: any, metadata: {name: any}}'}
  - {target: {kind: Job}, patch: '[{"op":"add","path":"/spec/suspend","value":true}]'}
  - {target: {kind: Deployment}, patch: '[{"op":"replace","path":"/spec/template/spec/containers/0/resources/requests","value":{"cpu":"50m","memory":"64Mi"}}]'}
  - {target: {kind: HorizontalPodAutoscaler}, patch: '[{"op":"replace","path":"/spec/maxReplicas","value":4}]'}
`)
}

// TestProduction tries the overlay in the order of its life.
func TestProduction(t *testing.T) {
	n := newNamespace(t, "production")
	n.secrets()
	n.caller("caller", `{onrecord-client: "true"}`, true)
	for i, step := range []struct {
		name string
		try  func(*namespace)
	}{
		{"the migration gates the first start", (*namespace).firstStart},
		{"pods are admitted under restricted", (*namespace).admitted},
		{"policies keep neighbours out", (*namespace).neighbours},
		{"rolls are not noticed", (*namespace).rolls},
		{"budgets hold", (*namespace).budgets},
		{"scaling is not noticed", (*namespace).scales},
		{"the migration gates an upgrade, which is not noticed", (*namespace).upgrade},
		{"the release before comes back", (*namespace).undo},
		{"load brings pods", (*namespace).autoscales},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.try(&namespace{t: t, name: n.name}) }) && i == 0 {
			return // nothing serves
		}
	}
}

// secrets are what deploy/README.md says that an operator makes.
func (n *namespace) secrets() {
	n.t.Helper()
	authority := certs.NewAuthority(n.t)
	read := func(path string) string { return string(must.Get(os.ReadFile(path))(n.t)) }
	for _, of := range [][]string{{"statements"}, {"metrics"}, {"gateway", "gateway-grpc"}} {
		var names []string
		for _, name := range of {
			names = append(names, name, name+"."+n.name, name+"."+n.name+".svc")
		}
		pair := authority.IssueFor(n.t, names...)
		n.secret(of[0]+"-tls", map[string]string{"tls.crt": read(pair.Cert), "tls.key": read(pair.Key), "ca.crt": read(authority.File)})
	}
	key := auth.NewKey()
	n.secret("access", map[string]string{"access-list": "gateway editor certificate:gateway." + n.name + ".svc\ncaller editor " + auth.HashKey(key) + "\n"})
	n.secret("caller", map[string]string{"ca.crt": read(authority.File), "token": key})
	for role, password := range startPostgres(n.t, authority, "statements", "metrics") {
		n.secret(role+"-postgres", map[string]string{"pgpass": password, "ca.crt": read(authority.File)})
	}
}

// secured begins a load as a caller in the namespace does.
func (n *namespace) secured() *load {
	n.t.Helper()
	return n.load("-rest", "https://gateway", "-secure", "/etc/caller")
}

func (n *namespace) firstStart() {
	n.production(settings.version)
	for _, name := range []string{"statements", "metrics"} {
		n.waitsForSchema(name, fewest[name])
	}
	ready := n.kubectl("get", "pods", "-l", "app.kubernetes.io/part-of=onrecord", "-o", `jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
	if strings.Contains(ready, "True") {
		n.t.Fatalf("pods are ready before their schema is: %s", ready)
	}
	begun := time.Now()
	n.migrate()
	migrated := time.Since(begun)
	n.whole()
	n.t.Logf("let go, both migrations were done after %v, and every pod of %v was ready after %v",
		migrated.Round(100*time.Millisecond), fewest, time.Since(begun).Round(100*time.Millisecond))
}

// waitsForSchema waits until so many pods of a service say that they wait for their
// migration.
func (n *namespace) waitsForSchema(name string, want int) {
	n.t.Helper()
	n.until(name+" waits for its migration", func() bool {
		waiting := 0
		for _, pod := range n.pods(name) {
			if log, err := n.try("", "logs", pod); err == nil && strings.Contains(log, "SCHEMA_TOO_OLD") {
				waiting++
			}
		}
		return waiting >= want
	})
}

// migrate lets the migrations go and waits for their end.
func (n *namespace) migrate() {
	n.t.Helper()
	n.kubectl("patch", "job", "migrate-statements", "migrate-metrics", "-p", release)
	n.kubectl("wait", "--for=condition=complete", "--timeout=3m", "job", "-l", "app.kubernetes.io/component=migration")
}

// whole waits until each service has as many ready pods as it needs at least.
func (n *namespace) whole() {
	n.t.Helper()
	for _, name := range services {
		n.until(name+" is whole", func() bool { return n.ready(name) >= fewest[name] })
		n.rolledOut("deployment/" + name)
	}
	n.ended()
}

// ready is how many pods of a service are.
func (n *namespace) ready(name string) (count int) {
	n.t.Helper()
	_, _ = fmt.Sscan(n.kubectl("get", "deployment", name, "-o", "jsonpath={.status.readyReplicas}"), &count) // it is left out while it is 0
	return count
}

func (n *namespace) rolls() {
	l := n.secured()
	for _, name := range services {
		n.restart("deployment/" + name)
	}
	report := l.stop()
	unnoticed(n.t, report)
	for lane, name := range map[string]string{steady.StatementsRead: "statements", steady.MetricsRead: "metrics"} {
		if by := report.Lane(lane).By; len(by) < 2*fewest[name] {
			n.t.Errorf("%s: calls were answered by %v only, not by every pod before and after", name, by)
		}
	}
}

func (n *namespace) upgrade() {
	l := n.secured()
	n.kubectl("delete", "job", "-l", "app.kubernetes.io/component=migration")
	n.production(next)
	for _, name := range []string{"statements", "metrics"} {
		n.waitsForSchema(name, fewest[name])
		must.True(n.t, n.ready(name) >= fewest[name], "%s: the old pods do not serve while the new ones wait", name)
	}
	begun := time.Now()
	n.migrate()
	n.t.Logf("let go, both migrations were done after %v", time.Since(begun).Round(100*time.Millisecond))
	n.whole()
	n.t.Logf("and every pod is of the new version after %v", time.Since(begun).Round(time.Second))
	unnoticed(n.t, l.stop())
	n.versionIs(next)
}

// undo brings the release before back, as if the upgrade had turned out badly.
func (n *namespace) undo() {
	l := n.secured()
	begun := time.Now()
	for _, name := range services {
		n.kubectl("rollout", "undo", "deployment/"+name)
	}
	n.whole()
	n.t.Logf("every pod is of the version before after %v", time.Since(begun).Round(time.Second))
	unnoticed(n.t, l.stop())
	n.versionIs(settings.version)
}

// versionIs fails the test unless every pod is of a version.
func (n *namespace) versionIs(want string) {
	n.t.Helper()
	images := strings.Fields(n.kubectl("get", "pods", "-l", "app.kubernetes.io/component!=migration,app.kubernetes.io/part-of=onrecord",
		"-o", "jsonpath={.items[*].spec.containers[*].image}"))
	must.True(n.t, len(images) > 0, "there are no pods")
	for _, image := range images {
		must.True(n.t, strings.HasSuffix(image, ":"+want), "pods of another version are left: %s", images)
	}
}

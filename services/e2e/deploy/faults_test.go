package deploy_test

import (
	"strings"
	"testing"
)

// TestFaultsAreFound breaks a manifest in one place at a time: each rule must say so.
func TestFaultsAreFound(t *testing.T) {
	known := settingsOf(t)
	withSettings := func(rule func(manifests, map[string]settings) problems) func(manifests) problems {
		return func(m manifests) problems { return rule(m, known) }
	}
	for name, c := range map[string]struct {
		overlay, from, to string
		rule              func(manifests) problems
		says              string
	}{
		"a token":                {"local", "automountServiceAccountToken: false", "automountServiceAccountToken: true", restricted, "token"},
		"root":                   {"local", "runAsNonRoot: true", "runAsNonRoot: false", restricted, "not fit"},
		"no seccomp":             {"local", "type: RuntimeDefault", "type: Unconfined", restricted, "not fit"},
		"capabilities":           {"local", "- ALL", "- CHOWN", restricted, "not fit"},
		"a root to write to":     {"local", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", restricted, "write to its root"},
		"no limit":               {"local", "limits:", "limitz:", restricted, "limit"},
		"a limit not known":      {"local", "name: GOMEMLIMIT", "name: GOMEMLIMITS", collected, "GOMEMLIMIT"},
		"another limit":          {"local", "resource: limits.memory", "resource: requests.memory", collected, "GOMEMLIMIT"},
		"no version":             {"local", "gateway:local", "gateway", restricted, "version"},
		"no probe":               {"production", "startupProbe:", "startProbe:", probed, "probe is missing"},
		"a probe elsewhere":      {"production", "health-listen=0.0.0.0:8081", "health-listen=0.0.0.0:8082", probed, "asks port 8081"},
		"a store kills":          {"local", "service: live", "service: \"\"", probed, `not "live"`},
		"no grace":               {"production", "terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 30", withDrain(t), "do not hold"},
		"a long drain":           {"local", "- serve", "- serve\n        - --drain-timeout=60s", withDrain(t), "do not hold"},
		"no sleep":               {"local", "seconds: 5", "seconds: 0", withDrain(t), "endpoints"},
		"a flag that is not":     {"production", "--services-ca=", "--service-ca=", withSettings(configured), "no setting --service-ca"},
		"another command's flag": {"production", "- migrate\n", "- migrate\n        - --tls-cert=x\n", withSettings(configured), "`statements migrate` has no setting --tls-cert"},
		"a variable that is not": {"production", "name: ONRECORD_PUBLIC_URL", "name: ONRECORD_PUBLIC_URI", withSettings(configured), "ONRECORD_PUBLIC_URI"},
		"a key that is not":      {"production", "key: oidc-issuer", "key: issuer", withSettings(configured), "no key issuer"},
		"a secret in a variable": {"production", "configMapKeyRef:", "secretKeyRef:", withSettings(configured), "not in a file"},
		"a file that is not":     {"production", "mountPath: /etc/onrecord/tls", "mountPath: /etc/tls", mounted, "nothing is mounted at /etc/onrecord/tls"},
		"a password elsewhere":   {"production", "mountPath: /etc/onrecord/postgres", "mountPath: /etc/postgres", mounted, "/etc/onrecord/postgres/pgpass"},
		"a port that is not":     {"production", "targetPort: http", "targetPort: web", connected, "no port web"},
		"a port not shown":       {"local", "containerPort: 50053", "containerPort: 50054", connected, "it listens on"},
		"another's pods":         {"local", "app.kubernetes.io/name: metrics", "app.kubernetes.io/name: statements", connected, "not of one"},
		"a host with no TLS":     {"production", "- host: api.record.example.org", "- host: api.example.org", connected, "no certificate"},
		"one is not watched":     {"monitored", "matchLabels:\n      app.kubernetes.io/name: statements\n---", "matchLabels:\n      app.kubernetes.io/name: nothing\n---", connected, "nobody is told"},
		"a Service not there":    {"local", "dns:///metrics:50052", "dns:///metrics:50051", dialled, "no headless Service"},
		"a proxy between":        {"local", "clusterIP: None", "clusterIP: \"\"", dialled, "no headless Service"},
		"a policy too few":       {"production", "app.kubernetes.io/name: gateway\n    - podSelector", "app.kubernetes.io/name: gate\n    - podSelector", dialled, "no policy lets"},
		"in the open":            {"production", "- --services-ca=", "- --insecure\n        - --services-ca=", secured, "--insecure"},
		"no access list":         {"production", "--api-keys=", "--no-keys=", secured, "--api-keys is missing"},
		"another host":           {"production", "explorer-host: record", "explorer-host: archive", placed, "explorer"},
		"no way in":              {"production", "ingress-namespace: ingress", "ingress-namespace: edge", placed, "let the Ingress controller in"},
		"one pod":                {"production", "minReplicas: 2", "minReplicas: 1", available, "two pods"},
		"no budget":              {"production", "kind: PodDisruptionBudget", "kind: PodBudget", available, "no budget"},
		"a gap":                  {"production", "maxUnavailable: 0", "maxUnavailable: 1", available, "before there are new ones"},
		"one node":               {"production", "topologySpreadConstraints:", "spread:", available, "one node"},
		"no default":             {"production", "podSelector: {}", "podSelector: {matchLabels: {a: b}}", available, "not denied"},
		"another schema":         {"production", "key: metrics-database", "key: statements-database", migrated, "another database"},
		"another version":        {"production", "image: onrecord/metrics:v1", "image: onrecord/metrics:v2", migrated, "migrate-metrics runs"},
		"two writers":            {"local", "replicas: 1", "replicas: 2", oneWriter, "one replica"},
	} {
		t.Run(name, func(t *testing.T) {
			whole := render(t, c.overlay)
			// Where all of one kind change alike, the last alone is changed, so that two
			// that must agree do not.
			i := strings.LastIndex(whole, c.from)
			if i < 0 {
				t.Fatalf("%q is not rendered", c.from)
			}
			found := c.rule(parse(t, whole[:i]+c.to+whole[i+len(c.from):]))
			if !strings.Contains(strings.Join(found, "\n"), c.says) {
				t.Errorf("nothing says %q: %v", c.says, found)
			}
			if before := c.rule(parse(t, whole)); len(before) > 0 {
				t.Errorf("it is wrong before: %v", before)
			}
		})
	}
}

func withDrain(t *testing.T) func(manifests) problems {
	t.Helper()
	known := settingsOf(t)
	return func(m manifests) problems { return drains(m, known) }
}

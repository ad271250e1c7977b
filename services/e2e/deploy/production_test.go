package deploy_test

import (
	"slices"
	"strings"
	"testing"
)

func TestProductionIsSecured(t *testing.T) {
	for _, overlay := range []string{"production", "monitored"} {
		t.Run(overlay, func(t *testing.T) { secured(parse(t, render(t, overlay))).report(t) })
	}
}

// secured: no listener that serves facts is in the open.
func secured(m manifests) (found problems) {
	for _, o := range m.services() {
		for _, c := range o.Spec.Template.Spec.all() {
			for _, arg := range c.Args {
				if flag, value, _ := strings.Cut(arg, "="); strings.Contains(flag, "insecure") && value != "false" {
					found.add("%s: %s", o, arg)
				}
			}
			if c.program() == "" {
				continue
			}
			needs := []string{"--tls-cert", "--tls-key", "--tls-client-ca", "--api-keys"}
			if c.program() == "gateway" {
				needs = append(needs, "--services-ca")
			}
			for _, flag := range needs {
				if _, ok := c.flag(flag); !ok {
					found.add("%s: %s is missing", o, flag)
				}
			}
		}
	}
	namespaces := m.of("Namespace")
	if len(namespaces) != 1 || namespaces[0].Metadata.Labels["pod-security.kubernetes.io/enforce"] != "restricted" {
		found.add("the namespace does not enforce Pod Security restricted")
	}
	return found
}

func TestSettingsReachTheManifests(t *testing.T) {
	placed(parse(t, render(t, "production"))).report(t)
}

// placed: hosts and namespaces that settings.env names are those of the manifests,
// and permalinks begin with the explorer's host.
func placed(m manifests) (found problems) {
	config := m.of("ConfigMap")[0].Data
	for name, host := range map[string]string{"explorer": config["explorer-host"], "api": config["api-host"]} {
		if ingress, ok := m.named("Ingress", name); !ok || host == "" || ingress.Spec.Rules[0].Host != host {
			found.add("Ingress %s is not for the host %q", name, host)
		}
	}
	if config["public-url"] != "https://"+config["explorer-host"] {
		found.add("permalinks begin with %q, the explorer is at %q", config["public-url"], config["explorer-host"])
	}
	for _, name := range []string{"gateway", "auth-proxy"} {
		policy, _ := m.named("NetworkPolicy", name)
		if !slices.ContainsFunc(policy.Spec.Ingress, func(r rule) bool {
			return slices.ContainsFunc(r.From, func(p peer) bool {
				return p.NamespaceSelector != nil && selects(p.NamespaceSelector, map[string]string{"kubernetes.io/metadata.name": config["ingress-namespace"]})
			})
		}) {
			found.add("NetworkPolicy %s does not let the Ingress controller in", name)
		}
	}
	return found
}

func TestProductionIsAvailable(t *testing.T) {
	available(parse(t, render(t, "production"))).report(t)
}

// available: two pods of everything at least, on different nodes, of which one at a
// time may go, and each under a policy.
func available(m manifests) (found problems) {
	for _, o := range m.services() {
		name := o.Metadata.Name
		scaler, ok := m.named("HorizontalPodAutoscaler", name)
		if !ok || scaler.Spec.ScaleTargetRef.Name != name || scaler.Spec.ScaleTargetRef.Kind != o.Kind || scaler.Spec.MinReplicas < 2 || scaler.Spec.MaxReplicas <= scaler.Spec.MinReplicas {
			found.add("%s: no autoscaler of two pods and more", o)
		}
		if o.Spec.Replicas != nil {
			found.add("%s: the number of replicas would be set back at each apply", o)
		}
		budget, ok := m.named("PodDisruptionBudget", name)
		if !ok || !only(m.taken(budget.Spec.Selector), name) {
			found.add("%s: no budget for disruptions of its pods", o)
		}
		if o.Spec.Strategy.RollingUpdate.MaxUnavailable != "0" {
			found.add("%s: a rollout takes pods away before there are new ones", o)
		}
		constraints := o.Spec.Template.Spec.TopologySpreadConstraints
		if len(constraints) == 0 {
			found.add("%s: all its pods may be on one node", o)
		}
		for _, c := range constraints {
			if !selects(c.LabelSelector, o.Spec.Template.Metadata.Labels) {
				found.add("%s: it spreads pods of others", o)
			}
		}
		for _, direction := range []string{"Ingress", "Egress"} {
			if !slices.ContainsFunc(m.of("NetworkPolicy"), func(p object) bool {
				return p.Metadata.Name != "default-deny" && slices.Contains(p.Spec.PolicyTypes, direction) && selects(p.Spec.PodSelector, o.Spec.Template.Metadata.Labels)
			}) {
				found.add("%s: no policy says what of %s it needs", o, direction)
			}
		}
	}
	deny, ok := m.named("NetworkPolicy", "default-deny")
	if !ok || len(deny.Spec.PodSelector) > 0 || len(deny.Spec.PolicyTypes) != 2 || len(deny.Spec.Ingress)+len(deny.Spec.Egress) > 0 {
		found.add("what no policy allows is not denied")
	}
	return found
}

func only(all manifests, name string) bool { return len(all) == 1 && all[0].Metadata.Name == name }

func TestMigrationsComeWithTheirService(t *testing.T) {
	migrated(parse(t, render(t, "production"))).report(t)
}

// migrated: a Job brings each schema up to date, by the very image that needs it and
// on the very database.
func migrated(m manifests) (found problems) {
	for _, name := range []string{"statements", "metrics"} {
		job, isJob := m.named("Job", "migrate-"+name)
		service, isService := m.named("Deployment", name)
		if !isJob || !isService {
			found.add("%s is not deployed with its migration", name)
			continue
		}
		by, serves := job.Spec.Template.Spec.Containers[0], service.Spec.Template.Spec.Containers[0]
		if !slices.Equal(by.Args, []string{"migrate"}) || by.Image != serves.Image {
			found.add("%s runs %v of %s, %s is %s", job, by.Args, by.Image, service, serves.Image)
		}
		if !slices.Contains(serves.values(m), by.values(m)[0]) {
			found.add("%s is of another database than %s", job, service)
		}
	}
	return found
}

// TestEmbeddedStoresHaveOneWriter: two pods on one file would corrupt it.
func TestEmbeddedStoresHaveOneWriter(t *testing.T) {
	oneWriter(parse(t, render(t, "local"))).report(t)
}

func oneWriter(m manifests) (found problems) {
	for _, name := range []string{"statements", "metrics"} {
		o, ok := m.named("StatefulSet", name)
		if !ok || o.Spec.Replicas == nil || *o.Spec.Replicas != 1 {
			found.add("%s is not a StatefulSet of one replica", name)
			continue
		}
		if service, ok := m.named("Service", o.Spec.ServiceName); !ok || !only(m.taken(service.Spec.Selector), name) {
			found.add("%s: its Service %q is not its own", o, o.Spec.ServiceName)
		}
	}
	return found
}

// TestOverlaysAreInTheirNamespace: nothing lands in another one.
func TestOverlaysAreInTheirNamespace(t *testing.T) {
	each(t, func(t *testing.T, m manifests) {
		for _, o := range m {
			if o.Kind != "Namespace" && o.Metadata.Namespace != "onrecord" {
				t.Errorf("%s is in the namespace %q", o, o.Metadata.Namespace)
			}
		}
	})
}

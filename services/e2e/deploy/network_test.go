package deploy_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rule is an allowance of a NetworkPolicy.
type rule struct {
	From  []peer `yaml:"from"`
	To    []peer `yaml:"to"`
	Ports []struct {
		Protocol string `yaml:"protocol"`
		Port     string `yaml:"port"`
	} `yaml:"ports"`
}

type peer struct {
	PodSelector       map[string]any `yaml:"podSelector"`
	NamespaceSelector map[string]any `yaml:"namespaceSelector"`
	IPBlock           any            `yaml:"ipBlock"`
}

func TestPortsMatch(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { connected(m).report(t) })
}

// connected: what a program listens on is what its container shows, and every name
// of a port, and every address of a service, leads to one. Where one is monitored, all are.
func connected(m manifests) (found problems) {
	for _, o := range m.services() {
		for _, c := range o.Spec.Template.Spec.Containers {
			found = append(found, listening(o, c)...)
		}
	}
	for _, service := range m.of("Service") {
		targets := m.taken(service.Spec.Selector)
		if len(targets) != 1 {
			found.add("%s: its selector takes the pods of %v, not of one", service, targets)
			continue
		}
		for _, port := range service.Spec.Ports {
			number := targets[0].port(port.TargetPort)
			if number == 0 {
				found.add("%s: %s has no port %s", service, targets[0], port.TargetPort)
			}
			if service.Spec.ClusterIP == "None" && number != port.Port {
				found.add("%s: a headless Service does not change ports, %d is not %d", service, port.Port, number)
			}
		}
	}
	for _, ingress := range m.of("Ingress") {
		for i, r := range ingress.Spec.Rules {
			if r.Host == "" || !slices.Contains(ingress.Spec.TLS[i].Hosts, r.Host) {
				found.add("%s: no certificate for the host %q", ingress, r.Host)
			}
			for _, p := range r.HTTP.Paths {
				to, _ := m.named("Service", p.Backend.Service.Name)
				if !slices.ContainsFunc(to.Spec.Ports, func(s servicePort) bool { return s.Name == p.Backend.Service.Port.Name }) {
					found.add("%s: leads to no port of a Service", ingress)
				}
			}
		}
	}
	monitored := map[string]bool{}
	for _, monitor := range m.of("PodMonitor") {
		for _, o := range m.taken(monitor.Spec.Selector) {
			monitored[o.Metadata.Name] = true
			if o.port(monitor.Spec.PodMetricsEndpoints[0].Port) == 0 {
				found.add("%s: %s has no such port", monitor, o)
			}
		}
	}
	for _, o := range m.services() {
		if len(monitored) > 0 && !monitored[o.Metadata.Name] {
			found.add("%s: Prometheus does not ask it, so nobody is told when it is down", o)
		}
	}
	return found
}

// listening compares the listeners off loopback with the ports that are declared.
func listening(o object, c container) (found problems) {
	var listens, declared []int
	for _, p := range c.Ports {
		declared = append(declared, p.ContainerPort)
	}
	for _, arg := range c.Args {
		flag, value, _ := strings.Cut(arg, "=")
		if address := strings.HasSuffix(flag, "listen") || strings.HasSuffix(flag, "-address"); address && strings.HasPrefix(value, "0.0.0.0:") {
			listens = append(listens, portOf(value))
		}
	}
	slices.Sort(listens)
	slices.Sort(declared)
	if !slices.Equal(listens, declared) {
		found.add("%s: it listens on %v, its container shows %v", o, listens, declared)
	}
	return found
}

// port is the number of a port of the object's pods, by name or number, 0 if there
// is none.
func (o object) port(name string) int {
	for _, c := range o.Spec.Template.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == name || strconv.Itoa(p.ContainerPort) == name {
				return p.ContainerPort
			}
		}
	}
	return 0
}

func TestServicesThatAreCalledAreThere(t *testing.T) {
	each(t, func(t *testing.T, m manifests) { dialled(m).report(t) })
}

// dialled: gRPC targets name a headless Service and its port, so that clients
// balance, and the policies let the call through.
func dialled(m manifests) (found problems) {
	for _, o := range m.services() {
		for _, c := range o.Spec.Template.Spec.Containers {
			for _, arg := range c.Args {
				flag, value, _ := strings.Cut(arg, "=")
				target, dns := strings.CutPrefix(value, "dns:///")
				if !strings.HasSuffix(flag, "-addr") {
					continue
				}
				name, port, _ := strings.Cut(target, ":")
				service, ok := m.named("Service", name)
				if !dns || !ok || service.Spec.ClusterIP != "None" || strconv.Itoa(service.Spec.Ports[0].Port) != port {
					found.add("%s: %s is no headless Service of that port", o, arg)
					continue
				}
				callee := m.taken(service.Spec.Selector)[0]
				if !m.reaches(o, callee, service.Spec.Ports[0].Port) {
					found.add("%s: no policy lets it call %s", o, callee)
				}
			}
		}
	}
	return found
}

// TestWhoMayCallWhom: of all pairs of workloads, those that have to do with each
// other, and a client with the label, and nobody else.
func TestWhoMayCallWhom(t *testing.T) {
	m := parse(t, render(t, "production"))
	stranger, client := object{Kind: "Pod"}, object{Kind: "Pod"}
	stranger.Metadata.Name, client.Metadata.Name = "stranger", "client"
	client.Spec.Template.Metadata.Labels = map[string]string{"onrecord-client": "true"}
	allowed := map[string]bool{
		"gateway>statements": true, "gateway>metrics": true, "auth-proxy>gateway": true,
		"client>statements": true, "client>metrics": true, "client>gateway": true,
	}
	for _, from := range append(m.podded(), stranger, client) {
		for _, to := range m.services() {
			pair := from.Metadata.Name + ">" + to.Metadata.Name
			var reached bool
			for _, p := range to.Spec.Template.Spec.Containers[0].Ports {
				reached = reached || m.reaches(from, to, p.ContainerPort)
			}
			if reached != allowed[pair] {
				t.Errorf("%s: reached %v, want %v", pair, reached, allowed[pair])
			}
		}
	}
}

// reaches reports whether the policies let pods of one object call a port of
// another.
func (m manifests) reaches(from, to object, port int) bool {
	return m.lets(from, "Egress", to, port) && m.lets(to, "Ingress", from, port)
}

// lets reports whether the policies of an object's pods let them talk to another's
// in a direction; without a policy everybody may.
func (m manifests) lets(o object, direction string, other object, port int) bool {
	isolated := false
	for _, policy := range m.of("NetworkPolicy") {
		if !slices.Contains(policy.Spec.PolicyTypes, direction) || !selects(policy.Spec.PodSelector, o.Spec.Template.Metadata.Labels) {
			continue
		}
		isolated = true
		rules, called := policy.Spec.Egress, other
		if direction == "Ingress" {
			rules, called = policy.Spec.Ingress, o
		}
		for _, r := range rules {
			if r.takes(other.Spec.Template.Metadata.Labels) && r.opens(called, port) {
				return true
			}
		}
	}
	return !isolated
}

// takes reports whether a rule is about pods with the labels in the namespace.
func (r rule) takes(labels map[string]string) bool {
	peers := append(slices.Clone(r.From), r.To...)
	return len(peers) == 0 || slices.ContainsFunc(peers, func(p peer) bool {
		return p.NamespaceSelector == nil && p.IPBlock == nil && selects(p.PodSelector, labels)
	})
}

func (r rule) opens(called object, port int) bool {
	for _, p := range r.Ports {
		if number := called.port(p.Port); number == port || p.Port == strconv.Itoa(port) {
			return true
		}
	}
	return len(r.Ports) == 0
}

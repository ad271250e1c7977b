//go:build kube

package kube_test

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// admitted: the namespace lets in nothing but what Pod Security calls restricted, and
// all pods are there.
func (n *namespace) admitted() {
	must.Equal(n.t, n.kubectl("get", "namespace", n.name, "-o", `jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}`), "restricted")
	out, err := n.try(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"root"},"spec":{"containers":[{"name":"root","image":"localhost/onrecord/gateway:`+
		settings.version+`"}]}}`, "apply", "--dry-run=server", "-f", "-")
	must.True(n.t, err != nil && strings.Contains(out, `violates PodSecurity "restricted`), "a pod that may run as root: %v %s", err, out)
	for _, name := range services {
		must.True(n.t, len(n.pods(name)) >= fewest[name], "there are pods of %s: %v", name, n.pods(name))
	}
	restarted := n.kubectl("get", "pods", "-l", "app.kubernetes.io/part-of=onrecord", "-o", "jsonpath={.items[*].status.containerStatuses[*].restartCount}")
	n.t.Logf("restarts of containers: %s", restarted)
	must.Equal(n.t, strings.Trim(restarted, "0 "), "")
}

// neighbours: who has the label may connect, who has it not or lives elsewhere may
// not.
func (n *namespace) neighbours() {
	n.caller("neighbour", `{}`, false)
	elsewhere := newNamespace(n.t, "local")
	elsewhere.caller("caller", `{onrecord-client: "true"}`, false)
	of := func(suffix string) []string {
		return []string{"gateway" + suffix + ":443", "gateway-grpc" + suffix + ":50053", "statements" + suffix + ":50051", "metrics" + suffix + ":50052"}
	}
	for _, c := range []struct {
		from      *namespace
		name      string
		addresses []string
		want      func(string) bool
	}{
		{n, "caller", of(""), func(became string) bool { return became == "open" }},
		{n, "neighbour", of(""), shut},
		{elsewhere, "caller", of("." + n.name), shut},
	} {
		answers := c.from.dial(c.name, c.addresses...)
		n.t.Logf("%s/%s: %v", c.from.name, c.name, answers)
		for _, address := range c.addresses {
			must.True(n.t, c.want(answers[address]), "%s/%s to %s: %s", c.from.name, c.name, address, answers[address])
		}
	}
}

// shut says whether a policy kept a connection from being made.
func shut(became string) bool { return became == "dropped" || strings.Contains(became, "refused") }

// budgets: of two pods that are to be evicted at once one goes, the other stays.
func (n *namespace) budgets() {
	l := n.secured()
	for _, name := range services {
		n.until(name+" may lose a pod", func() bool {
			return n.kubectl("get", "pdb", name, "-o", "jsonpath={.status.disruptionsAllowed}") == "1"
		})
		pods := n.pods(name)
		out, err := n.evict(pods[0])
		must.True(n.t, err == nil, "the first pod: %s", out)
		out, err = n.evict(pods[1])
		must.True(n.t, err != nil && strings.Contains(out, "disruption budget"), "the second pod: %v %s", err, out)
		n.t.Logf("%s: one of two is evicted, then: %s", name, strings.TrimSpace(out))
		n.whole()
	}
	unnoticed(n.t, l.stop())
}

func (n *namespace) evict(pod string) (string, error) {
	return n.try(`{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"`+pod+`","namespace":"`+n.name+`"}}`,
		"create", "--raw", "/api/v1/namespaces/"+n.name+"/pods/"+pod+"/eviction", "-f", "-")
}

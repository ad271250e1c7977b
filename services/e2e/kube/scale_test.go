//go:build kube

package kube_test

import (
	"fmt"
	"time"
)

// scales has every service grow by a pod and shrink again under a load.
func (n *namespace) scales() {
	l := n.secured()
	for _, more := range []int{1, 0} {
		begun := time.Now()
		for _, name := range services {
			n.between(name, fewest[name]+more, fewest[name]+more)
		}
		for _, name := range services {
			n.until(name+" is scaled", func() bool { return n.ready(name) == fewest[name]+more && len(n.pods(name)) == fewest[name]+more })
		}
		n.t.Logf("every service has %d more than its fewest pods after %v", more, time.Since(begun).Round(time.Second))
	}
	n.ended()
	for _, name := range services {
		n.between(name, fewest[name], fewest[name]+1)
	}
	unnoticed(n.t, l.stop())
}

// between sets how many pods a service has at least and at most.
func (n *namespace) between(name string, least, most int) {
	n.t.Helper()
	n.kubectl("patch", "hpa", name, "-p", fmt.Sprintf(`{"spec":{"minReplicas":%d,"maxReplicas":%d}}`, least, most))
}

// tooMuch makes a calm load more than the gateway's pods should carry: its autoscaler
// is told to keep them at a tenth of the CPU that they request.
const tooMuch = `[{"op":"replace","path":"/spec/metrics/0/resource/target/averageUtilization","value":10}]`

// autoscales waits until a load that is too much for them has brought the gateway
// more pods than it has at least.
func (n *namespace) autoscales() {
	n.until("the gateway has as few pods as it may", func() bool {
		n.between("gateway", fewest["gateway"], fewest["gateway"])
		return n.ready("gateway") == fewest["gateway"]
	})
	n.kubectl("wait", "--for=condition=ScalingActive", "hpa/gateway", "--timeout=3m")
	l := n.secured()
	n.kubectl("patch", "hpa", "gateway", "--type=json", "-p", tooMuch)
	n.between("gateway", fewest["gateway"], fewest["gateway"]+1)
	took := n.until("the gateway has more pods", func() bool { return n.ready("gateway") > fewest["gateway"] })
	n.t.Logf("%d pods became %d after %v of load: %s", fewest["gateway"], n.ready("gateway"), took.Round(time.Second),
		n.kubectl("get", "hpa", "gateway", "-o", "jsonpath=cpu {.status.currentMetrics[0].resource.current.averageUtilization}% of the request"))
	unnoticed(n.t, l.stop())
}

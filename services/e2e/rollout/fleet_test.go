package rollout_test

import (
	"cmp"
	"net"
	"net/netip"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/dnstest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// drainDelay is longer than the 2 s after which clients have looked a name up again, so
// they know who takes over. By default it is 5 s.
const drainDelay = "2500ms"

// fleet are the replicas of one program behind a name. Each has an address of this host
// to itself, and all have the same ports, as pods do.
type fleet struct {
	t     *testing.T
	names *dnstest.Server
	// program is its name; path that of another build of it for those that start from
	// now on, if not "".
	program, path string
	// database is the argument that names it; "" of a gateway.
	database string
	// arguments are those of the replica at an address.
	arguments func(host string) []string
	// readyOnly has only those in the name that say that they are ready, as the endpoints
	// of a Service are; else those that start and stop are there, too, as in a headless one
	// for clients that ask each for its health.
	readyOnly bool
	// last is the address that was given out last: none is used again, unless a replica
	// is started again.
	last     netip.Addr
	replicas []*replica
}

type replica struct {
	*stack.Process
	address netip.Addr
}

// name is what the fleet's addresses are found by.
func (f *fleet) name() string { return f.program + ".example." }

// begin starts a replica at a new address.
func (f *fleet) begin() *replica {
	f.t.Helper()
	f.last = f.last.Next()
	r := &replica{address: f.last}
	if !f.readyOnly {
		f.names.Add(f.name(), r.address)
	}
	arguments := append([]string{"serve", "--admin-listen=", "--log-format=json", "--drain-delay=" + drainDelay}, f.arguments(r.address.String())...)
	r.Process = stack.Start(f.t, cmp.Or(f.path, f.program), stack.FreeAddress(f.t), arguments...)
	return r
}

// ready waits until a replica is, and counts it in.
func (f *fleet) ready(r *replica) {
	f.t.Helper()
	r.Ready()
	if f.readyOnly {
		f.names.Add(f.name(), r.address)
	}
	f.replicas = append(f.replicas, r)
}

// grow starts so many replicas at the same time.
func (f *fleet) grow(count int) {
	f.t.Helper()
	begun := make([]*replica, count)
	for i := range begun {
		begun[i] = f.begin()
	}
	for _, r := range begun {
		f.ready(r)
	}
}

// retire has the oldest replica end by itself.
func (f *fleet) retire() *replica {
	f.t.Helper()
	oldest := f.replicas[0]
	f.replicas = f.replicas[1:]
	if f.readyOnly {
		f.names.Remove(f.name(), oldest.address)
	}
	must.Equal(f.t, oldest.Terminate(), 0)
	if !f.readyOnly {
		f.names.Remove(f.name(), oldest.address)
	}
	return oldest
}

// replaceAtOnce starts as many replicas at other addresses, and then has all old ones end
// at the same moment: a Deployment whose maxSurge is 100%, as the services have it in
// production, because of upgrades with another schema. Clients must know the new ones by
// the time that the drain delay of the old ones ends.
func (f *fleet) replaceAtOnce() {
	f.t.Helper()
	old := len(f.replicas)
	f.grow(old)
	for _, r := range f.replicas[:old] {
		r.Interrupt()
	}
	for _, r := range f.replicas[:old] {
		must.Equal(f.t, r.Wait(), 0)
		f.names.Remove(f.name(), r.address)
	}
	f.replicas = f.replicas[old:]
}

// replace replaces one replica after the other by one at another address, which begins
// before the old one ends: a Deployment whose maxSurge is 1.
func (f *fleet) replace() {
	f.t.Helper()
	for range len(f.replicas) {
		f.grow(1)
		f.retire()
	}
}

// restart has every replica end and begin again where it was: a StatefulSet.
func (f *fleet) restart() {
	f.t.Helper()
	for range len(f.replicas) {
		r := f.retire()
		if !f.readyOnly {
			f.names.Add(f.name(), r.address)
		}
		r.Restart()
		f.ready(r)
	}
}

// kill ends the oldest replica as kill -9 does. Its address stays in the name: nobody
// was told.
func (f *fleet) kill() {
	f.t.Helper()
	f.replicas[0].Kill()
	f.replicas = f.replicas[1:]
}

// port is a port for a fleet.
func port(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(stack.FreeAddress(t))
	must.OK(t, err)
	return port
}

package dnstest_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/dnstest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestNamesAndAddressesComeAndGo(t *testing.T) {
	server := dnstest.New(t)
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.Address())
	}}
	first, second := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")
	addresses := func() []netip.Addr {
		t.Helper()
		found, err := resolver.LookupNetIP(t.Context(), "ip4", "Replicas.Example.")
		must.OK(t, err)
		slices.SortFunc(found, netip.Addr.Compare)
		return found
	}
	server.Set("replicas.example.", first)
	must.True(t, slices.Equal(addresses(), []netip.Addr{first}))
	server.Add("replicas.example.", second)
	must.True(t, slices.Equal(addresses(), []netip.Addr{first, second}))
	server.Remove("replicas.example.", first)
	must.True(t, slices.Equal(addresses(), []netip.Addr{second}))
	_, err := resolver.LookupNetIP(t.Context(), "ip4", "invented.example.")
	var unknown *net.DNSError
	must.True(t, errors.As(err, &unknown) && unknown.IsNotFound, "an unknown name was answered: %v", err)
}

package auth

import "net"

// HostOf returns the host of the address that a connection comes from, which callers
// without a credential are counted by; an address without a port is its own host.
func HostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

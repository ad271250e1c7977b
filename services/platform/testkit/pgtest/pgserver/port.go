package pgserver

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are taken from below those that systems give to outgoing connections,
// so that a server that is stopped for a while finds its own free again.
const (
	firstPort = 20000
	ports     = 12000
	portTries = 100
)

// freePort returns a loopback port that nobody listens on.
func freePort() (int, error) {
	for range portTries {
		port := firstPort + rand.IntN(ports)
		listener, err := net.Listen("tcp", Address(port))
		if err != nil {
			continue
		}
		return port, listener.Close()
	}
	return 0, errors.New("found no free port")
}

// Address returns the loopback address of a port.
func Address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

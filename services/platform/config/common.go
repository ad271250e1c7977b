package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// Log is how the program logs.
type Log struct {
	Level  string `name:"log-level" default:"info" enum:"debug,info,warn,error" help:"Least severe level that is logged: debug, info, warn or error. Records of the audit are logged at each."`
	Format string `name:"log-format" default:"" enum:",console,json" help:"Log format: console or json; by default console on a terminal, else json."`
}

// Drain is how the program stops (see package lifecycle).
type Drain struct {
	Delay   time.Duration `name:"drain-delay" default:"5s" help:"How long to go on serving after readiness is off."`
	Timeout time.Duration `name:"drain-timeout" default:"25s" help:"How long the whole stop may take, from the signal; what still runs then is ended by force."`
}

// Validate refuses a delay that leaves no time to drain.
func (d Drain) Validate() error {
	if d.Delay < 0 || d.Timeout <= d.Delay {
		return errors.New("--drain-timeout must be longer than --drain-delay, which must not be negative")
	}
	return nil
}

// HTTP is where REST and pages are served.
type HTTP struct {
	Listen string `name:"listen" default:"127.0.0.1:8080" help:"Address of the HTTP listener: REST and pages."`
}

// Listen is where everything but REST is served. The program sets the
// variables grpc_listen and admin_listen to its default addresses.
type Listen struct {
	GRPC     string `name:"grpc-listen" default:"${grpc_listen}" help:"Address of the gRPC listener."`
	Admin    string `name:"admin-listen" default:"${admin_listen}" help:"Address of the admin listener: telemetry, build info, log level; profiles on loopback only. Empty turns it off."`
	Health   string `name:"health-listen" default:"" help:"Address of a listener for probes only, in clear: /healthz, /readyz and gRPC health. Empty turns it off."`
	Insecure bool   `name:"insecure" default:"false" help:"Allow listeners that serve facts off loopback without TLS and authentication."`
}

// CheckListen refuses an address off loopback unless insecure is true. Use it
// for every listener that serves facts or telemetry without credentials.
func CheckListen(addr string, insecure bool) error {
	loopback, err := Loopback(addr)
	if err != nil {
		return err
	}
	if !loopback && !insecure {
		return fmt.Errorf("refusing to listen on %s without TLS and authentication: use a loopback address such as 127.0.0.1, or say --insecure", addr)
	}
	return nil
}

// Loopback reports whether a listener on addr (host:port) is reachable from
// this host only. An empty host listens everywhere; of names, only localhost
// is loopback.
func Loopback(addr string) (bool, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false, fmt.Errorf("address %q: want host:port: %w", addr, err)
	}
	if host == "localhost" {
		return true, nil
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback(), nil
}

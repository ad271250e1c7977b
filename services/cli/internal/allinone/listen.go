package allinone

import (
	"errors"
	"fmt"
	"net"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// listen opens every listener before any serves, so that a taken port stops the
// program at once.
func (n *node) listen() error {
	server := n.grpcServer()
	n.group.OnClose("gRPC server", func() error {
		server.Stop() // it may never have served
		return nil
	})
	admin := func(listener net.Listener) (lifecycle.Component, error) {
		loopback, err := config.Loopback(n.cfg.Admin)
		return n.group.HTTP(n.certificates.Listener(listener), n.guard.Handler(n.program.Telemetry.AdminHandler(n.program.Log, n.program.Level, loopback))), err
	}
	probes := func(listener net.Listener) (lifecycle.Component, error) {
		return lifecycle.Probes(listener, n.readiness), nil
	}
	calls := func(listener net.Listener) (lifecycle.Component, error) {
		return rpcserver.Component(server, listener, n.loop), nil
	}
	rest := func(listener net.Listener) (lifecycle.Component, error) {
		n.gateway.UseURL(n.cfg.Scheme() + "://" + listener.Addr().String())
		return n.group.HTTP(n.certificates.Listener(listener), n.gateway.Handler()), nil
	}
	var err error
	for _, one := range []struct {
		name, addr string
		component  func(net.Listener) (lifecycle.Component, error)
		bound      *net.Addr
	}{
		{"admin", n.cfg.Admin, admin, &n.adminAddr},
		{"health", n.cfg.Health, probes, new(net.Addr)},
		{"gRPC", n.cfg.GRPC, calls, &n.grpcAddr},
		{"HTTP", n.cfg.HTTP.Listen, rest, &n.httpAddr},
	} {
		if *one.bound, err = n.open(one.name, one.addr, one.component); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) open(name, addr string, component func(net.Listener) (lifecycle.Component, error)) (net.Addr, error) {
	if addr == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s listener: %w", name, err)
	}
	// A failed build closes what is open; closing what served already is no fault.
	n.group.OnClose(name+" listener", func() error {
		if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	part, err := component(listener)
	if err != nil {
		return nil, fmt.Errorf("%s listener: %w", name, err)
	}
	n.group.Add(name, part)
	n.program.Log.Info("listening", zap.String("for", name), zap.Stringer("addr", listener.Addr()))
	return listener.Addr(), nil
}

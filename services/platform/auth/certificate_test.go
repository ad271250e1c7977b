package auth_test

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/testkit/certs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// tlsServer answers each connection with the DNS names of the client's certificate.
func tlsServer(t *testing.T, settings config.Access) (address string) {
	t.Helper()
	certificates, err := auth.OpenCertificates(settings, nil)
	must.OK(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	secured := certificates.Listener(listener)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := secured.Accept()
			if err != nil {
				return
			}
			go greet(conn)
		}
	}()
	t.Cleanup(func() {
		must.OK(t, listener.Close())
		<-done
	})
	return listener.Addr().String()
}

func greet(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	secure, ok := conn.(*tls.Conn)
	if !ok || secure.Handshake() != nil {
		return
	}
	state := secure.ConnectionState()
	for _, name := range auth.NamesOf(&state) {
		_, _ = io.WriteString(conn, name+" ")
	}
}

// ask connects and reads what the server says.
func ask(address string, settings *tls.Config) (said string, serial string, err error) {
	conn, err := tls.Dial("tcp", address, settings)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = conn.Close() }()
	serial = conn.ConnectionState().PeerCertificates[0].SerialNumber.String()
	text, err := io.ReadAll(conn)
	return string(text), serial, err
}

func TestCertificatesOfClients(t *testing.T) {
	ours, theirs := certs.NewAuthority(t), certs.NewAuthority(t)
	server := ours.Issue(t, "statements")
	address := tlsServer(t, config.Access{TLSCert: server.Cert, TLSKey: server.Key, TLSClientCA: ours.File})

	client := func(pair *certs.Pair, authority *certs.Authority) *tls.Config {
		cert, key := "", ""
		if pair != nil {
			cert, key = pair.Cert, pair.Key
		}
		certificates, err := auth.OpenClientCertificates(authority.File, cert, key, nil)
		must.OK(t, err)
		return certificates.Client("localhost")
	}
	mine, stranger := ours.Issue(t, "gateway"), theirs.Issue(t, "gateway")

	said, _, err := ask(address, client(&mine, ours))
	must.OK(t, err)
	must.Equal(t, said, "gateway localhost ")

	said, _, err = ask(address, client(nil, ours))
	must.OK(t, err)
	must.Equal(t, said, "") // a client without one may show a token

	_, _, err = ask(address, client(&stranger, ours))
	must.Err(t, err)
	_, _, err = ask(address, client(&mine, theirs))
	must.Err(t, err) // the server is not one of theirs
	wrong := client(&mine, ours)
	wrong.ServerName = "metrics"
	_, _, err = ask(address, wrong)
	must.Err(t, err)
}

func TestARenewedCertificateIsShownWithoutARestart(t *testing.T) {
	authority := certs.NewAuthority(t)
	server := authority.Issue(t, "statements")
	address := tlsServer(t, config.Access{TLSCert: server.Cert, TLSKey: server.Key})
	settings := &tls.Config{RootCAs: authority.Pool(), ServerName: "localhost", MinVersion: tls.VersionTLS12}
	_, before, err := ask(address, settings)
	must.OK(t, err)
	must.OK(t, os.WriteFile(server.Cert, []byte("half a certif"), 0o600))
	_, now, err := ask(address, settings)
	must.OK(t, err)
	must.Equal(t, now, before) // while files are wrong, what was read stays in force
	authority.Renew(t, server, "statements")
	_, now, err = ask(address, settings)
	must.OK(t, err)
	must.True(t, now != before)
}

// TestAServerIsKnownByWhatItWasDialledBy: a name, or an address.
func TestAServerIsKnownByWhatItWasDialledBy(t *testing.T) {
	authority := certs.NewAuthority(t)
	for _, c := range []struct {
		names []string
		dial  string
		code  codes.Code
	}{
		{[]string{"localhost", "127.0.0.1"}, "127.0.0.1", codes.Unimplemented},
		{[]string{"localhost"}, "localhost", codes.Unimplemented},
		{[]string{"elsewhere.example"}, "127.0.0.1", codes.Unavailable},
		{[]string{"elsewhere.example"}, "localhost", codes.Unavailable},
	} {
		t.Run(c.names[0]+" by "+c.dial, func(t *testing.T) {
			pair := authority.IssueFor(t, c.names...)
			certificates, err := auth.OpenCertificates(config.Access{TLSCert: pair.Cert, TLSKey: pair.Key}, nil)
			must.OK(t, err)
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			must.OK(t, err)
			server := grpc.NewServer(certificates.ServerOptions()...)
			served := make(chan error, 1)
			go func() { served <- server.Serve(listener) }()
			t.Cleanup(func() {
				server.Stop()
				must.OK(t, <-served)
			})
			known, err := auth.OpenClientCertificates(authority.File, "", "", nil)
			must.OK(t, err)
			_, port, err := net.SplitHostPort(listener.Addr().String())
			must.OK(t, err)
			conn, err := grpc.NewClient("dns:///"+net.JoinHostPort(c.dial, port), grpc.WithTransportCredentials(known.ClientCredentials()))
			must.OK(t, err)
			t.Cleanup(func() { must.OK(t, conn.Close()) })
			err = conn.Invoke(t.Context(), "/a.Service/Method", &emptypb.Empty{}, &emptypb.Empty{})
			must.Equal(t, status.Code(err), c.code)
		})
	}
}

func TestCertificateFilesThatAreWrongStopTheStart(t *testing.T) {
	authority := certs.NewAuthority(t)
	one, other := authority.Issue(t, "one"), authority.Issue(t, "other")
	empty := write(t, "no PEM at all")
	for name, settings := range map[string]config.Access{
		"no file":              {TLSCert: "nowhere.pem", TLSKey: "nowhere.key"},
		"a key of another":     {TLSCert: one.Cert, TLSKey: other.Key},
		"authorities not PEM":  {TLSCert: one.Cert, TLSKey: one.Key, TLSClientCA: empty},
		"authorities nowhere":  {TLSCert: one.Cert, TLSKey: one.Key, TLSClientCA: "nowhere.pem"},
		"a key not to be read": {TLSCert: one.Cert, TLSKey: os.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := auth.OpenCertificates(settings, nil)
			must.Err(t, err)
		})
	}
}

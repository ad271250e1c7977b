package auth

import (
	"crypto/tls"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Listener speaks TLS on a listener; nil certificates leave it as it is.
func (c *Certificates) Listener(inner net.Listener) net.Listener {
	if c == nil {
		return inner
	}
	return tls.NewListener(inner, c.Server())
}

// ServerOptions make a gRPC server speak TLS; there are none without certificates.
func (c *Certificates) ServerOptions() []grpc.ServerOption {
	if c == nil {
		return nil
	}
	return []grpc.ServerOption{grpc.Creds(outward{credentials.NewTLS(c.Server())})}
}

// outward is TLS on every connection but those within the process.
type outward struct {
	credentials.TransportCredentials
}

// ServerHandshake implements credentials.TransportCredentials.
func (o outward) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	if conn.LocalAddr().Network() == "bufconn" {
		return insecure.NewCredentials().ServerHandshake(conn)
	}
	return o.TransportCredentials.ServerHandshake(conn)
}

// Clone implements credentials.TransportCredentials.
func (o outward) Clone() credentials.TransportCredentials {
	return outward{o.TransportCredentials.Clone()}
}

// ClientCredentials are the those of connections to other services: TLS with
// the certificates, in clear for nil ones.
func (c *Certificates) ClientCredentials() credentials.TransportCredentials {
	if c == nil {
		return insecure.NewCredentials()
	}
	return credentials.NewTLS(c.Client(""))
}

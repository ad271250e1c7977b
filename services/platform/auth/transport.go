package auth

import (
	"context"
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

// ClientCredentials are those of gRPC connections to other services: TLS, or in
// clear for nil certificates.
func (c *Certificates) ClientCredentials() credentials.TransportCredentials {
	if c == nil {
		return insecure.NewCredentials()
	}
	return renewed{credentials.NewTLS(c.Client("")), c}
}

// renewed takes what the files say at each handshake. The authority of the
// connection, a name or an address, is what the server's certificate must be for.
type renewed struct {
	credentials.TransportCredentials
	certificates *Certificates
}

// ClientHandshake implements credentials.TransportCredentials.
func (r renewed) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return credentials.NewTLS(r.certificates.Client("")).ClientHandshake(ctx, authority, conn)
}

// Clone implements credentials.TransportCredentials.
func (r renewed) Clone() credentials.TransportCredentials {
	return renewed{r.TransportCredentials.Clone(), r.certificates}
}

package lifecycle

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// connectionAge is how long a client keeps a connection, give or take a tenth, before
// it is asked to come back on a new one: where something balances connections, new
// replicas get their share. It is that of gRPC connections.
const connectionAge = 30 * time.Second

type clientKey struct{}

// client is what the context of a request says of its connection.
type client struct {
	old        time.Time   // when it is too old
	connection *connection // nil for one that takes no heads
}

// renewing has a server end connections between two requests, never under one: with
// the answer to the first request after the connection is too old, or after stopping
// is closed, which says so in its header. Closing one that a client just sends a
// request on would lose that request.
func renewing(server *http.Server, stopping <-chan struct{}) {
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		const tenth = connectionAge / 10
		age := connectionAge - tenth + rand.N(2*tenth)
		plain, _ := conn.(*connection)
		return context.WithValue(ctx, clientKey{}, &client{time.Now().Add(age), plain})
	}
	inner := server.Handler
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		of, _ := r.Context().Value(clientKey{}).(*client)
		if isClosed(stopping) || time.Now().After(of.old) {
			w = &lastAnswer{ResponseWriter: w}
		}
		inner.ServeHTTP(w, r)
	})
}

func isClosed(stopping <-chan struct{}) bool {
	select {
	case <-stopping:
		return true
	default:
		return false
	}
}

// lastAnswer is the last one on its connection: over HTTP/1.1 by its header, over
// HTTP/2, where net/http makes a GOAWAY of that, as soon as those under way have
// ended. The header is set when the answer begins, so that who keeps answers does not
// keep it.
type lastAnswer struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader implements http.ResponseWriter.
func (l *lastAnswer) WriteHeader(code int) {
	l.begin()
	l.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (l *lastAnswer) Write(data []byte) (int, error) {
	l.begin()
	return l.ResponseWriter.Write(data)
}

// Unwrap lets http.ResponseController reach the connection.
func (l *lastAnswer) Unwrap() http.ResponseWriter { return l.ResponseWriter }

func (l *lastAnswer) begin() {
	if !l.begun {
		l.begun = true
		l.Header().Set("Connection", "close")
	}
}

package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// maxHeaderBytes is how long the request line and headers of a request may be
// together; net/http itself answers more with 431. It holds a query of 1,000
// resource names of the greatest length.
const maxHeaderBytes = 128 << 10

// HTTP makes a component of an HTTP handler on a listener, for this group. Slow clients cannot
// hold connections open: headers must arrive within 5 s, a body within 1 min, the
// answer must be taken within 3 min of the headers, and idle connections end after
// 2 min. A handler of something longer, such as a stream of events, moves its
// deadlines with http.ResponseController.
//
// A client is asked to leave its connection after about 30 s, so that new replicas
// get their share, and once the group stops, so that none sends a request on a
// connection that just ends.
func (g *Group) HTTP(listener net.Listener, handler http.Handler) Component {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      3 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(&connectionLog{g.opts.Log}, "", 0),
	}
	renewing(server, g.stopping)
	return HTTPServer(server, headed{listener})
}

// connectionLog receives what net/http has to say, mostly that a client went away in the
// middle of a TLS handshake: nothing to be woken for. A handler that panics is.
type connectionLog struct{ log *zap.Logger }

// Write implements io.Writer.
func (l *connectionLog) Write(line []byte) (int, error) {
	level := zap.DebugLevel
	if bytes.HasPrefix(line, []byte("http: panic")) {
		level = zap.ErrorLevel
	}
	l.log.Log(level, string(bytes.TrimSpace(line)))
	return len(line), nil
}

// HTTPServer makes a component of a server with timeouts of its own.
func HTTPServer(server *http.Server, listener net.Listener) Component {
	return Component{
		Serve: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		Stop: func(ctx context.Context) error {
			if err := server.Shutdown(ctx); err != nil {
				return errors.Join(err, server.Close())
			}
			return nil
		},
	}
}

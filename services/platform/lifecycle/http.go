package lifecycle

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// maxHeaderBytes is how long the request line and headers of a request may be
// together; net/http itself answers more with 431. It holds a query of 1,000
// resource names of the greatest length.
const maxHeaderBytes = 128 << 10

// HTTP makes a component of an HTTP handler on a listener. Slow clients cannot
// hold connections open: headers must arrive within 5 s, a body within 1 min, the
// answer must be taken within 3 min of the headers, and idle connections end after
// 2 min. A handler of something longer, such as a stream of events, moves its
// deadlines with http.ResponseController.
func HTTP(listener net.Listener, handler http.Handler) Component {
	return HTTPServer(&http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      3 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
	}, listener)
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

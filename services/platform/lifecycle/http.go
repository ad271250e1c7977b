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
// hold connections open: headers must arrive within 5 s and idle connections
// end after 2 min. There is no write timeout, because event streams and
// profiles are long; handlers set their own deadlines.
func HTTP(listener net.Listener, handler http.Handler) Component {
	return HTTPServer(&http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       60 * time.Second,
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

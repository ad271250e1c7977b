package lifecycle

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

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
		MaxHeaderBytes:    128 << 10,
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

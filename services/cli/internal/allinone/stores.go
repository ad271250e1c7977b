package allinone

import (
	"context"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// stores opens both stores and brings them up to date, which may take long: the signal
// ends it.
func (n *node) stores(signal context.Context) lifecycle.Component {
	return lifecycle.Component{Serve: func(ctx context.Context) error {
		opening, cancel := context.WithCancel(ctx)
		defer context.AfterFunc(signal, cancel)()
		defer cancel()
		switch err := n.openStores(opening); {
		case err == nil:
			close(n.opened)
		case opening.Err() == nil || !isEnded(err):
			return err // of an opening that the signal did not end, even if it came meanwhile
		}
		<-ctx.Done()
		return nil
	}}
}

// isEnded reports whether an error may be that of a context that ended: SQLite only says
// that it was interrupted.
func isEnded(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.Canceled || kind == errs.DeadlineExceeded
}

func (n *node) openStores(ctx context.Context) error {
	if err := n.statements.Open(ctx); err != nil {
		return fmt.Errorf("statements: %w", err)
	}
	if err := n.metrics.Open(ctx); err != nil {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}

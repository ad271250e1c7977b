package embargo

import (
	"context"
	"errors"
	"time"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// Step does a bounded part of some work and says whether there may be more to do.
type Step func(ctx context.Context) (more bool, err error)

// Upkeep is the background work of a service that ends embargoes: a step of that at each
// SweepInterval, and one of the rest of its upkeep at each longer interval. failed gets an
// error, of several within the longer interval the first.
func Upkeep(end, rest Step, interval time.Duration, failed func(error)) lifecycle.Component {
	var stepped, told time.Time // the last step of the rest that found nothing more to do, the last error that was told
	step := func(ctx context.Context) (more bool, err error) {
		more, err = end(ctx)
		if more || time.Since(stepped) < interval {
			return more, err
		}
		more, other := rest(ctx)
		if !more {
			stepped = time.Now()
		}
		if err != nil && other != nil && other.Error() == err.Error() {
			other = nil // one fault that both met, such as a store that cannot be reached
		}
		return more, errors.Join(err, other)
	}
	return lifecycle.Every(SweepInterval, step, func(err error) {
		if time.Since(told) >= interval {
			told = time.Now()
			failed(err)
		}
	})
}

package pgdb

import (
	"sync/atomic"
	"time"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
)

// fullFor is how long a write that found no room says something about the next one. A
// client cannot ask the server how much room it has, so without another write it is not
// known any more.
const fullFor = time.Minute

// room is what the last write says of the disk.
type room struct {
	refused atomic.Pointer[time.Time] // nil if a write was committed since
}

// note keeps what the answers to a batch, in their order, say of the disk.
func (r *room) note(answers []outcome, now time.Time) {
	for _, a := range answers {
		switch {
		case a.err == nil && a.job.wrote:
			r.refused.Store(nil)
		case errs.ReasonOf(a.err) == reasonFull:
			r.refused.Store(&now)
		}
	}
}

// check is health.Degraded if the last write found no room, not long ago.
func (r *room) check(now time.Time) error {
	refused := r.refused.Load()
	if refused == nil || now.Sub(*refused).Abs() >= fullFor {
		return nil
	}
	return health.Degraded(errFull())
}

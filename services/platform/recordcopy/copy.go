package recordcopy

import (
	"context"
	"fmt"
	"slices"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// DefaultPage is how many changes are read, and written in one commit, at a time.
const DefaultPage = 200

// Service is how the record of a service is read from one store and written to
// another. C is one change.
type Service[C any] struct {
	// Changes reads up to limit changes after a place, none later than upTo, in
	// order; none only at the end.
	Changes func(conn recorddb.Conn, after changefeed.Place, upTo recordtime.Time, limit int) ([]C, error)
	// Place is where a change stands.
	Place func(C) changefeed.Place
	// Put puts the changes of one transaction on record at the record time of tx.
	Put func(tx recorddb.Tx, changes []C) error
	// Kinds are what is compared.
	Kinds []Kind
}

// Options are the settings of a copy. The zero value copies everything.
type Options struct {
	// Until is the last record time that is copied: the copy is the record as it
	// stood then. 0 means all there is when the copy begins.
	Until recordtime.Time
	// Page overrides DefaultPage.
	Page int
	// Progress, if set, is told after every commit how far the copy is.
	Progress func(Progress)
}

// Progress is how far a copy is.
type Progress struct {
	// Changes are those written by this run.
	Changes int
	// At is the record time up to which the target has everything.
	At recordtime.Time
}

// Report is what a copy did.
type Report struct {
	// From is the record time after which this run continued, 0 at the beginning;
	// To the one up to which source and target are now the same.
	From, To recordtime.Time
	// Changes are those written by this run.
	Changes int
	// Kinds are what both sides have, in the order of the service.
	Kinds []Sum
}

// Run copies what the target has not, and compares all of it. The target is
// empty, or holds the beginning of the source's record and nothing else, as an
// interrupted or an earlier copy leaves it; nobody else writes to it. What the
// source records meanwhile is not copied.
//
// Errors: FAILED_PRECONDITION, reason COPY_TARGET_DIFFERS, when the target has
// anything else: nothing is written then. INTERNAL, reason COPY_DIFFERS, when the
// two differ in the end. Those of the databases.
func Run[C any](
	ctx context.Context, from recorddb.Database, to recorddb.Restorer, service Service[C], options Options,
) (report Report, err error) {
	c := &run[C]{from: from, to: to, service: service, options: options}
	if c.options.Page < 1 {
		c.options.Page = DefaultPage
	}
	if report.From, report.To, err = c.limits(ctx); err != nil {
		return report, err
	}
	if err := c.checkBeginning(ctx, report.From); err != nil {
		return report, err
	}
	if report.From < report.To {
		err = c.replay(ctx, report.From, report.To)
		report.Changes = c.written
		if err != nil {
			return report, err
		}
	}
	var difference string
	report.Kinds, difference, err = compare(ctx, from, to, service.Kinds, report.To)
	if err == nil && difference != "" {
		err = errs.New(errs.Internal, "COPY_DIFFERS", "the copy differs from its source: %s", difference)
	}
	return report, err
}

type run[C any] struct {
	from    recorddb.Database
	to      recorddb.Restorer
	service Service[C]
	options Options
	written int // changes
}

// limits says how far the target is and how far it shall be.
func (c *run[C]) limits(ctx context.Context) (have, upTo recordtime.Time, err error) {
	source, err := c.from.Present(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("source: %w", err)
	}
	upTo = source.Written
	if c.options.Until != 0 {
		upTo = min(upTo, c.options.Until)
	}
	target, err := c.to.Present(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("target: %w", err)
	}
	if target.Written > upTo {
		return 0, 0, errTargetDiffers("its record goes to %s, and what is to be copied ends at %s", target.Written, upTo)
	}
	return target.Written, upTo, nil
}

// checkBeginning refuses a target that holds anything but the beginning of the
// source's record.
func (c *run[C]) checkBeginning(ctx context.Context, have recordtime.Time) error {
	_, difference, err := compare(ctx, c.from, c.to, c.service.Kinds, have)
	if err == nil && difference != "" {
		err = errTargetDiffers("up to %s, where its record ends, %s", have, difference)
	}
	return err
}

func errTargetDiffers(format string, args ...any) *errs.Error {
	return errs.New(errs.FailedPrecondition, "COPY_TARGET_DIFFERS",
		"the target is neither empty nor the beginning of a copy of this source: "+format, args...)
}

// replay writes the changes after have, page by page, and what the source keeps
// about writes with the last of them.
func (c *run[C]) replay(ctx context.Context, have, upTo recordtime.Time) error {
	after := changefeed.Through(have)
	var pending []C // the last transaction may go on in the next page
	for {
		var page []C
		err := c.from.Read(ctx, func(conn recorddb.Conn) (err error) {
			page, err = c.service.Changes(conn, after, upTo, c.options.Page)
			return err
		})
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if len(page) == 0 {
			return c.write(ctx, pending, upTo, true)
		}
		after = c.service.Place(page[len(page)-1])
		pending = append(pending, page...)
		whole := c.wholeTransactions(pending)
		if whole == 0 {
			continue
		}
		if err := c.write(ctx, pending[:whole], c.service.Place(pending[whole-1]).Time, false); err != nil {
			return err
		}
		pending = append([]C(nil), pending[whole:]...)
	}
}

// wholeTransactions counts the changes before those of the last transaction.
func (c *run[C]) wholeTransactions(changes []C) int {
	last := c.service.Place(changes[len(changes)-1]).Time
	count := len(changes) - 1
	for count > 0 && c.service.Place(changes[count-1]).Time == last {
		count--
	}
	return count
}

// firstTransaction is the changes of the first transaction.
func (c *run[C]) firstTransaction(changes []C) []C {
	first := c.service.Place(changes[0]).Time
	end := slices.IndexFunc(changes, func(change C) bool { return c.service.Place(change).Time != first })
	if end < 0 {
		return changes
	}
	return changes[:end:end]
}

// write commits changes, so that the target's record goes to at; in the end with
// what the source keeps about writes.
func (c *run[C]) write(ctx context.Context, changes []C, at recordtime.Time, end bool) error {
	var writes []recorddb.Past
	for start := 0; start < len(changes); {
		one := c.firstTransaction(changes[start:])
		start += len(one)
		writes = append(writes, recorddb.Past{At: c.service.Place(one[0]).Time, Fn: func(tx recorddb.Tx) error { return c.service.Put(tx, one) }})
	}
	if end {
		writes = withWork(writes, at, func(tx recorddb.Tx) error { return copyWork(ctx, c.from, tx, at) })
	}
	if err := c.to.WriteAt(ctx, writes); err != nil {
		return fmt.Errorf("target: %w", err)
	}
	c.written += len(changes)
	if c.options.Progress != nil {
		c.options.Progress(Progress{Changes: c.written, At: at})
	}
	return nil
}

// withWork adds a write at a time, which the last write may have already.
func withWork(writes []recorddb.Past, at recordtime.Time, work func(recorddb.Tx) error) []recorddb.Past {
	n := len(writes)
	if n == 0 || writes[n-1].At < at {
		return append(writes, recorddb.Past{At: at, Fn: work})
	}
	changes := writes[n-1].Fn
	writes[n-1].Fn = func(tx recorddb.Tx) error {
		if err := changes(tx); err != nil {
			return err
		}
		return work(tx)
	}
	return writes
}

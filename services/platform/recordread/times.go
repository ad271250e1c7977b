package recordread

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// Extent is how far a record goes.
type Extent interface {
	// Settled is up to when this process knows that nothing can still be recorded.
	Settled() recordtime.Time
	// Present asks how far the record goes.
	Present(ctx context.Context) (recordtime.Present, error)
}

// At returns the record time to read at, and tells the caller up to when the record is
// settled. Without a read time it is that of the newest write. The error may end the call
// as it is: see rpcserver.FromState.
func At(ctx context.Context, record Extent, readTime *timestamppb.Timestamp) (recordtime.Time, error) {
	if readTime == nil {
		present, err := ask(ctx, record)
		if err == nil {
			err = rpcserver.FromState(ctx, present.Written.Time())
		}
		return present.Written, err
	}
	at, err := parse(readTime)
	if err != nil {
		return 0, err
	}
	return at, settled(ctx, record, "read_time", at)
}

func parse(readTime *timestamppb.Timestamp) (recordtime.Time, error) {
	if err := readTime.CheckValid(); err != nil {
		return 0, errs.Invalid("read_time", "INVALID_TIMESTAMP", "%s", err.Error())
	}
	return recordtime.FromTime(readTime.AsTime()), nil
}

// settled refuses a time, in a field, at which something may still be recorded. Only for a
// time that is newer than what this process knows to be settled is the record asked.
func settled(ctx context.Context, record Extent, field string, at recordtime.Time) error {
	if known := record.Settled(); at <= known {
		rpcserver.SetSettled(ctx, known.Time())
		return nil
	}
	present, err := ask(ctx, record)
	if err != nil || at <= present.Settled {
		return err
	}
	return errs.Invalid(field, "READ_TIME_NOT_SETTLED",
		"the record is settled up to %s: what stood at a later time is not yet certain", present.Settled).
		With("settled_time", present.Settled.String())
}

// ask asks how far the record goes, and tells the caller.
func ask(ctx context.Context, record Extent) (recordtime.Present, error) {
	present, err := record.Present(ctx)
	if err == nil {
		rpcserver.SetSettled(ctx, present.Settled.Time())
	}
	return present, err
}

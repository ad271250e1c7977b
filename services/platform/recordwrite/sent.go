package recordwrite

import (
	"cmp"
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fingerprint"
)

const (
	// SentKey is metadata of a write that somebody completed on its way with what stands
	// now: the fingerprint of what its author sent. Sent again it is completed with what
	// stands then, and is the same write.
	SentKey = "onrecord-sent"
	// OnlyAgainKey is metadata of a write that is not to be done, only answered if it was.
	OnlyAgainKey = "onrecord-only-again"
	// AgainKey is the header of the answer, or error, to such a call if the write was done.
	AgainKey = "onrecord-again"
)

// Sent returns the context of a call that sends on a write which may have been completed,
// by what its author sent.
func Sent(ctx context.Context, author Message) (context.Context, error) {
	sum, err := fingerprint.Of(author, never...)
	if err != nil {
		return nil, err
	}
	return metadata.AppendToOutgoingContext(ctx, SentKey, sum), nil
}

// OnlyAgain calls a method with a write that is not to be done, and reports whether it was
// done before: only then do answer and error say anything of it. The request must be one
// that is only tried (validate_only): a service of an older release, which does not know
// that it is asked no more than this, then writes nothing either.
func OnlyAgain(ctx context.Context, call func(ctx context.Context, header grpc.CallOption) error) (done bool, err error) {
	var header metadata.MD
	err = call(metadata.AppendToOutgoingContext(ctx, OnlyAgainKey, "true"), grpc.Header(&header))
	return len(header.Get(AgainKey)) > 0, err
}

// sentOf is what a call says that the author of its write sent, "" if it does not.
func sentOf(ctx context.Context) string {
	const hexSHA256 = 64
	sent := metadata.ValueFromIncomingContext(ctx, SentKey)
	if len(sent) != 1 || len(sent[0]) != hexSHA256 {
		return ""
	}
	return sent[0]
}

// onlyAgain ends a call that asks for no more than whether a write was done.
func onlyAgain(ctx context.Context, id string, done bool) error {
	switch {
	case len(metadata.ValueFromIncomingContext(ctx, OnlyAgainKey)) == 0:
		return nil
	case done:
		return cmp.Or(ctx.Err(), grpc.SetHeader(ctx, metadata.Pairs(AgainKey, "true"))) // of a caller who left, no fault
	default:
		return errs.New(errs.FailedPrecondition, "REQUEST_NOT_DONE", "nothing was done under the id %q", id).NotWritten()
	}
}

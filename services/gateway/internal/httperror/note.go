package httperror

import (
	"context"

	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Note is what a request remembers of the error that it was answered with: for its line in
// the log, so only words of closed sets.
type Note struct {
	Reason string
	// Service is the one of the two services whose fault it is, "" if it is neither's.
	Service string
	// ErrorID is what an internal error is logged under.
	ErrorID string
}

// NoteKey is what the context of a request has its *Note under.
type NoteKey struct{}

// NoteIn notes the error that a request is answered with.
func NoteIn(ctx context.Context, answered *status.Status) {
	if note, ok := ctx.Value(NoteKey{}).(*Note); ok {
		info := errs.Info(answered)
		*note = Note{Reason: info.GetReason(), Service: info.GetMetadata()["service"], ErrorID: errs.ErrorID(answered)}
	}
}

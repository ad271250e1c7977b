package rest

import (
	"context"
	"errors"
	"regexp"
	"strconv"

	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// translate turns the error of a call into the one that a REST client sees. What gets its id
// here is logged here, but for what ended with the client: one that came with an error is in the
// log of whoever made it.
func (h *Handler) translate(ctx context.Context, err error) error {
	came, isStatus := status.FromError(err)
	if isStatus && came.Code() == codes.InvalidArgument && errs.Info(came) == nil {
		// Made by the conversion, not by a service: its text is Go's, and the strict
		// checks should have been before it.
		h.log.Warn("the strict checks let pass what cannot be converted", zap.String("request_id", caller.RequestID(ctx)))
		return errs.New(errs.InvalidArgument, "MALFORMED_REQUEST", "the request cannot be read")
	}
	translated := errs.ToStatus(err)
	if id := errs.ErrorID(translated); id != "" && id != errs.ErrorID(came) && !(ctx.Err() != nil && errors.Is(err, context.Canceled)) {
		h.log.Error("call failed",
			zap.String(errs.ErrorIDKey, id), zap.String("request_id", caller.RequestID(ctx)), zap.Error(err))
	}
	return errs.RenameFields(translated, editsOf(ctx).jsonPath).Err()
}

// updatePath is a path of an update mask.
var updatePath = regexp.MustCompile(`^update_mask\.paths\[([0-9]+)\]$`)

// jsonPath turns a path of proto field names into what a REST client wrote: a
// mask is one text, or follows from the fields of the body.
func (e *edits) jsonPath(path string) string {
	at := updatePath.FindStringSubmatch(path)
	if at == nil {
		return camelPath(path)
	}
	if i, err := strconv.Atoi(at[1]); err == nil && e != nil && e.implied && i < len(e.mask) {
		resource := e.op.bodyField
		if e.op.masked != nil {
			resource = string(e.op.masked.Name())
		}
		return camelPath(errs.JoinPath(resource, e.mask[i]))
	}
	return "updateMask"
}

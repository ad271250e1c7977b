package rest

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// translate turns the error of a call into the one that a REST client sees.
func (h *Handler) translate(ctx context.Context, err error) error {
	st, isStatus := status.FromError(err)
	switch {
	case isStatus && errs.Info(st) != nil:
		return editsOf(ctx).camelStatus(st).Err()
	case isStatus && st.Code() == codes.InvalidArgument:
		// Made by the conversion, not by a service: its text is Go's, and the strict
		// checks should have been before it.
		h.log.Warn("the strict checks let pass what cannot be converted", zap.String("request_id", caller.RequestID(ctx)))
		return errs.New(errs.InvalidArgument, "MALFORMED_REQUEST", "the request cannot be read")
	}
	translated := errs.ToStatus(err)
	if id := errs.ErrorID(translated); id != "" && !errors.Is(err, context.Canceled) {
		h.log.Error("call failed",
			zap.String(errs.ErrorIDKey, id), zap.String("request_id", caller.RequestID(ctx)), zap.Error(err))
	}
	return translated.Err()
}

// camelStatus writes the field paths of a status as they are in JSON: those of
// the violations, and the first one at the start of the message.
func (e *edits) camelStatus(st *status.Status) *status.Status {
	out := status.New(st.Code(), e.camelMessage(st))
	for _, detail := range st.Details() {
		message, ok := detail.(proto.Message)
		if !ok {
			continue // of a type that this program does not know
		}
		if bad, isBad := message.(*errdetails.BadRequest); isBad {
			message = e.camelViolations(bad)
		}
		if with, err := out.WithDetails(protoadapt.MessageV1Of(message)); err == nil {
			out = with
		}
	}
	return out
}

func (e *edits) camelViolations(bad *errdetails.BadRequest) *errdetails.BadRequest {
	out := &errdetails.BadRequest{}
	for _, v := range bad.GetFieldViolations() {
		out.FieldViolations = append(out.FieldViolations, &errdetails.BadRequest_FieldViolation{
			Field: e.jsonPath(v.GetField()), Description: v.GetDescription(), Reason: v.GetReason(),
			LocalizedMessage: v.GetLocalizedMessage(),
		})
	}
	return out
}

// camelMessage returns the message, which starts with the path of the first
// violation if there is one (errs.Invalid).
func (e *edits) camelMessage(st *status.Status) string {
	for _, detail := range st.Details() {
		bad, ok := detail.(*errdetails.BadRequest)
		if !ok || len(bad.GetFieldViolations()) == 0 {
			continue
		}
		field := bad.GetFieldViolations()[0].GetField()
		if rest, starts := strings.CutPrefix(st.Message(), field+": "); starts && field != "" {
			return e.jsonPath(field) + ": " + rest
		}
	}
	return st.Message()
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

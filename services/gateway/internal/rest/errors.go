package rest

import (
	"context"
	"errors"

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
		return camelStatus(st).Err()
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

// camelStatus writes the field paths of a status as they are in JSON.
func camelStatus(st *status.Status) *status.Status {
	out := status.New(st.Code(), st.Message())
	for _, detail := range st.Details() {
		message, ok := detail.(proto.Message)
		if !ok {
			continue // of a type that this program does not know
		}
		if bad, isBad := message.(*errdetails.BadRequest); isBad {
			message = camelViolations(bad)
		}
		if with, err := out.WithDetails(protoadapt.MessageV1Of(message)); err == nil {
			out = with
		}
	}
	return out
}

func camelViolations(bad *errdetails.BadRequest) *errdetails.BadRequest {
	out := &errdetails.BadRequest{}
	for _, v := range bad.GetFieldViolations() {
		out.FieldViolations = append(out.FieldViolations, &errdetails.BadRequest_FieldViolation{
			Field: camelPath(v.GetField()), Description: v.GetDescription(), Reason: v.GetReason(),
			LocalizedMessage: v.GetLocalizedMessage(),
		})
	}
	return out
}

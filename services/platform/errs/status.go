package errs

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"maps"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
)

const (
	// Domain is ErrorInfo.domain of every error that onrecord makes.
	Domain = "onrecord.dev"
	// ErrorIDKey is the ErrorInfo metadata key of the id that an internal error
	// is logged under.
	ErrorIDKey = "error_id"
	// ProgressKey is the ErrorInfo metadata key of how far it is with what an error waits
	// for. Probes show it.
	ProgressKey = "progress"
)

// ToStatus translates any error into the status that a caller sees. It is OK
// for nil; every other status has an ErrorInfo.
//
// An error that nobody foresaw, and every Internal one, becomes INTERNAL with
// an ErrorInfo that has an id and no other detail; whoever sends it logs the
// cause under ErrorID. A
// status received from another onrecord service passes unchanged; one made by
// gRPC itself is given a reason and loses text that may name hosts.
func ToStatus(err error) *status.Status {
	own, st := judge(err)
	if own != nil {
		return own.status()
	}
	return st
}

// judge returns what ToStatus translates err as: the Error that it is or becomes, which has
// err for its cause then, or the status that it carries and that passes unchanged.
func judge(err error) (own *Error, received *status.Status) {
	if err == nil {
		return nil, status.New(codes.OK, "")
	}
	if errors.As(err, &own) {
		return own, nil
	}
	if st := statusIn(err); st != nil {
		if Info(st) != nil {
			return nil, st
		}
		return foreign(st).Wrap(err), nil
	}
	// Context errors come after statuses: a status made from one says more.
	switch {
	case errors.Is(err, context.Canceled):
		return New(Canceled, "", "the caller gave up the call").Wrap(err), nil
	case errors.Is(err, context.DeadlineExceeded):
		return New(DeadlineExceeded, "", "the call did not end before its deadline").Wrap(err), nil
	}
	return (&Error{Kind: Internal}).Wrap(err), nil
}

// Info returns the ErrorInfo of a status, nil when it has none.
func Info(st *status.Status) *errdetails.ErrorInfo {
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	return nil
}

// ErrorID returns the id of an internal error, "" for any other status.
func ErrorID(st *status.Status) string { return Info(st).GetMetadata()[ErrorIDKey] }

// RetryDelay returns how long a status asks to wait at least before the call is made again
// (RetryInfo): never negative, and false if it does not say.
func RetryDelay(st *status.Status) (delay time.Duration, said bool) {
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok && info.GetRetryDelay().IsValid() {
			return max(info.GetRetryDelay().AsDuration(), 0), true
		}
	}
	return 0, false
}

// status builds the status of an Error: the table, then the details.
func (e *Error) status() *status.Status {
	row, ok := table[e.Kind]
	if !ok {
		row = table[Internal]
	}
	if row.code == codes.Internal {
		id := newErrorID()
		hidden := &Error{Message: "internal error, id " + id, Metadata: maps.Clone(e.Metadata)}
		return hidden.With(ErrorIDKey, id).fitted(row.code, cmp.Or(e.Reason, row.reason))
	}
	return e.fitted(row.code, cmp.Or(e.Reason, row.reason))
}

// statusIn returns the gRPC status that an error carries, nil for none.
func statusIn(err error) *status.Status {
	var carrier interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &carrier) {
		return nil
	}
	st := carrier.GRPCStatus()
	if st.Code() == codes.OK {
		return nil
	}
	return st
}

// foreign is the error of a status that gRPC itself made.
func foreign(st *status.Status) *Error {
	kind, known := kindOfCode[st.Code()]
	if !known {
		kind = Internal
	}
	translated := New(kind, "", "%s", st.Message())
	switch kind {
	case Unavailable:
		translated.Message = "a service that this answer needs is unavailable"
	case DeadlineExceeded:
		translated.Message = "a service that this answer needs did not answer in time"
	default:
	}
	for _, detail := range st.Details() {
		if message, ok := detail.(proto.Message); ok {
			_ = translated.Detail(message)
		}
	}
	return translated
}

// withDetails attaches details. A detail that cannot be packed is left out:
// losing it is better than losing the error.
func withDetails(st *status.Status, details ...proto.Message) *status.Status {
	for _, detail := range details {
		if with, err := st.WithDetails(protoadapt.MessageV1Of(detail)); err == nil {
			st = with
		}
	}
	return st
}

// newErrorID returns 16 random hexadecimal digits.
func newErrorID() string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand.Read ends the process instead
	return hex.EncodeToString(id[:])
}

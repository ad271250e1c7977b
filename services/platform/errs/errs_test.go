package errs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestToStatusTable(t *testing.T) {
	kinds := []struct {
		kind   errs.Kind
		code   codes.Code
		reason string
	}{
		{errs.Internal, codes.Internal, "INTERNAL"},
		{errs.InvalidArgument, codes.InvalidArgument, "INVALID_REQUEST"},
		{errs.NotFound, codes.NotFound, "NOT_FOUND"},
		{errs.AlreadyExists, codes.AlreadyExists, "ALREADY_EXISTS"},
		{errs.FailedPrecondition, codes.FailedPrecondition, "FAILED_PRECONDITION"},
		{errs.Aborted, codes.Aborted, "ABORTED"},
		{errs.ResourceExhausted, codes.ResourceExhausted, "RESOURCE_EXHAUSTED"},
		{errs.Unavailable, codes.Unavailable, "UNAVAILABLE"},
		{errs.DeadlineExceeded, codes.DeadlineExceeded, "DEADLINE_EXCEEDED"},
		{errs.Canceled, codes.Canceled, "CANCELLED"},
		{errs.Unauthenticated, codes.Unauthenticated, "UNAUTHENTICATED"},
		{errs.PermissionDenied, codes.PermissionDenied, "PERMISSION_DENIED"},
		{errs.Unimplemented, codes.Unimplemented, "UNIMPLEMENTED"},
		{errs.Kind(99), codes.Internal, "INTERNAL"},
	}
	for _, tt := range kinds {
		t.Run(tt.reason, func(t *testing.T) {
			st := errs.ToStatus(fmt.Errorf("while reading: %w", errs.New(tt.kind, "", "what happened")))
			must.Equal(t, st.Code(), tt.code)
			must.Equal(t, errs.Info(st).GetReason(), tt.reason)
			must.Equal(t, errs.Info(st).GetDomain(), "onrecord.dev")
			own := errs.ToStatus(errs.New(tt.kind, "OWN_REASON", "what happened"))
			must.Equal(t, errs.Info(own).GetReason(), "OWN_REASON")
			if tt.code != codes.Internal {
				must.Equal(t, st.Message(), "what happened")
				must.Equal(t, errs.KindOf(st.Err()), tt.kind)
			}
		})
	}
}

func TestToStatusOfOtherErrors(t *testing.T) {
	tests := map[string]struct {
		err    error
		code   codes.Code
		reason string
	}{
		"unknown":        {errors.New("disk /dev/sda1 on fire"), codes.Internal, "INTERNAL"},
		"cancelled":      {fmt.Errorf("query: %w", context.Canceled), codes.Canceled, "CANCELLED"},
		"deadline":       {fmt.Errorf("query: %w", context.DeadlineExceeded), codes.DeadlineExceeded, "DEADLINE_EXCEEDED"},
		"bare status":    {status.Error(codes.NotFound, "no such thing"), codes.NotFound, "NOT_FOUND"},
		"out of range":   {status.Error(codes.OutOfRange, "too far"), codes.InvalidArgument, "INVALID_REQUEST"},
		"unknown code":   {status.Error(codes.Unknown, "10.0.0.7 said no"), codes.Internal, "INTERNAL"},
		"no connection":  {status.Error(codes.Unavailable, "dial tcp 10.0.0.7:50051: refused"), codes.Unavailable, "UNAVAILABLE"},
		"remote timeout": {status.Error(codes.DeadlineExceeded, "host 10.0.0.7"), codes.DeadlineExceeded, "DEADLINE_EXCEEDED"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			st := errs.ToStatus(tt.err)
			must.Equal(t, st.Code(), tt.code)
			must.Equal(t, errs.Info(st).GetReason(), tt.reason)
			for _, secret := range []string{"10.0.0.7", "sda1", "query"} {
				must.False(t, strings.Contains(st.Message(), secret), "message leaks %q: %s", secret, st.Message())
			}
		})
	}
	must.Equal(t, errs.ToStatus(nil).Code(), codes.OK)
}

func TestInternalHasAnIDAndHidesItsMessage(t *testing.T) {
	err := errs.New(errs.Internal, "CORRUPT", "row 7 of table secrets").Wrap(errors.New("checksum")).
		Field("row", "7").About("table", "secrets").Detail(&errdetails.DebugInfo{Detail: "row 7"})
	st := errs.ToStatus(err)
	must.Equal(t, len(st.Details()), 1)
	id := errs.ErrorID(st)
	must.Equal(t, len(id), 16)
	must.Equal(t, st.Message(), "internal error, id "+id)
	must.Equal(t, errs.ReasonOf(err), "CORRUPT")
	must.Contains(t, err.Error(), "row 7 of table secrets: checksum")
	must.NotEqual(t, errs.ErrorID(errs.ToStatus(err)), id)
}

func TestStatusFromAnotherServicePassesUnchanged(t *testing.T) {
	remote := errs.ToStatus(errs.Invalid("filter", "BAD_FILTER", "no field %q", "colour")).Err()
	must.Equal(t, errs.ToStatus(fmt.Errorf("join: %w", remote)).Proto(), status.Convert(remote).Proto())
}

func TestDetails(t *testing.T) {
	err := errs.New(errs.FailedPrecondition, "STALE_ETAG", "etag differs").
		With("etag", "new\xff").
		About("onrecord/Statement", "statements/s1").
		Field("etag", "is not the current one").
		Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(1)}).
		Wrap(context.Canceled)
	must.ErrorIs(t, err, context.Canceled)
	st := errs.ToStatus(err)
	must.Equal(t, st.Code(), codes.FailedPrecondition)
	must.Equal(t, errs.Info(st).GetMetadata(), map[string]string{"etag": "new\uFFFD"})
	var kinds []string
	for _, detail := range st.Details() {
		kinds = append(kinds, fmt.Sprintf("%T", detail))
	}
	must.Equal(t, kinds, []string{
		"*errdetails.ErrorInfo", "*errdetails.BadRequest", "*errdetails.ResourceInfo", "*errdetails.RetryInfo",
	})
	bad := st.Details()[1].(*errdetails.BadRequest)
	must.Equal(t, bad.GetFieldViolations()[0], &errdetails.BadRequest_FieldViolation{
		Field: "etag", Description: "is not the current one", Reason: "STALE_ETAG",
	})
}

// TestMetadataOfOneViolationAreKept: of several nothing says which one they explain.
func TestMetadataOfOneViolationAreKept(t *testing.T) {
	var v errs.Violations
	v.AddErr("spans", errs.Invalid("end", "INVALID_PERIOD", "is no time").With("cause", "MALFORMED"))
	outer := errs.Join(v.Err())
	must.Equal(t, errs.Info(errs.ToStatus(outer)).GetMetadata(), map[string]string{"cause": "MALFORMED"})
	v.Add("title", "REQUIRED", "must not be empty")
	must.Equal(t, len(errs.Info(errs.ToStatus(v.Err())).GetMetadata()), 0)

	var late errs.Violations
	late.Add("title", "REQUIRED", "must not be empty")
	must.Equal(t, len(errs.Info(errs.ToStatus(late.Err())).GetMetadata()), 0)
}

// TestMarkedErrorsAreApart: what is added to one is not in the other.
func TestMarkedErrorsAreApart(t *testing.T) {
	one := errs.New(errs.FailedPrecondition, "STALE_ETAG", "etag differs")
	for _, field := range []string{"a", "b", "c"} { // there is room for a fourth
		_ = one.Field(field, "differs").Detail(&errdetails.Help{})
	}
	var other *errs.Error
	must.True(t, errors.As(errs.MaybeWritten(one), &other))
	_ = other.Field("other", "differs").Detail(&errdetails.RetryInfo{})
	_ = one.Field("one", "differs").Detail(&errdetails.Help{})
	must.Equal(t, other.Violations[3].Field, "other")
	_, is := other.Details[3].(*errdetails.RetryInfo)
	must.True(t, is, "%T", other.Details[3])
}

func TestViolationsAreCollected(t *testing.T) {
	var none errs.Violations
	must.OK(t, none.Err())

	var v errs.Violations
	v.Add("title", "REQUIRED", "must not be empty")
	v.AddErr("spans[1]", errs.Invalid("end", "BEFORE_START", "ends before it starts"))
	v.AddErr("value", errs.New(errs.InvalidArgument, "BAD_DECIMAL", "is not a number"))
	v.AddErr("period", nil)
	must.Equal(t, v.Len(), 3)
	err := v.Err()
	must.Equal(t, errs.ReasonOf(err), "INVALID_REQUEST")
	must.Equal(t, errs.KindOf(err), errs.InvalidArgument)
	must.Equal(t, errs.ToStatus(err).Message(), "title: must not be empty (and 2 more violations)")
	var e *errs.Error
	must.True(t, errors.As(err, &e))
	must.Equal(t, e.Violations, []errs.Violation{
		{Field: "title", Description: "must not be empty", Reason: "REQUIRED"},
		{Field: "spans[1].end", Description: "ends before it starts", Reason: "BEFORE_START"},
		{Field: "value", Description: "is not a number", Reason: "BAD_DECIMAL"},
	})

	v.AddErr("store", context.Canceled)
	must.ErrorIs(t, v.Err(), context.Canceled)
}

func TestViolationsOfOneReasonKeepIt(t *testing.T) {
	var v errs.Violations
	v.Add("a", "REQUIRED", "must be set")
	v.Add("b", "REQUIRED", "must be set")
	must.Equal(t, errs.ReasonOf(v.Err()), "REQUIRED")
}

// TestFieldsAreRenamed: those of the violations, and the first where the message names it.
func TestFieldsAreRenamed(t *testing.T) {
	var v errs.Violations
	v.Add("source_text", "REQUIRED", "must not be empty")
	v.Add("version", "REQUIRED", "must not be empty")
	st := errs.ToStatus(v.Err())
	renamed := errs.RenameFields(st, func(path string) string { return "figure." + path })
	must.Equal(t, renamed.Message(), "figure."+st.Message())
	must.Equal(t, errs.Info(renamed), errs.Info(st))
	var paths []string
	for _, detail := range renamed.Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			for _, violation := range bad.GetFieldViolations() {
				paths = append(paths, violation.GetField())
			}
		}
	}
	must.Equal(t, paths, []string{"figure.source_text", "figure.version"})

	other := errs.ToStatus(errs.New(errs.NotFound, "NOT_FOUND", "source_text: is not there"))
	must.Equal(t, errs.RenameFields(other, strings.ToUpper).Proto(), other.Proto())
}

func TestJoinPath(t *testing.T) {
	for _, tt := range [][3]string{
		{"", "a", "a"}, {"a", "", "a"}, {"a", "b", "a.b"}, {"a", "[0].b", "a[0].b"},
	} {
		must.Equal(t, errs.JoinPath(tt[0], tt[1]), tt[2])
	}
}

// TestMaybeWrittenChangesNothingElse of an error, also of one that gRPC itself made.
func TestMaybeWrittenChangesNothingElse(t *testing.T) {
	was := errs.Invalid("a", "B", "c").With("k", "v").NotWritten()
	marked := errs.MaybeWritten(was)
	must.True(t, errs.WriteUnknown(marked))
	must.False(t, errs.WriteUnknown(was))
	st := errs.ToStatus(marked)
	must.Equal(t, errs.Info(st).GetMetadata()["k"], "v")
	must.Equal(t, st.Proto().GetDetails()[1], errs.ToStatus(was).Proto().GetDetails()[1])
	must.True(t, errs.WriteUnknown(errs.MaybeWritten(status.Error(codes.ResourceExhausted, "too large"))))
	received := errs.ToStatus(was).Err()
	st = errs.ToStatus(errs.MaybeWritten(received))
	must.Equal(t, errs.Info(st).GetMetadata()["k"], "v")
	must.Equal(t, st.Proto().GetDetails()[1], errs.ToStatus(was).Proto().GetDetails()[1])
	must.False(t, errs.WriteUnknown(received))

	for _, cause := range []error{errors.New("disk on fire"), status.Error(codes.Internal, "proxy broke"), context.Canceled} {
		must.ErrorIs(t, errs.MaybeWritten(cause), cause) // it is still to be logged
	}
	must.OK(t, errs.MaybeWritten(nil))
}

func TestWriteUnknown(t *testing.T) {
	tests := map[string]struct {
		err  error
		want bool
	}{
		"none":                {nil, false},
		"invalid":             {errs.Invalid("a", "B", "c"), false},
		"lost race":           {errs.New(errs.Aborted, "", ""), false},
		"unavailable":         {errs.New(errs.Unavailable, "", ""), true},
		"refused before":      {errs.New(errs.Unavailable, "", "").NotWritten(), false},
		"commit without word": {errs.New(errs.ResourceExhausted, "", "").MaybeWritten(), true},
		"over the wire":       {errs.ToStatus(errs.New(errs.Unavailable, "", "").NotWritten()).Err(), false},
		"deadline":            {context.DeadlineExceeded, true},
		"unforeseen":          {errors.New("what"), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { must.Equal(t, errs.WriteUnknown(tt.err), tt.want) })
	}
}

func TestKindOfAndIs(t *testing.T) {
	must.True(t, errs.Is(errs.New(errs.NotFound, "", ""), errs.NotFound))
	must.False(t, errs.Is(nil, errs.Internal))
	must.Equal(t, errs.KindOf(errors.New("x")), errs.Internal)
	must.Equal(t, errs.KindOf(context.Canceled), errs.Canceled)
	must.Equal(t, errs.ReasonOf(nil), "")
}

func TestRetryDelay(t *testing.T) {
	for name, c := range map[string]struct {
		details []proto.Message
		want    time.Duration
		said    bool
	}{
		"none":     {nil, 0, false},
		"said":     {[]proto.Message{&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Minute)}}, time.Minute, true},
		"negative": {[]proto.Message{&errdetails.RetryInfo{RetryDelay: durationpb.New(-time.Minute)}}, 0, true},
		"unset":    {[]proto.Message{&errdetails.RetryInfo{}}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := errs.New(errs.Unavailable, "", "later")
			for _, detail := range c.details {
				err = err.Detail(detail)
			}
			delay, said := errs.RetryDelay(errs.ToStatus(err))
			must.Equal(t, delay, c.want)
			must.Equal(t, said, c.said)
		})
	}
}

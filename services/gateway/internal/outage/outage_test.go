package outage_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/outage"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcclient"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// answering is a connection over which every call is answered the same.
type answering struct {
	grpc.ClientConnInterface
	answer proto.Message
	// kept has the answer come as its bytes, as REST takes it.
	kept bool
	err  error
}

func (a answering) Invoke(_ context.Context, _ string, _, reply any, _ ...grpc.CallOption) error {
	if a.err != nil {
		return a.err
	}
	message := reply.(proto.Message)
	if a.kept {
		wire, err := proto.Marshal(a.answer)
		message.ProtoReflect().SetUnknown(wire)
		return err
	}
	proto.Merge(message, a.answer)
	return nil
}

func get(ctx context.Context, conn answering) error {
	_, err := metricsv1.NewMetricServiceClient(outage.Wrap("metrics", conn)).GetMetric(ctx, &metricsv1.GetMetricRequest{Name: "metrics/a"})
	return err
}

// TestWhatTheServiceDoesNotSayIsNotTaken: an error that has no ErrorInfo was made on the way;
// that something is not there, or not for the caller, is then no word about the record.
func TestWhatTheServiceDoesNotSayIsNotTaken(t *testing.T) {
	for came, want := range map[codes.Code]codes.Code{
		codes.Unavailable: codes.Unavailable, codes.Canceled: codes.Unavailable, codes.DeadlineExceeded: codes.DeadlineExceeded,
		codes.NotFound: codes.Internal, codes.PermissionDenied: codes.Internal, codes.Unauthenticated: codes.Internal, codes.InvalidArgument: codes.Internal,
		codes.ResourceExhausted: codes.Internal, codes.FailedPrecondition: codes.Internal, codes.Unknown: codes.Internal, codes.DataLoss: codes.Internal,
		codes.Unimplemented: codes.Internal, // so says gRPC of a proxy that answers 404
	} {
		err := get(t.Context(), answering{err: status.Error(came, "upstream 10.0.0.1")})
		must.Equal(t, status.Code(err), want)
	}
	said := errs.ToStatus(errs.New(errs.NotFound, "METRIC_NOT_FOUND", "there is no metrics/a")).Err()
	must.Equal(t, errs.ReasonOf(get(t.Context(), answering{err: said})), "METRIC_NOT_FOUND")
	lacks := errs.ToStatus(errs.New(errs.Unimplemented, "UNKNOWN_METHOD", "this server has no method GetMetric")).Err()
	must.Equal(t, errs.ReasonOf(get(t.Context(), answering{err: lacks})), "UNKNOWN_METHOD")
	older := errs.ToStatus(errs.Invalid("44", "UNKNOWN_FIELD", "this server knows no such field")).Err()
	tooOld := statustest.Check(t, get(t.Context(), answering{err: older}), codes.FailedPrecondition, "SERVICE_TOO_OLD", "")
	must.Equal(t, errs.Info(tooOld).GetMetadata()["service"], "metrics")

	if _, blamed := errs.Info(status.Convert(get(t.Context(), answering{err: said}))).GetMetadata()["service"]; blamed {
		t.Error("what a caller got wrong is no service's fault")
	}
	full := errs.ToStatus(errs.New(errs.ResourceExhausted, "STORAGE_FULL", "the disk is full").NotWritten()).Err()
	failed := statustest.Check(t, get(t.Context(), answering{err: full}), codes.ResourceExhausted, "STORAGE_FULL", "")
	must.Equal(t, errs.Info(failed).GetMetadata(), map[string]string{"service": "metrics", "write_outcome": "NOT_WRITTEN"})

	given, giveUp := context.WithCancel(t.Context())
	giveUp()
	must.Equal(t, status.Code(get(given, answering{err: status.FromContextError(context.Canceled).Err()})), codes.Canceled)
}

// TestAnotherResourceIsNoAnswer, parsed or not.
func TestAnotherResourceIsNoAnswer(t *testing.T) {
	for _, kept := range []bool{false, true} {
		must.OK(t, get(t.Context(), answering{kept: kept, answer: &metricsv1.Metric{Name: "metrics/a", DisplayName: "A"}}))
		for _, other := range []*metricsv1.Metric{{Name: "metrics/b"}, {DisplayName: "A"}, {}} {
			must.Equal(t, status.Code(get(t.Context(), answering{kept: kept, answer: other})), codes.Internal)
		}
		has := metadata.AppendToOutgoingContext(t.Context(), rpcserver.UnlessStateKey, "state")
		must.OK(t, get(has, answering{kept: kept, answer: &metricsv1.Metric{}}))
		for _, other := range []*metricsv1.Metric{{Name: "metrics/b"}, {DisplayName: "A"}} {
			must.Equal(t, status.Code(get(has, answering{kept: kept, answer: other})), codes.Internal)
		}
		asks := metadata.AppendToOutgoingContext(t.Context(), rpcserver.UnlessStateKey, "") // and has none
		for _, other := range []*metricsv1.Metric{{DisplayName: "A"}, {}} {
			must.Equal(t, status.Code(get(asks, answering{kept: kept, answer: other})), codes.Internal)
		}
	}
	client := metricsv1.NewMetricServiceClient(outage.Wrap("metrics", answering{answer: &metricsv1.Availability{}}))
	_, err := client.GetAvailability(t.Context(), &metricsv1.GetAvailabilityRequest{Name: "metrics/a"}) // its answer has no name
	must.OK(t, err)
}

// TestATryAgainMakesNoWordOfTheService: the first try of a write may have been done, and what
// ends the second was made on the way.
func TestATryAgainMakesNoWordOfTheService(t *testing.T) {
	tries := []error{status.Error(codes.Unavailable, "reset"), status.Error(codes.NotFound, "no route to 10.0.0.1")}
	conn := must.Get(rpcclient.Dial("passthrough:///nowhere", rpcclient.Options{Extra: []grpc.DialOption{grpc.WithChainUnaryInterceptor(
		func(context.Context, string, any, any, *grpc.ClientConn, grpc.UnaryInvoker, ...grpc.CallOption) error {
			err := tries[0]
			tries = tries[1:]
			return err
		})}}))(t)
	defer func() { must.OK(t, conn.Close()) }()
	_, err := metricsv1.NewMetricServiceClient(outage.Wrap("metrics", conn)).CreateMetric(t.Context(),
		&metricsv1.CreateMetricRequest{RequestId: "11111111-1111-4111-8111-111111111111"})
	must.Equal(t, len(tries), 0)
	sent := errs.ToStatus(err)
	must.Equal(t, sent.Code(), codes.Internal)
	must.True(t, errs.WriteUnknown(err), "%v says that nothing was written", err)
	must.False(t, strings.Contains(sent.Message(), "10.0.0.1"))
	must.Contains(t, err.Error(), "10.0.0.1") // for the log
}

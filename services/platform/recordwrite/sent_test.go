package recordwrite_test

import (
	"context"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// transport is where a handler leaves its header.
type transport struct {
	grpc.ServerTransportStream
	header metadata.MD
}

func (t *transport) SetHeader(md metadata.MD) error {
	t.header = metadata.Join(t.header, md)
	return nil
}

// received is the context of a handler that got what a caller sent.
func received(ctx context.Context, stream *transport) context.Context {
	sent, _ := metadata.FromOutgoingContext(ctx)
	return grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(context.Background(), sent), stream)
}

// onlyAgain asks whether a request was done.
func onlyAgain(t *testing.T, r *record, req request) (answer string, done bool, err error) {
	t.Helper()
	done, err = recordwrite.OnlyAgain(t.Context(), func(ctx context.Context, header grpc.CallOption) (err error) {
		stream := &transport{}
		answer, err = r.put(received(ctx, stream), req, nil)
		if reads, ok := header.(grpc.HeaderCallOption); ok {
			*reads.HeaderAddr = stream.header
		}
		return err
	})
	return answer, done, err
}

func TestWhatIsOnlyAskedForAgainIsNeverDone(t *testing.T) {
	for _, tried := range []bool{true, false} {
		r := newRecord()
		req := request{StringValue: wrapperspb.String("a"), id: "1", tried: tried}
		for _, undone := range []request{req, {StringValue: req.StringValue, tried: tried}} {
			_, done, err := onlyAgain(t, r, undone)
			must.False(t, done)
			statustest.Check(t, err, codes.FailedPrecondition, "REQUEST_NOT_DONE", "")
			must.Equal(t, len(r.things)+len(r.requests), 0)
		}
		_, err := r.put(t.Context(), request{StringValue: req.StringValue, id: req.id}, nil)
		must.OK(t, err)
		answer, done, err := onlyAgain(t, r, req)
		must.OK(t, err)
		must.True(t, done)
		must.Equal(t, answer, "a (again)")
		must.Equal(t, r.things, []string{"a"})
	}
}

// TestAServiceThatDoesNotKnowTheQuestionHasNotAnsweredIt: one of an older release only tries
// the write.
func TestAServiceThatDoesNotKnowTheQuestionHasNotAnsweredIt(t *testing.T) {
	done, err := recordwrite.OnlyAgain(t.Context(), func(context.Context, grpc.CallOption) error { return nil })
	must.OK(t, err)
	must.False(t, done)
}

// TestARequestSaysWhatItsAuthorSent: whatever the id and whether it is only tried.
func TestARequestSaysWhatItsAuthorSent(t *testing.T) {
	r := newRecord()
	author := request{StringValue: wrapperspb.String("a")}
	for _, id := range []string{"1", "2"} {
		ctx, err := recordwrite.Sent(t.Context(), author)
		must.OK(t, err)
		_, err = r.put(received(ctx, &transport{}), request{StringValue: wrapperspb.String("a, completed"), id: id}, nil)
		must.OK(t, err)
	}
	sums := map[string]int{}
	for done := range r.requests {
		must.NotEqual(t, done.Sent, done.Fingerprint)
		sums[done.Sent]++
	}
	must.Equal(t, len(sums), 1)
	for _, odd := range [][]string{{}, {"short"}, {"", ""}} {
		ctx := metadata.NewOutgoingContext(t.Context(), metadata.MD{recordwrite.SentKey: odd})
		r := newRecord()
		_, err := r.put(received(ctx, &transport{}), request{StringValue: wrapperspb.String("a"), id: "1"}, nil)
		must.OK(t, err)
		for done := range r.requests {
			must.Equal(t, done.Sent, "")
		}
	}
}

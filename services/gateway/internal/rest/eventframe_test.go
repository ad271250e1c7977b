package rest_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/rest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// scripted is a connection whose Watch answers what it is told.
type scripted struct {
	grpc.ClientConnInterface
	answers []*gatewayv1.WatchResponse
}

func (s *scripted) NewStream(ctx context.Context, _ *grpc.StreamDesc, _ string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	return &script{left: s.answers}, ctx.Err()
}

type script struct {
	grpc.ClientStream
	left []*gatewayv1.WatchResponse
}

func (s *script) SendMsg(any) error { return nil }
func (s *script) CloseSend() error  { return nil }

// RecvMsg delivers bytes, as the stream of a gateway does.
func (s *script) RecvMsg(into any) error {
	if len(s.left) == 0 {
		return io.EOF
	}
	wire, err := proto.Marshal(s.left[0])
	s.left = s.left[1:]
	into.(proto.Message).ProtoReflect().SetUnknown(wire)
	return err
}

// TestEventsAreTheAnswers: however many watchers were sent a change before, each is sent it
// with a token of its own, as ProtoJSON has it.
func TestEventsAreTheAnswers(t *testing.T) {
	connection := &scripted{}
	handler, err := rest.New(t.Context(), rest.Connections{Record: connection}, zap.NewNop())
	must.OK(t, err)
	served := edge.Wrap(handler, edge.Options{})
	rapid.Check(t, func(t *rapid.T) {
		connection.answers = rapid.SliceOfN(rapid.Custom(drawAnswer), 1, 8).Draw(t, "answers")
		client := &slowClient{header: http.Header{}, atOnce: 1 << 20}
		served.ServeHTTP(client, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/changes", nil))
		var got []*gatewayv1.WatchResponse
		var ids []string
		for line := range strings.SplitSeq(client.body.String(), "\n") {
			if id, ok := strings.CutPrefix(line, "id: "); ok {
				ids = append(ids, id)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok && len(got) < len(connection.answers) {
				answer := &gatewayv1.WatchResponse{}
				must.OK(t, protojson.Unmarshal([]byte(data), answer))
				got = append(got, answer)
			}
		}
		must.Equal(t, len(got), len(connection.answers))
		for i, want := range connection.answers {
			must.True(t, proto.Equal(got[i], want), "sent %v of %v", got[i], want)
			must.Equal(t, ids[i], want.GetResumeToken())
		}
	})
}

// drawAnswer draws from few changes and tokens, so that many are alike.
func drawAnswer(t *rapid.T) *gatewayv1.WatchResponse {
	answer := &gatewayv1.WatchResponse{ResumeToken: rapid.SampledFrom([]string{"AbC-_9", "b", `q"uote`, "d"}).Draw(t, "token")}
	name := rapid.SampledFrom([]string{"a", "b", "<i>"}).Draw(t, "name")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		answer.SettledTime = &timestamppb.Timestamp{Seconds: 7}
	case 1:
		answer.Change = &gatewayv1.WatchResponse_Statements{Statements: &statementsv1.Change{
			Type: statementsv1.Change_CREATED, Name: "statements/" + name, Restricted: rapid.Bool().Draw(t, "restricted"),
		}}
	case 2:
		answer.Change = &gatewayv1.WatchResponse_Metrics{Metrics: &metricsv1.Change{
			Type: metricsv1.Change_UPDATED, Name: "figures/" + name, Resource: &metricsv1.Change_Figure{Figure: &metricsv1.Figure{Name: "figures/" + name}},
		}}
	}
	return answer
}

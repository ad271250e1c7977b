package rest_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/rest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// watched is a connection whose Watch always has another heartbeat.
type watched struct {
	grpc.ClientConnInterface
	sent int
}

func (w *watched) NewStream(ctx context.Context, _ *grpc.StreamDesc, _ string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	return &heartbeats{watched: w, ctx: ctx}, nil
}

type heartbeats struct {
	grpc.ClientStream
	*watched
	ctx context.Context
}

func (h *heartbeats) SendMsg(any) error { return nil }
func (h *heartbeats) CloseSend() error  { return nil }

func (h *heartbeats) RecvMsg(into any) error {
	h.sent++
	proto.Merge(into.(proto.Message), &gatewayv1.WatchResponse{ResumeToken: fmt.Sprintf("t%d", h.sent)})
	return h.ctx.Err()
}

// slowClient takes some bytes at once and the rest after a while, if its connection
// lives so long.
type slowClient struct {
	header   http.Header
	body     bytes.Buffer
	atOnce   int
	pause    time.Duration
	deadline time.Time
}

func (c *slowClient) Header() http.Header                { return c.header }
func (c *slowClient) WriteHeader(int)                    {}
func (c *slowClient) SetReadDeadline(time.Time) error    { return nil }
func (c *slowClient) SetWriteDeadline(t time.Time) error { c.deadline = t; return nil }
func (c *slowClient) Flush()                             {}

func (c *slowClient) Write(data []byte) (int, error) {
	if c.body.Len()+len(data) > c.atOnce {
		wait := min(c.pause, time.Until(c.deadline))
		<-time.After(wait)
		if wait < c.pause {
			return 0, os.ErrDeadlineExceeded
		}
		c.atOnce, c.pause = 1<<20, 0
	}
	return c.body.Write(data)
}

// TestASlowReaderIsCutOff: one that reads again just in time is told so, and where to
// go on; the connection of one that does not ends.
func TestASlowReaderIsCutOff(t *testing.T) {
	for name, test := range map[string]struct {
		pause time.Duration
		took  time.Duration
		told  bool
	}{
		"that reads again":   {32 * time.Second, 32 * time.Second, true},
		"that does not read": {time.Hour, 35 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handler, err := rest.New(t.Context(), rest.Connections{Record: &watched{}}, zap.NewNop())
				must.OK(t, err)
				client := &slowClient{header: http.Header{}, atOnce: 1000, pause: test.pause}
				began := time.Now()
				edge.Wrap(handler, edge.Options{}).ServeHTTP(client, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/changes", nil))
				must.Equal(t, time.Since(began), test.took)
				body := client.body.String()
				must.Equal(t, client.header.Get("X-Accel-Buffering"), "no")
				must.Equal(t, strings.Contains(body, "event: error\ndata: "), test.told)
				must.Equal(t, strings.Contains(body, `"reason":"WATCH_TOO_SLOW"`), test.told)
				ids := strings.Count(body, "\nid: t")
				must.True(t, ids > 3, "only %d events were sent", ids)
				if test.told {
					must.Contains(t, body, fmt.Sprintf(`"resume_token":"t%d"`, ids)) // the last one that it has
				}
			})
		})
	}
}

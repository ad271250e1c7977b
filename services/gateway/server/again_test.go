package server_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestARefusedWriteIsAnsweredAsItWasDone, if the metrics service says that it was. It is asked
// for no more than that, and once; who sends no id cannot have done it before.
func TestARefusedWriteIsAnsweredAsItWasDone(t *testing.T) {
	const again = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
	w := newWorld(t)
	w.documents.get = func(r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		return &statementsv1.Document{
			Name: r.GetName(), Restricted: true, EmbargoEndTime: timestamppb.New(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)),
		}, nil
	}
	w.figures.present = &metricsv1.Figure{Name: "figures/f"}
	w.figures.earlier = &metricsv1.Figure{Name: "figures/f", DocumentVersion: "documents/sealed/versions/1"}
	done := func(ctx context.Context) error {
		return grpc.SetHeader(ctx, metadata.Pairs(recordwrite.AgainKey, "true"))
	}
	for name, c := range map[string]struct {
		id     string
		answer func(ctx context.Context) error
		asked  int
		code   int
		reason string
	}{
		"done":                     {again, done, 1, http.StatusOK, ""},
		"not done":                 {again, func(context.Context) error { return errs.New(errs.FailedPrecondition, "REQUEST_NOT_DONE", "") }, 1, 400, "EMBARGOED"},
		"another":                  {again, func(context.Context) error { return errs.Invalid("request_id", "REQUEST_ID_REUSED", "") }, 1, 400, "EMBARGOED"},
		"only tried by an old one": {again, func(context.Context) error { return nil }, 1, 400, "EMBARGOED"},
		"not known":                {again, func(context.Context) error { return errs.New(errs.ResourceExhausted, "RATE_LIMITED", "") }, 1, 429, "RATE_LIMITED"},
		"not allowed":              {again, func(context.Context) error { return errs.New(errs.PermissionDenied, "ROLE_TOO_SMALL", "") }, 1, 403, "ROLE_TOO_SMALL"},
		"erased since": {again, func(ctx context.Context) error {
			must.OK(t, done(ctx))
			return errs.New(errs.NotFound, "FIGURE_NOT_FOUND", "")
		}, 1, 404, "FIGURE_NOT_FOUND"},
		"without an id": {"", done, 0, 400, "EMBARGOED"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			w.figures.rollback = func(ctx context.Context) error {
				asked++
				must.Equal(t, len(metadata.ValueFromIncomingContext(ctx, recordwrite.OnlyAgainKey)), 1)
				return c.answer(ctx)
			}
			got := w.call(t, "POST", "/v1/figures/f:rollback", `{"revisionId":"1","reason":"r","requestId":"`+c.id+`"}`)
			must.Equal(t, asked, c.asked)
			must.Equal(t, got.StatusCode, c.code)
			must.Contains(t, got.Body, c.reason)
			if asked > 0 {
				must.True(t, last[*metricsv1.RollbackFigureRequest](t, &w.figures.notes).GetValidateOnly())
			}
		})
	}
}

package embargo_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestNoFigureEndsBeforeItsDocument: one without an end of its own gets the document's.
func TestNoFigureEndsBeforeItsDocument(t *testing.T) {
	day := func(n int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC))
	}
	end := day(5)
	for _, c := range []struct {
		own, end *timestamppb.Timestamp
		reason   string
	}{
		{nil, nil, ""},
		{end, nil, ""},
		{nil, end, ""},
		{end, end, ""},
		{day(9), end, ""},
		{day(1), end, "EMBARGOED"},
	} {
		err := embargo.CheckOwn(&metricsv1.Figure{EmbargoEndTime: c.own}, "figures[0]", c.end)
		must.Equal(t, errs.ReasonOf(err), c.reason)
	}
	err := embargo.Covers(nil, "figure.document_version", embargo.LeaveOut, "documents/d/versions/1", end)
	must.Equal(t, errs.ReasonOf(err), "EMBARGOED")
	must.Contains(t, err.Error(), "documents/d is under embargo until 2026-01-06T00:00:00Z")
	must.Contains(t, err.Error(), "figure.document_version: ")
}

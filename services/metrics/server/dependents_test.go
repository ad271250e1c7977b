package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// dependents puts figures on record that are computed from figures/x.
func (s *service) dependents(t testing.TB, batches, size int) {
	t.Helper()
	for i := range batches {
		req := &metricsv1.BatchCreateFiguresRequest{}
		for j := range size {
			id := fmt.Sprintf("d%04d", size*i+j)
			req.Requests = append(req.Requests, &metricsv1.CreateFigureRequest{FigureId: id, Figure: derived("a + 1", "x")})
		}
		_, err := s.figures.BatchCreateFigures(t.Context(), req)
		must.OK(t, err)
	}
}

// TestManyDependents: one change makes up to 5,000 figures stale. A figure that more are computed from stays as it is,
// whoever would change it; an import rejects that row, and its others stand.
func TestManyDependents(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "x", handMade("10"))
	s.dependents(t, 5, 1_000)
	s.figure(t, "more", derived("a + 1", "x"))
	_, err := s.figures.CorrectFigure(t.Context(), correction("x", &metricsv1.Figure{Value: number("20")}, "value"))
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/x", Reason: "wrong"})
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
	answer, err := s.imports.ImportFigures(t.Context(), importOf("", years("MX", "20", "30")))
	must.OK(t, err)
	must.Equal(t, answer.GetCreatedCount(), 1)
	must.Equal(t, answer.GetUpdatedCount(), 0)
	must.Equal(t, len(answer.GetRejections()), 1)
	must.Equal(t, answer.GetRejections()[0].GetReason(), "TOO_MANY_FACTS")
	f, err := s.get(t, "x")
	must.OK(t, err)
	must.Equal(t, f.GetRevisionId(), "1")

	must.Get(s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/more", Reason: "wrong"}))(t)
	done := s.correct(t, correction("x", &metricsv1.Figure{Value: number("20")}, "value"))
	must.Equal(t, len(done.GetStaleFigures()), 5_000)
	must.Equal(t, done.GetStaleFigures()[4_999], "figures/d4999")
}

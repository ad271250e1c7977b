package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func (s *service) get(t testing.TB, id string) (*metricsv1.Figure, error) {
	return s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/" + id})
}

func TestRetryIsTheSameWrite(t *testing.T) {
	s := startFilled(t)
	req := &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), RequestId: resource.NewUID()}
	first, err := s.figures.CreateFigure(t.Context(), req)
	must.OK(t, err)
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: first.GetName(), Reason: "wrong"})
	must.OK(t, err)
	again, err := s.figures.CreateFigure(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, again, first)

	other := proto.CloneOf(req)
	other.Figure.Value = number("2")
	_, err = s.figures.CreateFigure(t.Context(), other)
	statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")

	remove := &metricsv1.DeleteFigureRequest{Name: s.figure(t, "x", observed("2022", "1", area("US"))).GetName(), Reason: "r", RequestId: resource.NewUID()}
	gone, err := s.figures.DeleteFigure(t.Context(), remove)
	must.OK(t, err)
	goneAgain, err := s.figures.DeleteFigure(t.Context(), remove)
	must.OK(t, err)
	must.Equal(t, goneAgain, gone)
}

func TestValidateOnlyWritesNothing(t *testing.T) {
	s := startFilled(t)
	out, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), FigureId: "f1", ValidateOnly: true})
	must.OK(t, err)
	must.Equal(t, out.GetName(), "figures/f1")
	must.Equal(t, out.GetNormalized().GetValue(), number("1"))
	must.Equal(t, out.GetUid()+out.GetEtag(), "")
	must.Equal(t, out.GetCreateTime(), nil)
	_, err = s.get(t, "f1")
	statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
	_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", nil), ValidateOnly: true})
	statustest.Check(t, err, codes.InvalidArgument, "MISSING_DIMENSION", `figure.dimensions["REF_AREA"]`)

	f := s.figure(t, "f2", observed("2022", "1", area("US")))
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f2", Reason: "r", ValidateOnly: true})
	must.OK(t, err)
	still, err := s.get(t, "f2")
	must.OK(t, err)
	must.Equal(t, still, f)
}

func TestFigureUpdate(t *testing.T) {
	s := startFilled(t)
	before := s.figure(t, "f1", observed("2022", "1", area("US")))
	update := func(f *metricsv1.Figure, paths ...string) (*metricsv1.Figure, error) {
		f.Name = "figures/f1"
		return s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{Figure: f, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	}
	out, err := update(&metricsv1.Figure{Comment: "checked", Etag: before.GetEtag()}, "comment", "etag")
	must.OK(t, err)
	must.Equal(t, out.GetComment()+out.GetRevisionId(), "checked2")
	out, err = update(&metricsv1.Figure{Origin: &metricsv1.Origin{License: "public domain"}}, "origin.license", "origin.uri")
	must.OK(t, err)
	must.Equal(t, out.GetOrigin(), &metricsv1.Origin{Producer: "Census", Title: "Table 1", License: "public domain"})
	must.Equal(t, len(s.query(t, &metricsv1.QueryMetricRequest{})), 1)

	_, err = update(&metricsv1.Figure{Comment: "x", Etag: before.GetEtag()}, "comment")
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	for _, path := range []string{"value", "reported.text", "time_period", "dimensions", "unit", "origin.colour", "create_time"} {
		_, err = update(&metricsv1.Figure{}, path)
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
	}
	sent := proto.CloneOf(out)
	sent.Comment = "sent back"
	out, err = update(sent, "comment", "value", "time_period", "dimensions", "lower", "create_time")
	must.OK(t, err)
	must.Equal(t, out.GetComment(), "sent back")
	_, err = update(&metricsv1.Figure{Value: number("2")})
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "figure.value")
	_, err = update(&metricsv1.Figure{}, "origin")
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_REQUIRED", "figure.origin")
	_, err = update(&metricsv1.Figure{Origin: &metricsv1.Origin{Title: "t"}}, "origin")
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "figure.origin.producer")
	for field, origin := range map[string]*metricsv1.Origin{
		"producer": {Producer: "Eurostat", Title: "Table 1"}, "title": {Producer: "Census", Title: "Table 2"},
	} { // whose figure it is, is what it says
		_, err = update(&metricsv1.Figure{Origin: origin}, "origin."+field)
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "figure.origin."+field)
		moved := s.correct(t, correction("f1", &metricsv1.Figure{Origin: origin}, "origin"))
		must.Equal(t, moved.GetFigure().GetOrigin(), origin)
		answer := s.answerOf(t, &metricsv1.QueryMetricRequest{Name: "metrics/trade"})
		must.True(t, answer.GetSeries()[0].GetObservations()[0].GetCorrected(), "a correction of the source is one")
		s.correct(t, correction("f1", &metricsv1.Figure{Origin: out.GetOrigin()}, "origin"))
	}
	_, err = s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{Figure: &metricsv1.Figure{Name: "figures/none"}})
	statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
}

func TestFigureRetraction(t *testing.T) {
	s := startFilled(t)
	before := s.figure(t, "f1", observed("2022", "1", area("US")))
	settled := s.settled()
	_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f1", Reason: "r", Etag: `"9-x"`})
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	gone, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f1", Reason: "r", Etag: before.GetEtag()})
	must.OK(t, err)
	must.Equal(t, gone.GetRevisionId(), "2")
	_, err = s.get(t, "f1")
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f1", Reason: "r"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	then, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f1", ReadTime: settled})
	must.OK(t, err)
	must.Equal(t, then, before)
	_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), FigureId: "f1"})
	statustest.Check(t, err, codes.AlreadyExists, "FIGURE_EXISTS", "figure_id")
	_, err = s.figures.BatchGetFigures(t.Context(), &metricsv1.BatchGetFiguresRequest{Names: []string{"figures/f1"}})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	out, err := s.figures.BatchGetFigures(t.Context(), &metricsv1.BatchGetFiguresRequest{Names: []string{"figures/f1"}, ShowDeleted: true})
	must.OK(t, err)
	must.Equal(t, out.GetFigures()[0], gone)
}

func TestBatchIsAllOrNone(t *testing.T) {
	s := startFilled(t)
	batch := func(edit func(*metricsv1.BatchCreateFiguresRequest)) error {
		req := &metricsv1.BatchCreateFiguresRequest{
			Requests:   []*metricsv1.CreateFigureRequest{{Figure: printed(), FigureId: "b1"}, {Figure: printed(), FigureId: "b2"}},
			SourceText: text, SourceTextSha256: sourcetext.HashOf(text), RequestId: resource.NewUID(),
		}
		edit(req)
		_, err := s.figures.BatchCreateFigures(t.Context(), req)
		return err
	}
	for name, test := range map[string]struct {
		edit          func(*metricsv1.BatchCreateFiguresRequest)
		code          codes.Code
		reason, field string
	}{
		"one bad": {func(r *metricsv1.BatchCreateFiguresRequest) { r.Requests[1].Figure.Value = number("x") },
			codes.InvalidArgument, "MALFORMED_DECIMAL", "requests[1].figure.value.value"},
		"no metric": {func(r *metricsv1.BatchCreateFiguresRequest) { r.Requests[1].Figure.Metric = "metrics/none" },
			codes.InvalidArgument, "REFERENCE_NOT_FOUND", "requests[1].figure.metric"},
		"a span": {func(r *metricsv1.BatchCreateFiguresRequest) { r.Requests[1].Figure.Reported.Spans[1].Exact = "861" },
			codes.InvalidArgument, "SPAN_MISMATCH", "requests[1].figure.reported.spans[1].exact"},
		"two versions": {func(r *metricsv1.BatchCreateFiguresRequest) {
			r.Requests[1].Figure.DocumentVersion = "documents/d/versions/2"
		},
			codes.InvalidArgument, "CONTRADICTORY", "requests[1].figure.document_version"},
		"twice": {func(r *metricsv1.BatchCreateFiguresRequest) { r.Requests[1].FigureId = "b1" }, codes.AlreadyExists, "FIGURE_EXISTS", "requests[1].figure_id"},
		"own text": {func(r *metricsv1.BatchCreateFiguresRequest) { r.Requests[1].SourceText = "x" },
			codes.InvalidArgument, "FIELD_NOT_EMPTY", "requests[1].source_text"},
	} {
		t.Run(name, func(t *testing.T) {
			statustest.Check(t, batch(test.edit), test.code, test.reason, test.field)
			_, err := s.get(t, "b1")
			statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
		})
	}
	must.OK(t, batch(func(*metricsv1.BatchCreateFiguresRequest) {}))
	_, err := s.get(t, "b2")
	must.OK(t, err)
}

func TestBatchRetry(t *testing.T) {
	s := startFilled(t)
	req := &metricsv1.BatchCreateFiguresRequest{
		Requests:  []*metricsv1.CreateFigureRequest{{Figure: observed("2022", "1", area("US"))}, {Figure: observed("2023", "2", area("US"))}},
		RequestId: resource.NewUID(),
	}
	first, err := s.figures.BatchCreateFigures(t.Context(), req)
	must.OK(t, err)
	again, err := s.figures.BatchCreateFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, again, first)
}

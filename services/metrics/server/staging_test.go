package server_test

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// ingest stages metrics/trade (on record), metrics/new (not yet), a figure of the document and one of a data file.
func ingest() *metricsv1.StageFiguresRequest {
	onRecord, fresh := trade(), plainMetric("New", "things", metricsv1.Metric_COUNT, ucum("1"))
	onRecord.Name, fresh.Name = "metrics/trade", "metrics/new"
	named := printed()
	named.Name = "figures/f1"
	other := count(func(f *metricsv1.Figure) { point("5")(f); f.Metric = "metrics/new" })
	return &metricsv1.StageFiguresRequest{
		RequestId: resource.NewUID(), Metrics: []*metricsv1.Metric{onRecord, fresh}, Figures: []*metricsv1.Figure{named, other},
		SourceText: text, SourceTextSha256: sourcetext.HashOf(text),
	}
}

func (s *service) publish(t testing.TB, id string) (*metricsv1.PublishFiguresResponse, error) {
	return s.staging.PublishFigures(t.Context(), &metricsv1.PublishFiguresRequest{RequestId: id})
}

// TestAStageHoldsWhatItIsComputedFrom: what it needs stays as it is until it is published.
func TestAStageHoldsWhatItIsComputedFrom(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "x", observed("2022", "10", area("US")))
	staged, other := derived("a * 2", "x"), derived("a + 1", "twice")
	staged.Name, other.Name = "figures/twice", "figures/more"
	req := &metricsv1.StageFiguresRequest{RequestId: resource.NewUID(), Figures: []*metricsv1.Figure{other, staged}}
	_, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)
	_, err = s.figures.CorrectFigure(t.Context(), correction("x", &metricsv1.Figure{Value: number("20")}, "value"))
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/x", Reason: "wrong"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	out, err := s.publish(t, req.RequestId)
	must.OK(t, err)
	must.Equal(t, out.GetFigures()[0].GetValue(), number("21"))
	must.Equal(t, out.GetFigures()[1].GetValue(), number("20"))
	done := s.correct(t, correction("x", &metricsv1.Figure{Value: number("20")}, "value"))
	must.Equal(t, done.GetStaleFigures(), []string{"figures/more", "figures/twice"})
}

func TestStageAndPublish(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	for range 2 { // the same request again answers the same
		out, err := s.staging.StageFigures(t.Context(), req)
		must.OK(t, err)
		must.False(t, out.GetPublished())
	}
	_, err := s.get(t, "f1")
	statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
	_, err = s.getMetric(t, "new")
	statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
	must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{}), nil)
	must.Equal(t, s.query(t, &metricsv1.QueryMetricRequest{}), nil)

	_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), FigureId: "f1"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	_, err = s.metrics.CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{Metric: trade(), MetricId: "new"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	_, err = s.metrics.DeleteMetric(t.Context(), &metricsv1.DeleteMetricRequest{Name: "metrics/trade", Reason: "r"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")

	out, err := s.publish(t, req.RequestId)
	must.OK(t, err)
	must.Equal(t, len(out.GetMetrics()), 2)
	must.Equal(t, out.GetFigures()[0].GetName(), "figures/f1")
	must.Equal(t, out.GetFigures()[0].GetCreateTime(), out.GetRecordTime())
	got, err := s.get(t, "f1")
	must.OK(t, err)
	must.Equal(t, got, out.GetFigures()[0])
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f1", Reason: "r"})
	must.OK(t, err)
	again, err := s.publish(t, req.RequestId)
	must.OK(t, err)
	must.Equal(t, again, out)
	staged, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)
	must.True(t, staged.GetPublished())
	_, err = s.staging.DiscardFigures(t.Context(), &metricsv1.DiscardFiguresRequest{RequestId: req.RequestId})
	statustest.Check(t, err, codes.FailedPrecondition, "STAGE_PUBLISHED", "")
}

func TestStageRefusals(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "taken", observed("2022", "1", area("US")))
	for name, test := range map[string]struct {
		edit          func(*metricsv1.StageFiguresRequest)
		code          codes.Code
		reason, field string
	}{
		"metric differs": {func(r *metricsv1.StageFiguresRequest) { r.Metrics[0].Coverage = "goods" },
			codes.FailedPrecondition, "METRIC_DIFFERS", "metrics[0].coverage"},
		"metric without a name": {func(r *metricsv1.StageFiguresRequest) { r.Metrics[1].Name = "" },
			codes.InvalidArgument, "INVALID_NAME", "metrics[1].name"},
		"metric twice": {func(r *metricsv1.StageFiguresRequest) { r.Metrics[1].Name = "metrics/trade" },
			codes.InvalidArgument, "DUPLICATE_NAME", "metrics[1].name"},
		"figure on record": {func(r *metricsv1.StageFiguresRequest) { r.Figures[0].Name = "figures/taken" },
			codes.AlreadyExists, "FIGURE_EXISTS", "figures[0].name"},
		"no such metric": {func(r *metricsv1.StageFiguresRequest) { r.Figures[1].Metric = "metrics/none" },
			codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figures[1].metric"},
		"span": {func(r *metricsv1.StageFiguresRequest) {
			r.Figures[0].Reported.Spans[0].Exact = "a record US$861 billion"
		},
			codes.InvalidArgument, "SPAN_MISMATCH", "figures[0].reported.spans[0].exact"},
		"two versions": {func(r *metricsv1.StageFiguresRequest) { r.Figures[1].DocumentVersion = "documents/e/versions/1" },
			codes.InvalidArgument, "CONTRADICTORY", "figures[1].document_version"},
		"metric of another state": {func(r *metricsv1.StageFiguresRequest) { r.Metrics[0].Etag = `"made-up"` },
			codes.Aborted, "ETAG_MISMATCH", ""},
		"metric without a state": {func(r *metricsv1.StageFiguresRequest) { r.Metrics[1].Etag = `"made-up"` },
			codes.Aborted, "ETAG_MISMATCH", ""},
		"unknown unit": {func(r *metricsv1.StageFiguresRequest) { r.Metrics[1].DefaultUnit = ucum("x") },
			codes.InvalidArgument, "UNKNOWN_UNIT", "metrics[1].default_unit.code"},
	} {
		t.Run(name, func(t *testing.T) {
			req := ingest()
			test.edit(req)
			_, err := s.staging.StageFigures(t.Context(), req)
			statustest.Check(t, err, test.code, test.reason, test.field)
			_, err = s.publish(t, req.RequestId)
			statustest.Check(t, err, codes.FailedPrecondition, "NOT_STAGED", "")
		})
	}
	req := ingest()
	req.ValidateOnly = true
	_, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)
	_, err = s.publish(t, req.RequestId)
	statustest.Check(t, err, codes.FailedPrecondition, "NOT_STAGED", "")
}

func TestStageSaysHowMetricsDiffer(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	req.Metrics[0].Coverage = "goods"
	_, err := s.staging.StageFigures(t.Context(), req)
	statustest.Check(t, err, codes.FailedPrecondition, "METRIC_DIFFERS", "metrics[0].coverage")
	must.Equal(t, statustest.Violations(err)[0].GetDescription(), `on record is "unspecified", the request has "goods"`)

	s.metric(t, "gone", trade())
	_, err = s.metrics.DeleteMetric(t.Context(), &metricsv1.DeleteMetricRequest{Name: "metrics/gone", Reason: "double"})
	must.OK(t, err)
	req.Metrics[0].Name = "metrics/gone"
	_, err = s.staging.StageFigures(t.Context(), req)
	st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.True(t, slices.ContainsFunc(st.Details(), func(detail any) bool {
		correction, is := detail.(*typev1.Correction)
		return is && correction.GetReason() == "double"
	}), "the correction is told")
}

func TestStageReuseAndDiscard(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	_, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)
	other := proto.CloneOf(req)
	other.Figures[1].Value = number("6")
	_, err = s.staging.StageFigures(t.Context(), other)
	statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	second := ingest()
	_, err = s.staging.StageFigures(t.Context(), second)
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")

	discard := func() error {
		_, err := s.staging.DiscardFigures(t.Context(), &metricsv1.DiscardFiguresRequest{RequestId: req.RequestId})
		return err
	}
	must.OK(t, discard())
	must.OK(t, discard())
	_, err = s.publish(t, req.RequestId)
	statustest.Check(t, err, codes.FailedPrecondition, "STAGE_DISCARDED", "")
	_, err = s.staging.StageFigures(t.Context(), second)
	must.OK(t, err)
	_, err = s.publish(t, second.RequestId)
	must.OK(t, err)
}

// TestAStageFollowsItsDocument: of an ingest that was cut off before its text was staged, so
// that another text came first. What is staged on a version never goes back to one before,
// and what is published stays where it is.
func TestAStageFollowsItsDocument(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	stand := func(version string) *metricsv1.StageFiguresRequest {
		on := proto.CloneOf(req)
		on.Figures[0].DocumentVersion, on.Figures[1].DocumentVersion = version, version
		return on
	}
	stage := func(req *metricsv1.StageFiguresRequest) error {
		_, err := s.staging.StageFigures(t.Context(), req)
		return err
	}
	const first, second, third = "documents/d/versions/9", "documents/d/versions/10", "documents/d/versions/11"
	refused := func(req *metricsv1.StageFiguresRequest) {
		t.Helper()
		statustest.Check(t, stage(req), codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	}
	must.OK(t, stage(stand(first)))
	must.OK(t, stage(stand(second)))
	must.OK(t, stage(stand(second)))
	refused(stand(first))
	refused(stand("documents/other/versions/11"))
	other := stand(third)
	other.Figures[1].Value = number("6")
	refused(other)
	out, err := s.publish(t, req.RequestId)
	must.OK(t, err)
	for _, figure := range out.GetFigures() {
		must.Equal(t, figure.GetDocumentVersion(), second)
	}
	must.OK(t, stage(stand(second)))
	refused(stand(third))
}

func TestUpkeepDiscardsOldStages(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	_, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)
	must.Get(s.server.Step(t.Context()))(t)
	s.ahead.Store(int64(25 * time.Hour))
	create := &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), RequestId: resource.NewUID()}
	_, err = s.figures.CreateFigure(t.Context(), create)
	must.OK(t, err)
	must.Get(s.server.Step(t.Context()))(t)
	_, err = s.publish(t, req.RequestId)
	statustest.Check(t, err, codes.FailedPrecondition, "STAGE_DISCARDED", "")

	s.ahead.Store(int64(9 * 24 * time.Hour))
	must.Get(s.server.Step(t.Context()))(t)
	_, err = s.publish(t, req.RequestId)
	statustest.Check(t, err, codes.FailedPrecondition, "NOT_STAGED", "")
	before := len(s.list(t, &metricsv1.ListFiguresRequest{}))
	_, err = s.figures.CreateFigure(t.Context(), create) // forgotten: a new write
	must.OK(t, err)
	must.Equal(t, len(s.list(t, &metricsv1.ListFiguresRequest{})), before+1)
}

func TestAFullStepOfUpkeepSaysThatThereIsMore(t *testing.T) {
	s := startFilled(t)
	for range 101 {
		must.Get(s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), RequestId: resource.NewUID()}))(t)
	}
	req := ingest()
	must.Get(s.staging.StageFigures(t.Context(), req))(t)
	must.Get(s.publish(t, req.RequestId))(t)
	s.ahead.Store(int64(8 * 24 * time.Hour))
	must.True(t, must.Get(s.server.Step(t.Context()))(t))
	must.False(t, must.Get(s.server.Step(t.Context()))(t))
}

func TestStagedMetricStaysUpdatable(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	_, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)
	_, err = s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{Metric: &metricsv1.Metric{Name: "metrics/trade", Description: "words"}})
	must.OK(t, err)
	out, err := s.publish(t, req.RequestId)
	must.OK(t, err)
	must.Equal(t, out.GetMetrics()[0].GetDescription(), "words")
}

// An ingest that is asked for again, whose figures stand in no document, leaves what was staged as it is.
func TestAStageIsNotStagedAgain(t *testing.T) {
	s := startFilled(t)
	req := &metricsv1.StageFiguresRequest{RequestId: resource.NewUID(), Figures: []*metricsv1.Figure{observed("2022", "1", area("US"))}}
	other := proto.CloneOf(req)
	other.Figures[0].Value = number("2")
	stagedAt := func() string {
		_, err := s.staging.StageFigures(t.Context(), other)
		return errs.Info(statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")).GetMetadata()["record_time"]
	}
	must.Get(s.staging.StageFigures(t.Context(), req))(t)
	first := stagedAt()
	must.Get(s.staging.StageFigures(t.Context(), req))(t)
	must.Equal(t, stagedAt(), first)
}

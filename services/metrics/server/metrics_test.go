package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func (s *service) getMetric(t testing.TB, id string) (*metricsv1.Metric, error) {
	return s.metrics.GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/" + id})
}

func TestMetricRoundTrip(t *testing.T) {
	s := start(t)
	created := s.metric(t, "trade", trade())
	want := trade()
	want.Name, want.Uid, want.Etag = "metrics/trade", created.GetUid(), created.GetEtag()
	want.CreateTime, want.UpdateTime = created.GetCreateTime(), created.GetCreateTime()
	must.Equal(t, created, want)
	got, err := s.getMetric(t, "trade")
	must.OK(t, err)
	must.Equal(t, got, created)
	without := s.metric(t, "", trade())
	must.Equal(t, without.GetName(), "metrics/"+without.GetUid())
}

func TestMetricRefusals(t *testing.T) {
	s := start(t)
	for name, test := range map[string]struct {
		edit          func(*metricsv1.Metric)
		reason, field string
	}{
		"unknown unit":        {func(m *metricsv1.Metric) { m.DefaultUnit = ucum("USD") }, "UNKNOWN_UNIT", "metric.default_unit.code"},
		"a dimension twice":   {func(m *metricsv1.Metric) { m.Dimensions[1].Id = "REF_AREA" }, "DUPLICATE_DIMENSION", "metric.dimensions[1].id"},
		"named":               {func(m *metricsv1.Metric) { m.Name = "metrics/x" }, "NAME_NOT_EMPTY", "metric.name"},
		"no display name":     {func(m *metricsv1.Metric) { m.DisplayName = "" }, "INVALID_REQUEST", "metric.display_name"},
		"statistic not known": {func(m *metricsv1.Metric) { m.StatType = 99 }, "INVALID_REQUEST", "metric.stat_type"},
	} {
		t.Run(name, func(t *testing.T) {
			m := trade()
			test.edit(m)
			_, err := s.metrics.CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{Metric: m, MetricId: "bad"})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			_, err = s.getMetric(t, "bad")
			statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
		})
	}
}

func TestMetricUpdate(t *testing.T) {
	s := start(t)
	before := s.metric(t, "trade", trade())
	settled := s.settled()
	updated, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
		Metric:     &metricsv1.Metric{Name: "metrics/trade", Etag: before.GetEtag(), Description: "words"},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description", "aliases", "etag"}},
	})
	must.OK(t, err)
	must.Equal(t, updated.GetDescription(), "words")
	must.Equal(t, len(updated.GetAliases()), 0)
	must.Equal(t, updated.GetDisplayName(), before.GetDisplayName())
	must.NotEqual(t, updated.GetEtag(), before.GetEtag())

	then, err := s.metrics.GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/trade", ReadTime: settled})
	must.OK(t, err)
	must.Equal(t, then, before)

	update := func(m *metricsv1.Metric, paths ...string) error {
		m.Name = "metrics/trade"
		_, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
			Metric: m, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		return err
	}
	statustest.Check(t, update(&metricsv1.Metric{Etag: before.GetEtag()}, "description"), codes.Aborted, "ETAG_MISMATCH", "")
	statustest.Check(t, update(&metricsv1.Metric{}, "coverage"), codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
	statustest.Check(t, update(&metricsv1.Metric{Coverage: "goods"}), codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "metric.coverage")
	statustest.Check(t, update(&metricsv1.Metric{}, "*"), codes.InvalidArgument, "INVALID_REQUEST", "metric.display_name")
	must.OK(t, update(&metricsv1.Metric{DisplayName: "Trade"}))
	same, err := s.getMetric(t, "trade")
	must.OK(t, err)
	must.OK(t, update(&metricsv1.Metric{DisplayName: "Trade"}, "display_name"))
	again, err := s.getMetric(t, "trade")
	must.OK(t, err)
	must.Equal(t, again, same) // nothing changed, so there is no revision
}

func TestMetricRetraction(t *testing.T) {
	s := startFilled(t)
	f := s.figure(t, "f1", observed("2022", "1", area("US")))
	settled := s.settled()
	remove := func() (*metricsv1.Metric, error) {
		return s.metrics.DeleteMetric(t.Context(), &metricsv1.DeleteMetricRequest{Name: "metrics/trade", Reason: "twice"})
	}
	_, err := remove()
	statustest.Check(t, err, codes.FailedPrecondition, "METRIC_HAS_FIGURES", "")
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: f.GetName(), Reason: "wrong"})
	must.OK(t, err)
	gone, err := remove()
	must.OK(t, err)
	must.Equal(t, gone.GetRetraction(), &typev1.Correction{
		Kind: typev1.Correction_RETRACTION, Subject: "metrics/trade", Reason: "twice", Caller: "anonymous",
		RecordTime: gone.GetDeleteTime(), PreviousRevision: "1", NewRevision: "2", Name: gone.GetRetraction().GetName(),
	})

	_, err = s.getMetric(t, "trade")
	st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	found := false
	for _, detail := range st.Details() {
		correction, is := detail.(*typev1.Correction)
		found = found || is && correction.GetReason() == "twice"
	}
	must.True(t, found, "the correction is in the details")
	shown, err := s.metrics.GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/trade", ShowDeleted: true})
	must.OK(t, err)
	must.Equal(t, shown, gone)
	_, err = s.metrics.GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/trade", ReadTime: settled})
	must.OK(t, err)
	_, err = s.metrics.CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{Metric: trade(), MetricId: "trade"})
	statustest.Check(t, err, codes.AlreadyExists, "METRIC_EXISTS", "metric_id")
	_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US"))})
	statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figure.metric")
	_, err = s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.metrics.ListSeries(t.Context(), &metricsv1.ListSeriesRequest{Parent: "metrics/none"})
	statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
}

func TestMetricList(t *testing.T) {
	s := startFilled(t)
	names := func(req *metricsv1.ListMetricsRequest) (names []string) {
		t.Helper()
		out, err := s.metrics.ListMetrics(t.Context(), req)
		must.OK(t, err)
		for _, m := range out.GetMetrics() {
			names = append(names, m.GetName())
		}
		return names
	}
	must.Equal(t, names(&metricsv1.ListMetricsRequest{}), []string{"metrics/deaths", "metrics/length", "metrics/trade"})
	must.Equal(t, names(&metricsv1.ListMetricsRequest{OrderBy: "display_name"}), []string{"metrics/trade", "metrics/deaths", "metrics/length"})
	must.Equal(t, names(&metricsv1.ListMetricsRequest{Filter: `aliases:"commerce"`}), []string{"metrics/trade"})
	must.Equal(t, names(&metricsv1.ListMetricsRequest{Filter: `stat_type = COUNT OR coverage = "unspecified"`, OrderBy: "name"}),
		[]string{"metrics/deaths", "metrics/trade"})
	must.Equal(t, names(&metricsv1.ListMetricsRequest{Filter: `population_type:* AND measured_property = "trade"`}), []string{"metrics/trade"})
	s.metric(t, "flow", flow(money("USD")))
	must.Equal(t, names(&metricsv1.ListMetricsRequest{Filter: `temporal_kind = FLOW`}), []string{"metrics/flow"})
	_, err := s.metrics.ListMetrics(t.Context(), &metricsv1.ListMetricsRequest{Filter: `stat_type = SUM`})
	must.Contains(t, statustest.Check(t, err, codes.InvalidArgument, "FILTER_VALUE_INVALID", "filter").Message(), "MEAN") // F17
}

package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// bilateral is a metric of trade between two places, which may be exchanged.
func bilateral() *metricsv1.Metric {
	m := plainMetric("Trade between two countries", "trade", metricsv1.Metric_VALUE, money("USD"))
	m.Dimensions = []*metricsv1.Dimension{
		{Id: "REF_AREA", Role: metricsv1.Dimension_REF_AREA, Required: true, CodeList: metricsv1.Dimension_ISO3166_1_ALPHA2},
		{Id: "COUNTERPART_AREA", Role: metricsv1.Dimension_COUNTERPART_AREA, Required: true, CodeList: metricsv1.Dimension_ISO3166_1_ALPHA2},
		{Id: "WHO", Role: metricsv1.Dimension_REPORTER, CodeList: metricsv1.Dimension_ISO3166_1_ALPHA3},
		{Id: "VALUATION", Codes: []string{"CIF", "FOB"}},
	}
	m.SymmetricDimensions, m.TemporalKind = []string{"REF_AREA", "COUNTERPART_AREA"}, metricsv1.Metric_FLOW
	return m
}

func TestM12DimensionsHaveRolesAndLists(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		want := bilateral()
		want.MeasurementMethod, want.QuantityKind, want.SameAs = "customs", "Money", []string{"https://example.org/trade"}
		want.Attributes = []*metricsv1.Attribute{{Id: "TITLE", DisplayName: "Title"}, {Id: "COLLECTION", Codes: []string{"A"}}}
		want.Breaks = []*metricsv1.Break{{TimePeriod: period("2015"), Description: "goods by origin"}}
		want.SourcePolicy = []*metricsv1.SourcePreference{{Producer: "Census", Title: "FT900"}, {Producer: "INEGI"}}
		got := s.metric(t, "trade", want)
		want.Name, want.Uid, want.Etag, want.CreateTime, want.UpdateTime = got.GetName(), got.GetUid(), got.GetEtag(), got.GetCreateTime(), got.GetCreateTime()
		want.Breaks[0].TimePeriod = got.GetBreaks()[0].GetTimePeriod() // with its bounds
		must.Equal(t, got, want)
		read, err := s.getMetric(t, "trade")
		must.OK(t, err)
		must.Equal(t, read, want)

		key := map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "WHO": "USA", "VALUATION": "FOB"}
		s.figure(t, "f", observed("2022", "5", key))
		for dimension, code := range map[string]string{"REF_AREA": "USA", "COUNTERPART_AREA": "us", "WHO": "US", "VALUATION": "FAS"} {
			bad := map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", dimension: code}
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: observed("2022", "5", bad)})
			statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_CODE", `figure.dimensions["`+dimension+`"]`)
		}
		s.figure(t, "former", observed("1985", "5", map[string]string{"REF_AREA": "SU", "COUNTERPART_AREA": "US"}))
	})
}

func TestM12SymmetricDimensionsAreOneSeries(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "trade", bilateral())
		pair := func(a, b string) map[string]string { return map[string]string{"REF_AREA": a, "COUNTERPART_AREA": b} }
		us := s.figure(t, "us", observed("2021", "1", pair("US", "MX")))
		must.Equal(t, us.GetDimensions(), pair("US", "MX"))
		s.figure(t, "mx", observed("2022", "2", pair("MX", "US")))
		_, err := s.figures.BatchCreateFigures(t.Context(), &metricsv1.BatchCreateFiguresRequest{Requests: []*metricsv1.CreateFigureRequest{
			{Figure: observed("2023", "3", pair("US", "MX")), FigureId: "batch"}, {Figure: observed("2023", "4", pair("US", "CA")), FigureId: "ca"},
		}})
		must.OK(t, err)
		for _, key := range []map[string]string{pair("US", "MX"), pair("MX", "US")} {
			must.Equal(t, s.query(t, &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: key}), []string{"us", "mx", "batch"})
		}
		must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: `dimensions.REF_AREA = "US"`, OrderBy: "name"}), []string{"batch", "ca", "us"})
		_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/us", Reason: "wrong"})
		must.OK(t, err)
		must.Equal(t, s.query(t, &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: pair("MX", "US")}), []string{"mx", "batch"})
	})
}

func TestMetricsThatContradictThemselves(t *testing.T) {
	s := startFilled(t)
	for name, test := range map[string]struct {
		edit          func(*metricsv1.Metric)
		reason, field string
	}{
		"one symmetric":         {func(m *metricsv1.Metric) { m.SymmetricDimensions = m.SymmetricDimensions[:1] }, "NOT_SYMMETRIC", "metric.symmetric_dimensions"},
		"symmetric to nothing":  {func(m *metricsv1.Metric) { m.SymmetricDimensions[1] = "X" }, "NOT_SYMMETRIC", "metric.symmetric_dimensions[1]"},
		"other codes":           {func(m *metricsv1.Metric) { m.Dimensions[1].Codes = []string{"MX"} }, "NOT_SYMMETRIC", "metric.symmetric_dimensions"},
		"other list":            {func(m *metricsv1.Metric) { m.Dimensions[1].CodeList = metricsv1.Dimension_M49 }, "NOT_SYMMETRIC", "metric.symmetric_dimensions"},
		"one required":          {func(m *metricsv1.Metric) { m.Dimensions[1].Required = false }, "NOT_SYMMETRIC", "metric.symmetric_dimensions"},
		"a code off the list":   {func(m *metricsv1.Metric) { m.Dimensions[2].Codes = []string{"USA", "US"} }, "UNKNOWN_CODE", "metric.dimensions[2].codes[1]"},
		"attribute twice":       {func(m *metricsv1.Metric) { m.Attributes = []*metricsv1.Attribute{{Id: "A"}, {Id: "A"}} }, "DUPLICATE_DIMENSION", "metric.attributes[1].id"},
		"attribute, dimension":  {func(m *metricsv1.Metric) { m.Attributes = []*metricsv1.Attribute{{Id: "WHO"}} }, "DUPLICATE_DIMENSION", "metric.attributes[0].id"},
		"attribute of a figure": {func(m *metricsv1.Metric) { m.Attributes = []*metricsv1.Attribute{{Id: "OBS_STATUS"}} }, "CONTRADICTORY", "metric.attributes[0].id"},
		"replaced by itself":    {func(m *metricsv1.Metric) { m.ReplacedBy = "metrics/new" }, "SAME_METRIC", "metric.replaced_by"},
		"replaced by nothing":   {func(m *metricsv1.Metric) { m.ReplacedBy = "metrics/none" }, "REFERENCE_NOT_FOUND", "metric.replaced_by"},
		"break of no time":      {func(m *metricsv1.Metric) { m.Breaks = []*metricsv1.Break{{TimePeriod: notStated(), Description: "d"}} }, "FIELD_REQUIRED", "metric.breaks[0].time_period.edtf"},
		"break of month 13": {func(m *metricsv1.Metric) {
			m.Breaks = []*metricsv1.Break{{TimePeriod: period("2020-13"), Description: "d"}}
		}, "INVALID_PERIOD", "metric.breaks[0].time_period.edtf"},
		"unresolved": {func(m *metricsv1.Metric) {
			m.DefaultUnit = &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: "$"}
		}, "CONTRADICTORY", "metric.default_unit.system"},
	} {
		t.Run(name, func(t *testing.T) {
			m := bilateral()
			test.edit(m)
			_, err := s.metrics.CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{Metric: m, MetricId: "new"})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			_, err = s.getMetric(t, "new")
			statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
		})
	}
}

func TestMetricsAreReplacedAndBreak(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		update := func(m *metricsv1.Metric, fields ...string) (*metricsv1.Metric, error) {
			m.Name = "metrics/trade"
			return s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{Metric: m, UpdateMask: &fieldmaskpb.FieldMask{Paths: fields}})
		}
		out, err := update(&metricsv1.Metric{
			ReplacedBy: "metrics/length", MeasurementMethod: "survey", SameAs: []string{"https://example.org/x"},
			Breaks:       []*metricsv1.Break{{TimePeriod: period("2015-01"), Description: "new survey"}},
			SourcePolicy: []*metricsv1.SourcePreference{{Producer: "Census"}},
		}, "replaced_by", "measurement_method", "same_as", "breaks", "source_policy")
		must.OK(t, err)
		must.Equal(t, out.GetReplacedBy(), "metrics/length")
		must.Equal(t, out.GetBreaks()[0].GetTimePeriod().GetEdtf(), "2015-01")
		must.Equal(t, out.GetSourcePolicy()[0].GetProducer(), "Census")
		_, err = update(&metricsv1.Metric{ReplacedBy: "metrics/trade"}, "replaced_by")
		statustest.Check(t, err, codes.InvalidArgument, "SAME_METRIC", "metric.replaced_by")
		_, err = update(&metricsv1.Metric{ReplacedBy: "metrics/none"}, "replaced_by")
		statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "metric.replaced_by")
		_, err = update(&metricsv1.Metric{Breaks: []*metricsv1.Break{{TimePeriod: period("x"), Description: "d"}}}, "breaks")
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "metric.breaks[0].time_period.edtf")
		_, err = update(&metricsv1.Metric{SymmetricDimensions: []string{"REF_AREA", "COUNTERPART_AREA"}}, "symmetric_dimensions")
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
		out, err = update(&metricsv1.Metric{}, "replaced_by")
		must.OK(t, err)
		must.Equal(t, out.GetReplacedBy(), "")
	})
}

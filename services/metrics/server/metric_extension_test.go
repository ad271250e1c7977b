package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// updateMetric changes fields of metrics/trade to what an edit of the metric on record makes of them.
func (s *service) updateMetric(t testing.TB, edit func(*metricsv1.Metric), paths ...string) error {
	t.Helper()
	current, err := s.getMetric(t, "trade")
	must.OK(t, err)
	next := proto.CloneOf(current)
	edit(next)
	_, err = s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{Metric: next, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	return err
}

func TestADefinitionGrows(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "before", observed("2021", "1", map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"}))
		sum := &metricsv1.QueryMetricRequest{
			Name: "metrics/trade", AggregationFrequency: metricsv1.Figure_A, AggregationMethod: metricsv1.QueryMetricRequest_SUM,
		}
		_, err := s.metrics.QueryMetric(t.Context(), sum)
		statustest.Check(t, err, codes.InvalidArgument, "AGGREGATION_NOT_APPLICABLE", "aggregation_method")
		must.OK(t, s.updateMetric(t, func(m *metricsv1.Metric) {
			m.Dimensions[2].Codes = append(m.Dimensions[2].Codes, "TRANSIT")
			m.Dimensions = append(m.Dimensions, &metricsv1.Dimension{Id: "VALUATION", Codes: []string{"CIF", "FOB"}})
			m.Attributes = append(m.Attributes, &metricsv1.Attribute{Id: "COLLECTION", Codes: []string{"A"}})
			m.TemporalKind, m.QuantityKind = metricsv1.Metric_FLOW, "Currency"
		}, "dimensions", "attributes", "temporal_kind", "quantity_kind"))
		f := observed("2022", "2", map[string]string{"REF_AREA": "US", "FLOW": "TRANSIT", "VALUATION": "FOB"})
		f.Attributes = map[string]string{"COLLECTION": "A"}
		s.figure(t, "after", f)
		must.Equal(t, s.rows(t, sum), []string{"2021 1", "2022 2"})
		must.OK(t, s.updateMetric(t, func(m *metricsv1.Metric) {
			m.Attributes[0].Codes = append(m.Attributes[0].Codes, "B")
		})) // no mask: what is set and unchanged is no change
	})
}

func TestADefinitionLosesNothing(t *testing.T) {
	s := startFilled(t)
	must.OK(t, s.updateMetric(t, func(m *metricsv1.Metric) {
		m.TemporalKind, m.QuantityKind = metricsv1.Metric_STOCK, "Currency"
		m.Attributes = []*metricsv1.Attribute{{Id: "TITLE"}, {Id: "COLLECTION", Codes: []string{"A", "B"}}}
	}, "temporal_kind", "quantity_kind", "attributes"))
	for name, test := range map[string]struct {
		edit  func(*metricsv1.Metric)
		field string
	}{
		"a code":         {func(m *metricsv1.Metric) { m.Dimensions[2].Codes = []string{"IMPORTS", "TOTAL"} }, "metric.dimensions[2].codes"},
		"all codes":      {func(m *metricsv1.Metric) { m.Dimensions[2].Codes = nil }, "metric.dimensions[2].codes"},
		"any code":       {func(m *metricsv1.Metric) { m.Dimensions[1].Codes = []string{"US"} }, "metric.dimensions[1].codes"},
		"a dimension":    {func(m *metricsv1.Metric) { m.Dimensions = m.Dimensions[:2] }, "metric.dimensions"},
		"all dimensions": {func(m *metricsv1.Metric) { m.Dimensions = nil }, "metric.dimensions"},
		"the order":      {func(m *metricsv1.Metric) { m.Dimensions[0], m.Dimensions[1] = m.Dimensions[1], m.Dimensions[0] }, "metric.dimensions"},
		"leave to omit":  {func(m *metricsv1.Metric) { m.Dimensions[1].Required = true }, "metric.dimensions[1].required"},
		"no requirement": {func(m *metricsv1.Metric) { m.Dimensions[0].Required = false }, "metric.dimensions[0].required"},
		"figures without": {func(m *metricsv1.Metric) {
			m.Dimensions = append(m.Dimensions, &metricsv1.Dimension{Id: "X", Required: true})
		}, "metric.dimensions[3].required"},
		"a role":             {func(m *metricsv1.Metric) { m.Dimensions[0].Role = metricsv1.Dimension_REPORTER }, "metric.dimensions[0].role"},
		"a code list":        {func(m *metricsv1.Metric) { m.Dimensions[0].CodeList = metricsv1.Dimension_ISO3166_1_ALPHA2 }, "metric.dimensions[0].code_list"},
		"a name":             {func(m *metricsv1.Metric) { m.Dimensions[0].DisplayName = "Country" }, "metric.dimensions[0].display_name"},
		"an attribute":       {func(m *metricsv1.Metric) { m.Attributes = m.Attributes[1:] }, "metric.attributes"},
		"an attribute's":     {func(m *metricsv1.Metric) { m.Attributes[1].Codes = []string{"A"} }, "metric.attributes[1].codes"},
		"how it is in time":  {func(m *metricsv1.Metric) { m.TemporalKind = metricsv1.Metric_FLOW }, "metric.temporal_kind"},
		"that it is in time": {func(m *metricsv1.Metric) { m.TemporalKind = 0 }, "metric.temporal_kind"},
		"the quantity":       {func(m *metricsv1.Metric) { m.QuantityKind = "Length" }, "metric.quantity_kind"},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.updateMetric(t, test.edit, "dimensions", "attributes", "temporal_kind", "quantity_kind")
			statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", test.field)
		})
	}
	err := s.updateMetric(t, func(m *metricsv1.Metric) { m.Attributes = append(m.Attributes, &metricsv1.Attribute{Id: "REF_AREA"}) }, "attributes")
	statustest.Check(t, err, codes.InvalidArgument, "DUPLICATE_DIMENSION", "metric.attributes[2].id")
}

func TestMetricsAreNotReplacedInACircle(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		replace := func(id, by string) error {
			_, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
				Metric:     &metricsv1.Metric{Name: "metrics/" + id, ReplacedBy: by},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"replaced_by"}},
			})
			return err
		}
		remove := func(id string) error {
			_, err := s.metrics.DeleteMetric(t.Context(), &metricsv1.DeleteMetricRequest{Name: "metrics/" + id, Reason: "wrong"})
			return err
		}
		must.OK(t, replace("trade", "metrics/length"))
		must.OK(t, replace("length", "metrics/deaths"))
		statustest.Check(t, replace("length", "metrics/trade"), codes.InvalidArgument, "CONTRADICTORY", "metric.replaced_by")
		statustest.Check(t, replace("deaths", "metrics/trade"), codes.InvalidArgument, "CONTRADICTORY", "metric.replaced_by")

		found, err := s.metrics.ListMetrics(t.Context(), &metricsv1.ListMetricsRequest{Filter: `replaced_by = "metrics/deaths"`})
		must.OK(t, err)
		must.Equal(t, len(found.GetMetrics()), 1)
		must.Equal(t, found.GetMetrics()[0].GetName(), "metrics/length")

		statustest.Check(t, remove("deaths"), codes.FailedPrecondition, "METRIC_REPLACES", "")
		must.OK(t, replace("length", ""))
		must.OK(t, remove("deaths"))
		must.OK(t, remove("trade")) // one that names another is retracted as any
		must.OK(t, remove("length"))
	})
}

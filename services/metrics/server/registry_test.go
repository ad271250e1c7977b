package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestM25WordsResolveToMetrics(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		resolve := func(text string, at *timestamppb.Timestamp) string {
			t.Helper()
			out, err := s.metrics.ResolveMetrics(t.Context(), &metricsv1.ResolveMetricsRequest{Text: text, ReadTime: at})
			must.OK(t, err)
			var got []string
			for _, c := range out.GetCandidates() {
				got = append(got, strings.TrimPrefix(c.GetMetric().GetName(), "metrics/")+" "+c.GetScore().GetValue()+" "+strings.Join(c.GetMatchedFields(), "+"))
			}
			return strings.Join(got, ", ")
		}
		must.Equal(t, resolve("Bilateral trade", nil), "trade 1.00 display_name+aliases+measured_property")
		must.Equal(t, resolve("commerce", nil), "trade 1.00 aliases")
		must.Equal(t, resolve("BILATERAL-TRADE", nil), "trade 0.95 display_name+aliases+measured_property")
		must.Equal(t, resolve("country", nil), "trade 0.80 aliases+population_type")
		must.Equal(t, resolve("steel", nil), "")
		before := s.settled()

		goods := trade()
		goods.DisplayName, goods.Coverage, goods.Aliases = "Trade in goods", "goods only", nil
		s.metric(t, "goods", goods)
		must.True(t, strings.HasPrefix(resolve("goods trade", nil), "goods 0.90"), "all words of the name, in another order")
		_, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
			Metric: &metricsv1.Metric{Name: "metrics/trade", ReplacedBy: "metrics/goods"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"replaced_by"}},
		})
		must.OK(t, err)
		must.True(t, strings.HasPrefix(resolve("Bilateral trade", nil), "goods "), "what replaced it comes first")
		must.Equal(t, resolve("Bilateral trade", before), "trade 1.00 display_name+aliases+measured_property")
		_, err = s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
			Metric: &metricsv1.Metric{Name: "metrics/trade"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"replaced_by"}},
		})
		must.OK(t, err)
		_, err = s.metrics.DeleteMetric(t.Context(), &metricsv1.DeleteMetricRequest{Name: "metrics/goods", Reason: "wrong"})
		must.OK(t, err)
		must.Equal(t, resolve("goods", nil), "")

		out, err := s.metrics.ResolveMetrics(t.Context(), &metricsv1.ResolveMetricsRequest{Text: "trade deaths", PageSize: 1})
		must.OK(t, err)
		must.Equal(t, len(out.GetCandidates()), 1)
		words := make([]string, 33)
		for i := range words {
			words[i] = string([]rune{rune('a' + i%26), 'x', rune('q' + i/26)})
		}
		_, err = s.metrics.ResolveMetrics(t.Context(), &metricsv1.ResolveMetricsRequest{Text: strings.Join(words, " ")})
		statustest.Check(t, err, codes.InvalidArgument, "TOO_MANY_TERMS", "text")
		_, err = s.metrics.ResolveMetrics(t.Context(), &metricsv1.ResolveMetricsRequest{Text: "?!"})
		statustest.Check(t, err, codes.InvalidArgument, "EMPTY_QUERY", "text")
	})
}

// released is a figure that a source put out at a time.
func released(edtf, value, release, producer string, dimensions map[string]string) *metricsv1.Figure {
	f := observed(edtf, value, dimensions)
	f.ReleaseTime = &typev1.TimePeriod{Edtf: release}
	f.Origin = &metricsv1.Origin{Producer: producer}
	return f
}

func TestM26AvailabilityBeforeFetching(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		metric := trade()
		metric.SourcePolicy = []*metricsv1.SourcePreference{{Producer: "Census"}, {Producer: "INEGI"}}
		s.metric(t, "trade", metric)
		tell := func(req *metricsv1.GetAvailabilityRequest) *metricsv1.Availability {
			t.Helper()
			req.Name = "metrics/trade"
			out, err := s.metrics.GetAvailability(t.Context(), req)
			must.OK(t, err)
			return out
		}
		empty := tell(&metricsv1.GetAvailabilityRequest{})
		must.Equal(t, []int32{empty.GetSeriesCount(), empty.GetFigureCount(), empty.GetVintageCount()}, []int32{0, 0, 0})
		must.True(t, empty.GetFigureCountExact() && empty.GetFirstPeriod() == nil && empty.GetFirstRelease() == nil)

		key := func(area, flow string) map[string]string { return map[string]string{"REF_AREA": area, "FLOW": flow} }
		s.figure(t, "a", released("2019", "1", "2020-01", "INEGI", key("MX", "IMPORTS")))
		s.figure(t, "b", released("2020", "2", "2021-02-03", "Census", key("MX", "IMPORTS")))
		s.figure(t, "c", released("2020", "3", "2021-02-03", "Census", key("CA", "TOTAL")))
		monthly := observed("2021-05", "4", key("CA", "TOTAL"))
		monthly.Frequency = metricsv1.Figure_M
		s.figure(t, "d", monthly)
		before := s.settled()

		all := tell(&metricsv1.GetAvailabilityRequest{})
		must.Equal(t, []int32{all.GetSeriesCount(), all.GetFigureCount(), all.GetVintageCount()}, []int32{3, 4, 3})
		must.Equal(t, all.GetFrequencies(), []metricsv1.Figure_Frequency{metricsv1.Figure_A, metricsv1.Figure_M})
		must.Equal(t, []string{all.GetFirstPeriod().GetEdtf(), all.GetLastPeriod().GetEdtf()}, []string{"2019", "2021-05"})
		must.Equal(t, []string{all.GetFirstRelease().GetEdtf(), all.GetLastRelease().GetEdtf()}, []string{"2020-01", "2021-02-03"})
		must.Equal(t, all.GetDimensions(), []*metricsv1.Availability_DimensionCodes{
			{Id: "REF_AREA", Codes: []string{"CA", "MX"}}, {Id: "COUNTERPART_AREA"}, {Id: "FLOW", Codes: []string{"IMPORTS", "TOTAL"}},
		})
		var producers []string
		for _, source := range all.GetSources() {
			producers = append(producers, source.GetProducer())
		}
		must.Equal(t, producers, []string{"Census", "Census", "INEGI"}) // two titles of the Census are two sources

		mexico := tell(&metricsv1.GetAvailabilityRequest{Dimensions: area("MX")})
		must.Equal(t, []int32{mexico.GetSeriesCount(), mexico.GetFigureCount(), mexico.GetVintageCount()}, []int32{1, 2, 2})
		must.Equal(t, mexico.GetLastPeriod().GetEdtf(), "2020")
		months := tell(&metricsv1.GetAvailabilityRequest{Frequency: metricsv1.Figure_M})
		must.Equal(t, []int32{months.GetSeriesCount(), months.GetFigureCount()}, []int32{1, 1})

		_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/d", Reason: "wrong"})
		must.OK(t, err)
		must.Equal(t, tell(&metricsv1.GetAvailabilityRequest{}).GetFigureCount(), int32(3))
		must.Equal(t, tell(&metricsv1.GetAvailabilityRequest{ReadTime: before}), all)
	})
}

func TestM26SeriesOfADimension(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		metric := trade()
		metric.Dimensions[1].Required = true
		metric.SymmetricDimensions = []string{"REF_AREA", "COUNTERPART_AREA"}
		s.metric(t, "trade", metric)
		between := func(a, b string) map[string]string { return map[string]string{"REF_AREA": a, "COUNTERPART_AREA": b} }
		for id, dimensions := range map[string]map[string]string{
			"a": between("US", "MX"), "b": between("US", "VN"), "c": between("CA", "US"), "d": between("CA", "MX"),
		} {
			s.figure(t, id, observed("2020", "1", dimensions))
		}
		series := func(dimensions map[string]string, frequency metricsv1.Figure_Frequency) (found []string) {
			req := &metricsv1.ListSeriesRequest{Parent: "metrics/trade", PageSize: 1, Dimensions: dimensions, Frequency: frequency}
			for {
				out, err := s.metrics.ListSeries(t.Context(), req)
				must.OK(t, err)
				for _, one := range out.GetSeries() {
					found = append(found, one.GetDimensions()["REF_AREA"]+"/"+one.GetDimensions()["COUNTERPART_AREA"])
				}
				if req.PageToken = out.GetNextPageToken(); req.PageToken == "" {
					return found
				}
			}
		}
		must.Equal(t, series(nil, 0), []string{"CA/MX", "CA/US", "MX/US", "US/VN"})
		must.Equal(t, series(area("US"), 0), []string{"CA/US", "MX/US", "US/VN"})
		must.Equal(t, series(between("US", "MX"), 0), []string{"MX/US"})
		must.Equal(t, series(nil, metricsv1.Figure_M), nil)
		out, err := s.metrics.GetAvailability(t.Context(), &metricsv1.GetAvailabilityRequest{Name: "metrics/trade", Dimensions: area("US")})
		must.OK(t, err)
		must.Equal(t, out.GetSeriesCount(), int32(3))
		must.Equal(t, out.GetDimensions()[0].GetCodes(), []string{"CA", "MX", "US", "VN"})
		must.Equal(t, out.GetDimensions()[1].GetCodes(), []string{"CA", "MX", "US", "VN"})
		for reason, dimensions := range map[string]map[string]string{"UNKNOWN_DIMENSION": {"COLOUR": "RED"}, "UNKNOWN_CODE": {"FLOW": "UP"}} {
			_, err := s.metrics.ListSeries(t.Context(), &metricsv1.ListSeriesRequest{Parent: "metrics/trade", Dimensions: dimensions})
			statustest.Check(t, err, codes.InvalidArgument, reason, "")
			_, err = s.metrics.GetAvailability(t.Context(), &metricsv1.GetAvailabilityRequest{Name: "metrics/trade", Dimensions: dimensions})
			statustest.Check(t, err, codes.InvalidArgument, reason, "")
		}
	})
}

// What imports bring is there as well as what is created one by one.
func TestAvailabilityOfImportedFigures(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.imported(t, importOf("2024-02-07", years("MX", "1", "2", "3"), years("CA", "5")))
		s.imported(t, importOf("2024-03-07", years("MX", "1.5")))
		s.figure(t, "printed", observed("1999", "4", area("MX")))
		tell := func(dimensions map[string]string) *metricsv1.Availability {
			out, err := s.metrics.GetAvailability(t.Context(), &metricsv1.GetAvailabilityRequest{Name: "metrics/trade", Dimensions: dimensions})
			must.OK(t, err)
			return out
		}
		all, canada := tell(nil), tell(area("CA"))
		must.Equal(t, []int32{all.GetSeriesCount(), all.GetFigureCount(), all.GetVintageCount()}, []int32{2, 6, 3})
		must.Equal(t, []string{all.GetFirstPeriod().GetEdtf(), all.GetLastPeriod().GetEdtf()}, []string{"1999", "2002"})
		must.Equal(t, []string{all.GetFirstRelease().GetEdtf(), all.GetLastRelease().GetEdtf()}, []string{"2024-02-07", "2024-03-07"})
		must.Equal(t, []int32{canada.GetSeriesCount(), canada.GetFigureCount(), canada.GetVintageCount()}, []int32{1, 1, 1})
		out, err := s.metrics.ListSeries(t.Context(), &metricsv1.ListSeriesRequest{Parent: "metrics/trade", Dimensions: area("MX")})
		must.OK(t, err)
		must.Equal(t, len(out.GetSeries()), 1)
		must.Equal(t, out.GetSeries()[0].GetFigureCount(), int32(5))
		must.Equal(t, []string{out.GetSeries()[0].GetFirstPeriod().GetEdtf(), out.GetSeries()[0].GetLastPeriod().GetEdtf()}, []string{"1999", "2002"})
	})
}

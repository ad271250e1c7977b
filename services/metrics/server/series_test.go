package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// startSeries has two yearly series of metrics/trade, IMPORTS and EXPORTS from 2010 to 2014, and one figure of DE without a date.
func startSeries(t testing.TB) *service {
	s := startFilled(t)
	var batch []*metricsv1.CreateFigureRequest
	for year := 2010; year < 2015; year++ {
		for _, flow := range []string{"IMPORTS", "EXPORTS"} {
			f := observed(fmt.Sprint(year), fmt.Sprint(year-2000), map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": flow})
			f.UnitMult = 9
			id := fmt.Sprintf("%s-%d", map[string]string{"IMPORTS": "i", "EXPORTS": "e"}[flow], year)
			batch = append(batch, &metricsv1.CreateFigureRequest{Figure: f, FigureId: id})
		}
	}
	_, err := s.figures.BatchCreateFigures(t.Context(), &metricsv1.BatchCreateFiguresRequest{Requests: batch})
	must.OK(t, err)
	undated := observed("2010", "7", area("DE"))
	undated.TimePeriod, undated.Frequency = notStated(), 0
	s.figure(t, "de", undated)
	return s
}

// query answers the ids of the points of a query, page after page.
func (s *service) query(t testing.TB, req *metricsv1.QueryMetricRequest) (ids []string) {
	t.Helper()
	req.Name = "metrics/trade"
	for {
		out, err := s.metrics.QueryMetric(t.Context(), req)
		must.OK(t, err)
		for _, series := range out.GetSeries() {
			for _, o := range series.GetObservations() {
				ids = append(ids, o.GetFigure()[len("figures/"):])
			}
		}
		if req.PageToken = out.GetNextPageToken(); req.PageToken == "" {
			return ids
		}
	}
}

func TestQuery(t *testing.T) {
	s := startSeries(t)
	exports := []string{"e-2010", "e-2011", "e-2012", "e-2013", "e-2014"}
	imports := []string{"i-2010", "i-2011", "i-2012", "i-2013", "i-2014"}
	all := append(append(append([]string{}, exports...), imports...), "de") // {"COUNTERPART_AREA… sorts before {"REF_AREA…
	for _, test := range []struct {
		req  *metricsv1.QueryMetricRequest
		want []string
	}{
		{&metricsv1.QueryMetricRequest{}, all},
		{&metricsv1.QueryMetricRequest{Dimensions: map[string]string{"FLOW": "EXPORTS"}}, exports},
		{&metricsv1.QueryMetricRequest{Dimensions: map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": "IMPORTS"}}, imports},
		{&metricsv1.QueryMetricRequest{Period: "2012/2013-06"}, []string{"e-2012", "e-2013", "i-2012", "i-2013"}},
		{&metricsv1.QueryMetricRequest{Period: "../2010-06"}, []string{"e-2010", "i-2010"}},
		{&metricsv1.QueryMetricRequest{Period: "2014-12/.."}, []string{"e-2014", "i-2014"}},
	} {
		for _, size := range []int32{0, 1, 3, 1000} {
			test.req.PageSize = size
			must.Equal(t, s.query(t, test.req), test.want)
		}
	}
	must.Equal(t, s.query(t, &metricsv1.QueryMetricRequest{Frequency: metricsv1.Figure_Q}), nil)
	must.Equal(t, s.query(t, &metricsv1.QueryMetricRequest{Dimensions: area("FR")}), nil)
	out, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: area("US"), Period: "2010"})
	must.OK(t, err)
	must.Equal(t, len(out.GetSeries()), 2)
	must.Equal(t, out.GetSeries()[0].GetDimensions(), map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": "MX", "FLOW": "EXPORTS"})
	must.Equal(t, out.GetSeries()[0].GetFrequency(), metricsv1.Figure_A)
	point := out.GetSeries()[0].GetObservations()[0]
	must.Equal(t, point.GetValue(), number("10000000000"))
	must.Equal(t, point.GetTimePeriod().GetEdtf(), "2010")
	must.Equal(t, point.GetUnit(), money("USD"))
}

func TestF13BoundsInASeries(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "few", count(func(f *metricsv1.Figure) {
		f.ValueKind, f.Upper, f.Approximator = metricsv1.Figure_UPPER_BOUND, bound("1", false), metricsv1.Figure_UNDER
	}))
	out, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/deaths"})
	must.OK(t, err)
	got := out.GetSeries()[0].GetObservations()[0]
	must.Equal(t, got, &metricsv1.Observation{
		Figure: "figures/few", TimePeriod: notStated(), ValueKind: metricsv1.Figure_UPPER_BOUND, Upper: bound("1", false), Unit: ucum("1"),
		Approximator: metricsv1.Figure_UNDER, SourceId: got.GetSourceId(), RevisionId: "1", UpdateTime: got.GetUpdateTime(),
		AsWritten: &metricsv1.AsWritten{Upper: bound("1", false), Unit: ucum("1")}, CountedObject: "deaths",
	})
}

func TestQueryRefusals(t *testing.T) {
	s := startSeries(t)
	for name, test := range map[string]struct {
		req           *metricsv1.QueryMetricRequest
		reason, field string
	}{
		"unknown dimension": {&metricsv1.QueryMetricRequest{Dimensions: map[string]string{"COLOUR": "RED"}}, "UNKNOWN_DIMENSION", `dimensions["COLOUR"]`},
		"unknown code":      {&metricsv1.QueryMetricRequest{Dimensions: map[string]string{"FLOW": "UP"}}, "UNKNOWN_CODE", `dimensions["FLOW"]`},
		"month 13":          {&metricsv1.QueryMetricRequest{Period: "2023-13"}, "INVALID_PERIOD", "period"},
	} {
		t.Run(name, func(t *testing.T) {
			test.req.Name = "metrics/trade"
			_, err := s.metrics.QueryMetric(t.Context(), test.req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
	page, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", PageSize: 1})
	must.OK(t, err)
	_, err = s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", PageToken: page.GetNextPageToken(), Period: "2010"})
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
}

func TestSeriesList(t *testing.T) {
	s := startSeries(t)
	before := s.settled()
	series := func(req *metricsv1.ListSeriesRequest) (all []*metricsv1.Series) {
		t.Helper()
		req.Parent = "metrics/trade"
		for {
			out, err := s.metrics.ListSeries(t.Context(), req)
			must.OK(t, err)
			all = append(all, out.GetSeries()...)
			if req.PageToken = out.GetNextPageToken(); req.PageToken == "" {
				return all
			}
		}
	}
	all := series(&metricsv1.ListSeriesRequest{})
	must.Equal(t, len(all), 3)
	must.Equal(t, all[1].GetFigureCount(), int32(5))
	must.Equal(t, all[1].GetFirstPeriod().GetEdtf()+" "+all[1].GetLastPeriod().GetEdtf(), "2010 2014")
	must.Equal(t, all[2], &metricsv1.Series{Metric: "metrics/trade", Dimensions: area("DE"), FigureCount: 1})
	must.Equal(t, series(&metricsv1.ListSeriesRequest{PageSize: 1}), all)

	for _, name := range []string{"figures/de", "figures/i-2014"} {
		_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: name, Reason: "wrong"})
		must.OK(t, err)
	}
	now := series(&metricsv1.ListSeriesRequest{})
	must.Equal(t, len(now), 2)
	must.Equal(t, now[1].GetLastPeriod().GetEdtf(), "2013")
	must.Equal(t, series(&metricsv1.ListSeriesRequest{ReadTime: before}), all)
	must.Equal(t, len(s.query(t, &metricsv1.QueryMetricRequest{})), 9)
	must.Equal(t, len(s.query(t, &metricsv1.QueryMetricRequest{ReadTime: before})), 11)
}

package server_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestM17VintagesAsOf: a figure is answered as it was known, whatever was put out later.
func TestM17VintagesAsOf(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.batchOf(t, map[string]*metricsv1.Figure{
			"first": outOn("2021-01-29", flowing("2020", "1.0", metricsv1.Figure_A)), "second": outOn("2021-02", flowing("2020", "1.1", metricsv1.Figure_A)),
			"third": outOn("2021-03-30", flowing("2020", "1.2", metricsv1.Figure_A)), "next": outOn("2021-03-30", flowing("2021", "2", metricsv1.Figure_A)),
		})
		for asOf, want := range map[string][]string{
			"2021-01-28": nil, "2021-01-29": {"2020 1.0"}, "2021-02-27": {"2020 1.0"}, "2021-02-28": {"2020 1.1"}, "2021-02": {"2020 1.1"},
			"2021-03-29": {"2020 1.1"}, "2021-03-30": {"2020 1.2", "2021 2"}, "2021": {"2020 1.2", "2021 2"}, "": {"2020 1.2", "2021 2"},
		} {
			must.Equal(t, s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", AsOf: asOf}), want)
		}
		ask := func(vintages metricsv1.QueryMetricRequest_Vintages, asOf string) []string {
			return s.checkPages(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", Vintages: vintages, AsOf: asOf})
		}
		must.Equal(t, ask(metricsv1.QueryMetricRequest_FIRST, ""), []string{"2020 1.0", "2021 2"})
		must.Equal(t, ask(metricsv1.QueryMetricRequest_LATEST, ""), []string{"2020 1.2", "2021 2"})
		must.Equal(t, ask(metricsv1.QueryMetricRequest_ALL, ""), []string{"2020 1.0", "2020 1.1", "2020 1.2", "2021 2"})
		must.Equal(t, ask(metricsv1.QueryMetricRequest_ALL, "2021-02"), []string{"2020 1.0", "2020 1.1"})
		_, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{
			Name: "metrics/flow", Vintages: metricsv1.QueryMetricRequest_ALL, Transform: metricsv1.QueryMetricRequest_PCH,
		})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "transform")
		_, err = s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/flow", AsOf: "2021-13"})
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "as_of")
		must.Equal(t, errs.Info(errs.ToStatus(err)).GetMetadata()["cause"], "OUT_OF_RANGE")
	})
}

// TestF14AsOfGivesOneRowPerKeyAndPeriod: three releases of one quarter are one row.
func TestF14AsOfGivesOneRowPerKeyAndPeriod(t *testing.T) {
	s := start(t)
	s.metric(t, "flow", flow(money("USD")))
	s.batchOf(t, map[string]*metricsv1.Figure{
		"a": outOn("2014-04-30", flowing("2014-33", "1", metricsv1.Figure_Q)), "b": outOn("2014-05-29", flowing("2014-33", "2", metricsv1.Figure_Q)),
		"c": outOn("2014-06-25", flowing("2014-33", "3", metricsv1.Figure_Q)),
	})
	must.Equal(t, s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", AsOf: "2014-12-31"}), []string{"2014-33 3"})
}

// TestF15ThousandsOfVintages: 2,500 releases of one period are all answered, and listed.
func TestF15ThousandsOfVintages(t *testing.T) {
	const releases = 2500
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		day := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
		for i := 0; i < releases; {
			figures := map[string]*metricsv1.Figure{}
			for range 500 {
				figures[fmt.Sprint("v-", i)] = outOn(day.AddDate(0, 0, i).Format("2006-01-02"), flowing("2009", fmt.Sprint(i), metricsv1.Figure_A))
				i++
			}
			s.batchOf(t, figures)
		}
		all := s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", Vintages: metricsv1.QueryMetricRequest_ALL, PageSize: 1000})
		must.Equal(t, len(all), releases)
		for i, row := range all {
			must.Equal(t, row, fmt.Sprint("2009 ", i))
		}
		must.Equal(t, s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow"}), []string{fmt.Sprint("2009 ", releases-1)})
		listed := s.vintages(t, &metricsv1.ListVintagesRequest{Parent: "metrics/flow", PageSize: 999})
		must.Equal(t, len(listed), releases)
		must.Equal(t, listed[0].GetReleaseTime().GetEdtf(), day.AddDate(0, 0, releases-1).Format("2006-01-02"))
	})
}

// vintages are all vintages that a list has, page after page.
func (s *service) vintages(t testing.TB, req *metricsv1.ListVintagesRequest) (all []*metricsv1.Vintage) {
	t.Helper()
	for req.PageToken = ""; ; {
		page, err := s.metrics.ListVintages(t.Context(), req)
		must.OK(t, err)
		all = append(all, page.GetVintages()...)
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return all
		}
	}
}

// TestM17ListVintages: which source put figures out when.
func TestM17ListVintages(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		before := s.settled()
		s.batchOf(t, map[string]*metricsv1.Figure{
			"a": outOn("2021-01", by("X", flowing("2019", "1", metricsv1.Figure_A))), "b": outOn("2021-01", by("X", flowing("2020", "1", metricsv1.Figure_A))),
			"c": outOn("2021-01", by("Y", flowing("2020", "1", metricsv1.Figure_A))), "d": outOn("2022-01", by("X", flowing("2020", "1", metricsv1.Figure_A))),
		})
		says := func(req *metricsv1.ListVintagesRequest) (rows []string) {
			t.Helper()
			req.Parent = "metrics/flow"
			names := map[string]string{}
			page, err := s.metrics.ListVintages(t.Context(), &metricsv1.ListVintagesRequest{Parent: "metrics/flow"})
			must.OK(t, err)
			for i, source := range page.GetSources() {
				must.Equal(t, source.GetRank(), int32(i+1)) //nolint:gosec // two
				names[source.GetSourceId()] = source.GetProducer()
			}
			for _, v := range s.vintages(t, req) {
				must.True(t, v.GetRecordTime() != nil)
				rows = append(rows, v.GetReleaseTime().GetEdtf()+" "+names[v.GetSourceId()])
			}
			return rows
		}
		all := says(&metricsv1.ListVintagesRequest{})
		must.Equal(t, len(all), 3)
		must.Equal(t, all[0], "2022-01 X")
		must.Equal(t, says(&metricsv1.ListVintagesRequest{PageSize: 1}), all)
		must.Equal(t, len(says(&metricsv1.ListVintagesRequest{ReadTime: before})), 0)
		page, err := s.metrics.ListVintages(t.Context(), &metricsv1.ListVintagesRequest{Parent: "metrics/flow"})
		must.OK(t, err)
		id := page.GetVintages()[0].GetSourceId()
		must.Equal(t, says(&metricsv1.ListVintagesRequest{Sources: []string{id}}), []string{"2022-01 X", "2021-01 X"})
		_, err = s.metrics.ListVintages(t.Context(), &metricsv1.ListVintagesRequest{Parent: "metrics/flow", Dimensions: map[string]string{"COLOUR": "RED"}})
		statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_DIMENSION", `dimensions["COLOUR"]`)
	})
}

// TestM18TwoAxes: when a figure was published and when it was recorded are two questions. A release that is loaded later was public
// before, but is in no earlier state of the record.
func TestM18TwoAxes(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.figure(t, "new", outOn("2022-01", flowing("2020", "2", metricsv1.Figure_A)))
		before := s.settled()
		s.figure(t, "old", outOn("2021-01", flowing("2020", "1", metricsv1.Figure_A)))
		s.figure(t, "unsaid", by("Other", flowing("2020", "3", metricsv1.Figure_A)))
		ask := func(req *metricsv1.QueryMetricRequest) []string {
			req.Name = "metrics/flow"
			return s.rows(t, req)
		}
		must.Equal(t, ask(&metricsv1.QueryMetricRequest{AsOf: "2021-06"}), []string{"2020 1"})
		must.Equal(t, ask(&metricsv1.QueryMetricRequest{AsOf: "2021-06", ReadTime: before}), nil)
		must.Equal(t, ask(&metricsv1.QueryMetricRequest{ReadTime: before}), []string{"2020 2"})
		// Without a release a figure counts as put out when it was recorded: now.
		must.Equal(t, ask(&metricsv1.QueryMetricRequest{}), []string{"2020 3", "2020 2"})
		must.Equal(t, ask(&metricsv1.QueryMetricRequest{AsOf: "2022-12"}), []string{"2020 2"})
		first := ask(&metricsv1.QueryMetricRequest{Vintages: metricsv1.QueryMetricRequest_FIRST})
		must.Equal(t, first, []string{"2020 3", "2020 1"})
	})
}

// TestM17AFigureThatIsOnRecordWasOut: a release of this year counts from its end on, but not for what is recorded before that; what is not
// released before next century is not out.
func TestM17AFigureThatIsOnRecordWasOut(t *testing.T) {
	s := start(t)
	s.metric(t, "flow", flow(money("USD")))
	now := s.server.Settled()
	s.batchOf(t, map[string]*metricsv1.Figure{
		"out":       outOn(now.Format("2006"), flowing("2020", "1", metricsv1.Figure_A)),
		"embargoed": outOn("2999", flowing("2021", "2", metricsv1.Figure_A)),
	})
	must.Equal(t, s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", AsOf: now.AddDate(0, 0, 1).Format("2006-01-02")}), []string{"2020 1"})
	must.Equal(t, s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", AsOf: now.AddDate(0, 0, -2).Format("2006-01-02")}), nil)
	for _, year := range []string{"9999", "0000"} {
		_, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/flow", Period: year})
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "period")
		_, err = s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/flow", AsOf: year})
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "as_of")
	}
}

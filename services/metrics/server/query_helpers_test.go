package server_test

import (
	"fmt"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// batchOf puts many figures on record.
func (s *service) batchOf(t testing.TB, figures map[string]*metricsv1.Figure) {
	t.Helper()
	req := &metricsv1.BatchCreateFiguresRequest{}
	for id, f := range figures {
		req.Requests = append(req.Requests, &metricsv1.CreateFigureRequest{Figure: f, FigureId: id})
	}
	_, err := s.figures.BatchCreateFigures(t.Context(), req)
	must.OK(t, err)
}

// answerOf is the whole answer to a query, page after page of any size.
func (s *service) answerOf(t testing.TB, req *metricsv1.QueryMetricRequest) *metricsv1.QueryMetricResponse {
	t.Helper()
	var all *metricsv1.QueryMetricResponse
	for req.PageToken = ""; ; {
		page, err := s.metrics.QueryMetric(t.Context(), req)
		must.OK(t, err)
		if all == nil {
			all = page
		} else {
			for _, series := range page.GetSeries() {
				if last := all.Series[len(all.Series)-1]; fmt.Sprint(last.GetDimensions(), last.GetFrequency()) == fmt.Sprint(series.GetDimensions(), series.GetFrequency()) {
					last.Observations = append(last.Observations, series.GetObservations()...)
				} else {
					all.Series = append(all.Series, series)
				}
			}
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return all
		}
	}
}

// rows are all observations of an answer, as "period value".
func (s *service) rows(t testing.TB, req *metricsv1.QueryMetricRequest) (rows []string) {
	t.Helper()
	for _, series := range s.answerOf(t, req).GetSeries() {
		for _, o := range series.GetObservations() {
			rows = append(rows, o.GetTimePeriod().GetEdtf()+" "+valueText(o))
		}
	}
	return rows
}

// checkPages checks that a query answers the same whatever the size of its pages is.
func (s *service) checkPages(t testing.TB, req *metricsv1.QueryMetricRequest) []string {
	t.Helper()
	req.PageSize = 0
	whole := s.rows(t, req)
	for _, size := range []int32{1, 2, 7, 1000} {
		req.PageSize = size
		must.Equal(t, s.rows(t, req), whole)
	}
	return whole
}

// valueText writes a value, with bounds as in "[1,2)" and "-" for none.
func valueText(o *metricsv1.Observation) string {
	switch {
	case o.GetValueKind() == metricsv1.Figure_NO_VALUE:
		return "-"
	case o.GetValue() != nil:
		return o.GetValue().GetValue()
	}
	var b strings.Builder
	b.WriteString(map[bool]string{true: "[", false: "("}[o.GetLower().GetInclusive()])
	b.WriteString(o.GetLower().GetValue().GetValue() + "," + o.GetUpper().GetValue().GetValue())
	b.WriteString(map[bool]string{true: "]", false: ")"}[o.GetUpper().GetInclusive()])
	return b.String()
}

// flow is a metric of amounts per period.
func flow(unit *metricsv1.Unit) *metricsv1.Metric {
	m := plainMetric("Flow", "flow", metricsv1.Metric_VALUE, unit)
	m.TemporalKind, m.Coverage = metricsv1.Metric_FLOW, "goods"
	m.Dimensions = []*metricsv1.Dimension{{Id: "REF_AREA"}}
	return m
}

// flowing is a figure of metrics/flow.
func flowing(edtf, value string, frequency metricsv1.Figure_Frequency) *metricsv1.Figure {
	f := observed(edtf, value, nil)
	f.Metric, f.Frequency = "metrics/flow", frequency
	return f
}

// by says who made a figure.
func by(producer string, f *metricsv1.Figure) *metricsv1.Figure {
	f.Origin = &metricsv1.Origin{Producer: producer, Uri: "https://example.org/" + producer, License: "CC0"}
	return f
}

// outOn says when a figure was put out.
func outOn(edtf string, f *metricsv1.Figure) *metricsv1.Figure {
	f.ReleaseTime = period(edtf)
	return f
}

// monthly puts months from January 2000 on record, each with its number.
func (s *service) monthly(t testing.TB, months int) {
	t.Helper()
	figures := map[string]*metricsv1.Figure{}
	for i := range months {
		month := fmt.Sprintf("%d-%02d", 2000+i/12, i%12+1)
		figures["m-"+month] = flowing(month, fmt.Sprint(100+i), metricsv1.Figure_M)
	}
	s.batchOf(t, figures)
}

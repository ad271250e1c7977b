package server_test

import (
	"fmt"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// besideWorld has one figure, figures/article, of 860 billion US dollars, in 2022.
func besideWorld(t *testing.T) *world {
	t.Helper()
	w := tradeWorld(t)
	usd := &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"}
	article := &metricsv1.Figure{
		Name: "figures/article", Metric: "metrics/all-trade", TimePeriod: edtfYear(2022), ValueKind: metricsv1.Figure_POINT, Value: number("860"), UnitMult: 9, Unit: usd,
		Normalized: &metricsv1.Normalized{Value: number("860000000000"), Unit: usd}, Origin: &metricsv1.Origin{Producer: "A newspaper"},
	}
	w.figures.batch = func(r *metricsv1.BatchGetFiguresRequest) (*metricsv1.BatchGetFiguresResponse, error) {
		out := &metricsv1.BatchGetFiguresResponse{}
		for _, name := range r.GetNames() {
			if name != article.GetName() {
				return nil, errs.New(errs.NotFound, "FIGURE_NOT_FOUND", "there is no %s", name)
			}
			out.Figures = append(out.Figures, article)
		}
		return out, nil
	}
	return w
}

// TestAFigureStandsBesideTheLines: with its number, metric, coverage and source, and
// leaves the rest of the drawing as it is.
func TestAFigureStandsBesideTheLines(t *testing.T) {
	w := besideWorld(t)
	alone := w.call(t, "GET", "/v1/metrics/trade:query?format=svg", "").Body
	const address = "/v1/metrics/trade:query?beside=figures/article&read_time=2025-01-01T00:00:00Z"
	drawn := w.call(t, "GET", address, "", "Accept", "image/svg+xml").Body
	must.Equal(t, strings.Count(drawn, `"c-line"`), strings.Count(alone, `"c-line"`))
	must.Equal(t, strings.Count(drawn, `"c-point c-beside"`), 2) // one in the key
	must.Contains(t, drawn, `href="/figures/article"`)
	must.Contains(t, drawn, "Beside the lines: A 2022: 860,000,000,000 USD, Trade of two countries, covering goods only. Source: A newspaper.")
	must.Equal(t, last[*metricsv1.BatchGetFiguresRequest](t, &w.figures.notes).GetReadTime().GetSeconds(), int64(1735689600))

	// Where nothing else is there to be drawn, it still is.
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		return &metricsv1.QueryMetricResponse{}, nil
	}
	must.Contains(t, w.call(t, "GET", address+"&format=svg", "").Body, "0 numbers. Beside the lines: A 2022")
}

func TestWhatCannotStandBesideIsRefused(t *testing.T) {
	w := besideWorld(t)
	for query, reason := range map[string]string{
		"format=svg&beside=figures/other":                            "FIGURE_NOT_FOUND",
		"format=svg&transform=PCH&beside=figures/article":            "CANNOT_DRAW",
		"format=csv&beside=figures/article":                          "MALFORMED_PARAMETER beside",
		"beside=figures/article":                                     "MALFORMED_PARAMETER beside",
		"format=svg&beside=article":                                  "MALFORMED_PARAMETER beside",
		"format=svg&beside=":                                         "MALFORMED_PARAMETER beside",
		"format=svg&beside=figures/article&beside=figures/article":   "MALFORMED_PARAMETER beside",
		"format=svg" + strings.Repeat("&beside=figures/article", 21): "MALFORMED_PARAMETER beside",
		"format=svg&besides=figures/article":                         "UNKNOWN_PARAMETER besides",
	} {
		code := 400
		if reason == "FIGURE_NOT_FOUND" {
			code = 404
		}
		reason, field, _ := strings.Cut(reason, " ")
		refused(t, w.call(t, "GET", "/v1/metrics/trade:query?"+query, ""), code, reason, field)
	}
	refused(t, w.call(t, "GET", "/v1/metrics/trade?beside=figures/article", ""), 400, "UNKNOWN_PARAMETER", "beside")
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		for _, o := range answer.GetSeries()[0].GetObservations() {
			o.Unit = &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "EUR"}
		}
		return answer, nil
	}
	f := refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=svg&beside=figures/article", ""), 400, "CANNOT_DRAW", "")
	must.Contains(t, f.Message, "figures/article is in US$, the drawing in €: ask for unit=USD")
}

// TestStatedChangesAreNoLevels: they are left out of a drawing of levels, with a remark,
// and drawn where there is nothing else.
func TestStatedChangesAreNoLevels(t *testing.T) {
	w := tradeWorld(t)
	onlyChanges := false
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		answer := tradeAnswer()
		series := answer.GetSeries()[0]
		series.Observations = nil
		for i := range 4 {
			o := &metricsv1.Observation{Figure: fmt.Sprint("figures/f", i), TimePeriod: edtfYear(2010 + i), ValueKind: metricsv1.Figure_POINT, Value: number("5")}
			if i == 3 || onlyChanges {
				o.ValueKind = metricsv1.Figure_CHANGE
			}
			series.Observations = append(series.Observations, o)
		}
		return answer, nil
	}
	mixed := w.call(t, "GET", "/v1/metrics/trade:query?format=svg", "").Body
	must.Contains(t, mixed, "Not drawn: 1 figure, because it is a change, and the drawing is of levels.")
	must.Equal(t, strings.Count(mixed, `"c-point"`), 3)
	onlyChanges = true
	changes := w.call(t, "GET", "/v1/metrics/trade:query?format=svg", "").Body
	must.Equal(t, strings.Count(changes, `"c-point"`), 4)
	must.Equal(t, strings.Count(changes, `"c-line"`), 0)
	must.Contains(t, changes, "a change of 5")
	computed := w.call(t, "GET", "/v1/metrics/trade:query?format=svg&transform=CHG", "").Body
	must.Equal(t, strings.Count(computed, `"c-line"`), 1)
}

// TestADrawingStopsAtItsLimit: no page more is read than shows that there is none.
func TestADrawingStopsAtItsLimit(t *testing.T) {
	w := tradeWorld(t)
	pages := 0
	w.metrics.query = func(*metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
		pages++
		answer := tradeAnswer()
		answer.GetSeries()[0].Dimensions["REF_AREA"] = fmt.Sprint("X", pages)
		answer.NextPageToken = "more"
		return answer, nil
	}
	refused(t, w.call(t, "GET", "/v1/metrics/trade:query?format=svg", ""), 400, "CANNOT_DRAW", "")
	must.Equal(t, pages, 7)
}

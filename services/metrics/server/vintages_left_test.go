package server_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// releases are those of a metric's vintages at a time, as they are listed and as is said of what there is.
func (s *service) releases(t testing.TB, metric string, dimensions map[string]string, at *timestamppb.Timestamp) (all []string) {
	t.Helper()
	for _, v := range s.vintages(t, &metricsv1.ListVintagesRequest{Parent: metric, Dimensions: dimensions, ReadTime: at, PageSize: 1}) {
		all = append(all, v.GetReleaseTime().GetEdtf())
	}
	there, err := s.metrics.GetAvailability(t.Context(), &metricsv1.GetAvailabilityRequest{Name: metric, Dimensions: dimensions, ReadTime: at})
	must.OK(t, err)
	must.Equal(t, int(there.GetVintageCount()), len(all))
	if len(all) > 0 {
		must.Equal(t, there.GetLastRelease().GetEdtf(), all[0])
		must.Equal(t, there.GetFirstRelease().GetEdtf(), all[len(all)-1])
	}
	return all
}

// TestM17AVintageThatNoFigureIsOfIsNotListed: from the correction on that took the last one away, and not before.
func TestM17AVintageThatNoFigureIsOfIsNotListed(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.figure(t, "a", outOn("2021-01", flowing("2020", "1", metricsv1.Figure_A)))
		s.figure(t, "b", outOn("2021-02", flowing("2020", "2", metricsv1.Figure_A)))
		rows := func(vintages metricsv1.QueryMetricRequest_Vintages, asOf string, at *timestamppb.Timestamp) []string {
			return s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow", Vintages: vintages, AsOf: asOf, ReadTime: at})
		}
		asWritten := s.settled()
		s.correct(t, correction("b", &metricsv1.Figure{ReleaseTime: period("2021-03")}, "release_time"))
		corrected := s.settled()
		_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/a", Reason: "never printed"})
		must.OK(t, err)
		retracted := s.settled()
		s.figure(t, "c", outOn("2021-02", flowing("2020", "3", metricsv1.Figure_A)))

		for _, then := range []struct {
			at       *timestamppb.Timestamp
			releases []string
			february []string // the row as of then
			first    []string
		}{
			{asWritten, []string{"2021-02", "2021-01"}, []string{"2020 2"}, []string{"2020 1"}},
			{corrected, []string{"2021-03", "2021-01"}, []string{"2020 1"}, []string{"2020 1"}},
			{retracted, []string{"2021-03"}, nil, []string{"2020 2"}},
			{nil, []string{"2021-03", "2021-02"}, []string{"2020 3"}, []string{"2020 3"}},
		} {
			must.Equal(t, s.releases(t, "metrics/flow", nil, then.at), then.releases)
			must.Equal(t, rows(metricsv1.QueryMetricRequest_VINTAGES_UNSPECIFIED, "2021-02", then.at), then.february)
			must.Equal(t, rows(metricsv1.QueryMetricRequest_FIRST, "", then.at), then.first)
			must.Equal(t, rows(metricsv1.QueryMetricRequest_LATEST, "", then.at), []string{"2020 2"})
		}
	})
}

// TestM17AReleaseThatAFileTookBackIsNotListed: until another file brings it again.
func TestM17AReleaseThatAFileTookBackIsNotListed(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		release := func(action metricsv1.ImportedObservation_Action) *metricsv1.ImportFiguresRequest {
			series := years("MX", "1", "2")
			for _, observation := range series.GetObservations() {
				observation.Action = action
			}
			return importOf("2024-03-07", series)
		}
		mexico := map[string]string{"REF_AREA": "MX"}
		s.imported(t, importOf("2024-02-07", years("MX", "1", "2"), years("CA", "5")))
		s.imported(t, release(metricsv1.ImportedObservation_REPLACE))
		there := s.settled()
		s.imported(t, release(metricsv1.ImportedObservation_DELETE))
		gone := s.settled()
		s.imported(t, release(metricsv1.ImportedObservation_REPLACE))
		again := s.settled()
		for _, figure := range s.tradeFigures(t, `release_time = "2024-02-07" AND dimensions.REF_AREA = "MX"`) {
			s.correct(t, correction(figure.GetName()[len("figures/"):], &metricsv1.Figure{ReleaseTime: period("2024-03-07")}, "release_time"))
		}
		for _, dimensions := range []map[string]string{nil, mexico} {
			must.Equal(t, s.releases(t, "metrics/trade", dimensions, there), []string{"2024-03-07", "2024-02-07"})
			must.Equal(t, s.releases(t, "metrics/trade", dimensions, gone), []string{"2024-02-07"})
			must.Equal(t, s.releases(t, "metrics/trade", dimensions, again), []string{"2024-03-07", "2024-02-07"})
		}
		must.Equal(t, s.releases(t, "metrics/trade", nil, nil), []string{"2024-03-07", "2024-02-07"}) // Canada's
		must.Equal(t, s.releases(t, "metrics/trade", mexico, nil), []string{"2024-03-07"})
	})
}

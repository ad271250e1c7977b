package server_test

import (
	"strconv"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// importOf is an import of trade, one series per area, of a release.
func importOf(release string, series ...*metricsv1.ImportedSeries) *metricsv1.ImportFiguresRequest {
	template := &metricsv1.Figure{
		Metric: "metrics/trade", Origin: &metricsv1.Origin{Producer: "Census", Title: "Trade in goods"}, Unit: money("USD"), UnitMult: 6,
	}
	if release != "" {
		template.ReleaseTime = period(release)
	}
	return &metricsv1.ImportFiguresRequest{Template: template, Series: series}
}

// years is a yearly series of an area: one observation for each value, from 2000 on.
func years(area string, values ...string) *metricsv1.ImportedSeries {
	series := &metricsv1.ImportedSeries{Dimensions: map[string]string{"REF_AREA": area}, Frequency: metricsv1.Figure_A}
	for i, value := range values {
		series.Observations = append(series.Observations, &metricsv1.ImportedObservation{TimePeriod: strconv.Itoa(2000 + i), Value: number(value)})
	}
	return series
}

// imported does an import that rejects nothing.
func (s *service) imported(t testing.TB, req *metricsv1.ImportFiguresRequest) *metricsv1.ImportFiguresResponse {
	t.Helper()
	answer, err := s.imports.ImportFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, len(answer.GetRejections()), 0)
	return answer
}

// observed lists the figures of trade by period.
func (s *service) tradeFigures(t testing.TB, filter string) []*metricsv1.Figure {
	t.Helper()
	list, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{Filter: filter, OrderBy: "time_period", PageSize: 1000})
	must.OK(t, err)
	return list.GetFigures()
}

func counts(created, updated, deleted, unchanged int32) *metricsv1.ImportFiguresResponse {
	return &metricsv1.ImportFiguresResponse{CreatedCount: created, UpdatedCount: updated, DeletedCount: deleted, UnchangedCount: unchanged}
}

func TestTheSameImportTwiceChangesNothing(t *testing.T) {
	s := startFilled(t)
	req := importOf("2024-02-07", years("MX", "1.10", "2.20", "-3"), years("CA", "5"))
	must.Equal(t, s.imported(t, req), counts(4, 0, 0, 0))
	must.Equal(t, s.imported(t, req), counts(0, 0, 0, 4))

	all := s.tradeFigures(t, `metric = "metrics/trade"`)
	must.Equal(t, len(all), 4)
	got, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: all[0].GetName()})
	must.OK(t, err)
	must.Equal(t, got, all[0])
	must.Equal(t, got.GetNormalized().GetValue().GetValue() != "", true)
}

func TestAnImportOfOtherNumbersCorrects(t *testing.T) {
	s := startFilled(t)
	s.imported(t, importOf("2024-02-07", years("MX", "1.10", "2.20")))
	must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "1.10", "2.5", "9"))), counts(1, 1, 0, 1))
	all := s.tradeFigures(t, `metric = "metrics/trade"`)
	must.Equal(t, len(all), 3)
	must.Equal(t, all[1].GetValue().GetValue(), "2.5")
	// Another release is another figure.
	must.Equal(t, s.imported(t, importOf("2024-03-07", years("MX", "1.10"))), counts(1, 0, 0, 0))
}

func TestImportActions(t *testing.T) {
	s := startFilled(t)
	act := func(action metricsv1.ImportedObservation_Action, value string) *metricsv1.ImportFiguresRequest {
		series := years("MX", "1")
		series.Observations[0].Action = action
		series.Observations[0].Value = nil
		if value != "" {
			series.Observations[0].Value = number(value)
		}
		return importOf("2024", series)
	}
	rejected := func(req *metricsv1.ImportFiguresRequest, reason string) {
		t.Helper()
		answer, err := s.imports.ImportFigures(t.Context(), req)
		must.OK(t, err)
		must.Equal(t, len(answer.GetRejections()), 1)
		must.Equal(t, answer.GetRejections()[0].GetReason(), reason)
	}
	rejected(act(metricsv1.ImportedObservation_DELETE, ""), "FIGURE_NOT_FOUND")
	must.Equal(t, s.imported(t, act(metricsv1.ImportedObservation_APPEND, "5")), counts(1, 0, 0, 0))
	rejected(act(metricsv1.ImportedObservation_APPEND, "6"), "FIGURE_EXISTS")
	must.Equal(t, s.imported(t, act(metricsv1.ImportedObservation_MERGE, "")), counts(0, 0, 0, 1))
	must.Equal(t, s.imported(t, act(metricsv1.ImportedObservation_MERGE, "7")), counts(0, 1, 0, 0))
	must.Equal(t, s.imported(t, act(metricsv1.ImportedObservation_DELETE, "")), counts(0, 0, 1, 0))
	rejected(act(metricsv1.ImportedObservation_DELETE, ""), "FIGURE_NOT_FOUND")
	must.Equal(t, s.imported(t, act(metricsv1.ImportedObservation_REPLACE, "8")), counts(1, 0, 0, 0))
	all := s.tradeFigures(t, `metric = "metrics/trade"`)
	must.Equal(t, len(all), 1)
	must.Equal(t, all[0].GetValue().GetValue(), "8")
	// Merged into nothing, what gives no number is a figure without one.
	merged := act(metricsv1.ImportedObservation_MERGE, "")
	merged.Series[0].Observations[0].TimePeriod = "1999"
	must.Equal(t, s.imported(t, merged), counts(1, 0, 0, 0))
	all = s.tradeFigures(t, "value_kind = NO_VALUE")
	must.Equal(t, len(all), 1)
	must.Equal(t, all[0].GetMissingReason(), metricsv1.Figure_NOT_STATED)
}

func TestImportRejectsRowsByThemselves(t *testing.T) {
	s := startFilled(t)
	series := years("MX", "1", "x", "3", "4", "5")
	series.Observations[2].TimePeriod = "2000"       // twice
	series.Observations[3].TimePeriod = "200"        // no period
	series.Observations[4].ObsStatus = []string{"M"} // with a value
	unknown := years("MX", "1")
	unknown.Dimensions["COLOUR"] = "red"
	answer, err := s.imports.ImportFigures(t.Context(), importOf("2024", series, unknown, years("CA", "7")))
	must.OK(t, err)
	must.Equal(t, answer.GetCreatedCount(), 2)
	var reasons []string
	for _, rejection := range answer.GetRejections() {
		reasons = append(reasons, strconv.Itoa(int(rejection.GetSeriesIndex()))+"/"+strconv.Itoa(int(rejection.GetObservationIndex()))+" "+
			rejection.GetField()+" "+rejection.GetReason())
	}
	must.Equal(t, reasons, []string{
		"0/1 value.value MALFORMED_DECIMAL", "0/2 time_period DUPLICATE_OBSERVATION", "0/3 time_period INVALID_PERIOD",
		"0/4 obs_status[0] CONTRADICTORY", `1/0 dimensions["COLOUR"] UNKNOWN_DIMENSION`,
	})
}

func TestImportRefusesABadTemplate(t *testing.T) {
	s := startFilled(t)
	for reason, spoil := range map[string]func(*metricsv1.ImportFiguresRequest){
		"FIELD_NOT_EMPTY": func(r *metricsv1.ImportFiguresRequest) { r.Template.Value = number("1") },
		"FIELD_REQUIRED":  func(r *metricsv1.ImportFiguresRequest) { r.Series = nil },
		"UNKNOWN_UNIT":    func(r *metricsv1.ImportFiguresRequest) { r.Template.Unit = money("XYZ") },
		"TOO_MANY_ITEMS": func(r *metricsv1.ImportFiguresRequest) {
			r.Series = []*metricsv1.ImportedSeries{years("MX", make([]string, 10_001)...)}
		},
	} {
		req := importOf("2024", years("MX", "1"))
		spoil(req)
		_, err := s.imports.ImportFigures(t.Context(), req)
		statustest.Check(t, err, codes.InvalidArgument, reason, "")
	}
	req := importOf("2024", years("MX", "1"))
	req.Template.Metric = "metrics/none"
	_, err := s.imports.ImportFigures(t.Context(), req)
	statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
}

func TestARetriedImportGetsTheSameAnswer(t *testing.T) {
	s := startFilled(t)
	req := importOf("2024", years("MX", "1", "x"))
	req.RequestId = "0190b1c2-0000-7000-8000-000000000009"
	dry := proto.CloneOf(req)
	dry.ValidateOnly = true
	checked, err := s.imports.ImportFigures(t.Context(), dry)
	must.OK(t, err)
	must.Equal(t, len(s.tradeFigures(t, "")), 0)
	first, err := s.imports.ImportFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, first, checked)
	again, err := s.imports.ImportFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, again, first)
}

func TestM14AReportingYearThatBeginsElsewhereIsNotTakenForACalendarYear(t *testing.T) {
	s := startFilled(t)
	fiscal := trade()
	fiscal.Attributes = []*metricsv1.Attribute{{Id: "REPORTING_YEAR_START_DAY"}}
	s.metric(t, "fiscal", fiscal)
	req := importOf("2024", years("MX", "1", "2", "3"))
	req.Template.Metric = "metrics/fiscal"
	req.Template.Attributes = map[string]string{"REPORTING_YEAR_START_DAY": "--07-01"}
	of := req.GetSeries()[0].GetObservations()
	of[0].TimePeriod, of[1].TimePeriod, of[2].TimePeriod = "2020-A1", "2020-07/2021-06", "2021-A1"
	of[2].Attributes = map[string]string{"REPORTING_YEAR_START_DAY": "--01-01"}
	answer, err := s.imports.ImportFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, answer.GetCreatedCount(), 2)
	must.Equal(t, len(answer.GetRejections()), 1)
	must.Equal(t, answer.GetRejections()[0].GetField()+" "+answer.GetRejections()[0].GetReason(), "time_period CONTRADICTORY")
}

// TestAnImportDoesNotUndoACorrection: the same file again says nothing new; a file that does is the newest word of its source.
func TestAnImportDoesNotUndoACorrection(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		file := importOf("2024-02-07", years("MX", "98"))
		s.imported(t, file)
		name := s.tradeFigures(t, `metric = "metrics/trade"`)[0].GetName()
		_, err := s.figures.CorrectFigure(t.Context(), &metricsv1.CorrectFigureRequest{
			Name: name, Kind: typev1.Correction_ERROR, Reason: "misread", Figure: &metricsv1.Figure{Value: number("97")},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"value"}},
		})
		must.OK(t, err)
		for range 2 {
			again, err := s.imports.ImportFigures(t.Context(), file)
			must.OK(t, err)
			must.Equal(t, again.GetUpdatedCount(), 0)
			must.Equal(t, again.GetRejections()[0].GetReason(), "CORRECTED")
		}
		merge := importOf("2024-02-07", years("MX", "98"))
		merge.Series[0].Observations[0].Action = metricsv1.ImportedObservation_MERGE
		merged, err := s.imports.ImportFigures(t.Context(), merge)
		must.OK(t, err)
		must.Equal(t, merged.GetRejections()[0].GetReason(), "CORRECTED")
		got := must.Get(s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: name}))(t)
		must.Equal(t, got.GetValue().GetValue()+" "+got.GetRevisionId(), "97 2")

		must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "99"))), counts(0, 1, 0, 0))
		must.Equal(t, s.imported(t, importOf("2024-02-07", years("MX", "98"))), counts(0, 1, 0, 0)) // after an import the file has the last word
	})
}

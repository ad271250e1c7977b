package server_test

import (
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// acted is an import of years of MX whose first observation has an action.
func acted(action metricsv1.ImportedObservation_Action, values ...string) *metricsv1.ImportFiguresRequest {
	req := importOf("", years("MX", values...))
	req.Series[0].Observations[0].Action = action
	return req
}

// TestTheSameFileBringsNothingBackThatAnEditorRetracted, whoever made the figure.
func TestTheSameFileBringsNothingBackThatAnEditorRetracted(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		retract := func() string {
			t.Helper()
			name := s.onlyFigure(t).GetName()
			_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: name, Reason: "no such thing"})
			must.OK(t, err)
			return name
		}
		again := func(name, value string) {
			t.Helper()
			for _, action := range []metricsv1.ImportedObservation_Action{metricsv1.ImportedObservation_REPLACE, metricsv1.ImportedObservation_MERGE} {
				got := s.rejection(t, acted(action, value))
				must.Equal(t, got.GetReason(), "RETRACTED")
				must.True(t, strings.Contains(got.GetDescription(), name) && strings.Contains(got.GetDescription(), "no such thing"))
			}
			s.rejects(t, acted(metricsv1.ImportedObservation_DELETE, value), " FIGURE_NOT_FOUND")
		}
		// One that only imports changed.
		s.imported(t, importOf("", years("MX", "1")))
		first := retract()
		again(first, "1")
		// One that an import says is another thing, and then an editor changed.
		must.Equal(t, s.imported(t, importOf("", years("MX", "2"))), counts(1, 0, 0, 0))
		second := s.onlyFigure(t).GetName()
		s.correct(t, correction(second[len("figures/"):], &metricsv1.Figure{Value: number("3")}, "value"))
		must.Equal(t, retract(), second)
		again(second, "3")
		// One that was made by hand.
		s.figure(t, "own", handMade("4"))
		must.Equal(t, retract(), "figures/own")
		again("figures/own", "4")
		// Asked for by name it comes, and what the file itself took back comes again.
		must.Equal(t, s.imported(t, acted(metricsv1.ImportedObservation_APPEND, "4")), counts(1, 0, 0, 0))
		must.Equal(t, s.imported(t, acted(metricsv1.ImportedObservation_DELETE, "4")), counts(0, 0, 1, 0))
		must.Equal(t, s.imported(t, importOf("", years("MX", "4"))), counts(1, 0, 0, 0))
	})
}

// TestAnImportKnowsAPeriodHoweverItIsWritten: one that was put out again, in the other form of SDMX, is a revision, and no second figure.
func TestAnImportKnowsAPeriodHoweverItIsWritten(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		at := func(period, value string) *metricsv1.ImportFiguresRequest {
			req := importOf("", years("MX", value))
			req.Series[0].Observations[0].TimePeriod = period
			return req
		}
		s.imported(t, at("2000", "1"))
		must.Equal(t, s.imported(t, at("2000-01-01T00:00:00/P1Y", "1")), counts(0, 0, 0, 1))
		must.Equal(t, s.imported(t, at("2000-01-01/P12M", "2")), counts(0, 1, 0, 0))
		must.Equal(t, s.onlyFigure(t).GetTimePeriod().GetEdtf(), "2000")
	})
}

// TestAnImportKnowsAPeriodOnRecordInTheSpellingOfBefore: ranges by their length were put on record as intervals of days.
func TestAnImportKnowsAPeriodOnRecordInTheSpellingOfBefore(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		at := func(action metricsv1.ImportedObservation_Action, period, value string) *metricsv1.ImportFiguresRequest {
			req := acted(action, value)
			req.Series[0].Observations[0].TimePeriod = period
			return req
		}
		const replace, before, now = metricsv1.ImportedObservation_REPLACE, "2000-01-01/2000-12-31", "2000-01-01/P1Y"
		must.Equal(t, s.imported(t, at(replace, before, "1")), counts(1, 0, 0, 0))
		first := s.onlyFigure(t)
		for _, action := range []metricsv1.ImportedObservation_Action{replace, metricsv1.ImportedObservation_MERGE} {
			must.Equal(t, s.imported(t, at(action, now, "1")), counts(0, 0, 0, 1))
			must.Equal(t, s.imported(t, at(action, "2000", "1")), counts(0, 0, 0, 1))
		}
		must.Equal(t, s.onlyFigure(t), first)
		must.Equal(t, s.imported(t, at(replace, now, "2")), counts(0, 1, 0, 0))
		must.Equal(t, s.onlyFigure(t).GetName(), first.GetName())
		s.rejects(t, at(metricsv1.ImportedObservation_APPEND, now, "2"), " FIGURE_EXISTS")
		// One that an editor changed last, and then retracted.
		s.correct(t, correction(first.GetName()[len("figures/"):], &metricsv1.Figure{Value: number("3")}, "value"))
		must.Equal(t, s.rejection(t, at(replace, now, "2")).GetReason(), "CORRECTED")
		must.Equal(t, s.imported(t, at(replace, now, "3")), counts(0, 0, 0, 1))
		_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: first.GetName(), Reason: "no such thing"})
		must.OK(t, err)
		must.Equal(t, s.rejection(t, at(replace, now, "3")).GetReason(), "RETRACTED")
		// What has the same bounds and says something else is another figure; what spells one period in two ways stands there twice.
		must.Equal(t, s.imported(t, at(replace, "2000~", "3")), counts(1, 0, 0, 0))
		twice := at(replace, "2001", "1")
		twice.Series[0].Observations = append(twice.Series[0].Observations, at(replace, "2001-01-01/2001-12-31", "1").GetSeries()[0].GetObservations()...)
		must.Equal(t, s.rejection(t, twice).GetReason(), "DUPLICATE_OBSERVATION")
	})
}

func TestAnImportChoosesNoneOfSeveralFigures(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "b", handMade("1"))
		s.figure(t, "a", handMade("2"))
		got := s.rejection(t, importOf("", years("MX", "1")))
		must.Equal(t, got.GetReason(), "AMBIGUOUS_FIGURE")
		must.True(t, strings.HasPrefix(got.GetDescription(), "figures/a, figures/b "))
		s.rejects(t, acted(metricsv1.ImportedObservation_DELETE, "1"), " AMBIGUOUS_FIGURE")
		s.rejects(t, acted(metricsv1.ImportedObservation_APPEND, "1"), " FIGURE_EXISTS")
		_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/a", Reason: "twice"})
		must.OK(t, err)
		must.Equal(t, s.imported(t, importOf("", years("MX", "1"))), counts(0, 0, 0, 1))
	})
}

// TestAnImportLeavesWhatAStageNeeds: that row is rejected, the others stand.
func TestAnImportLeavesWhatAStageNeeds(t *testing.T) {
	s := startFilled(t)
	s.imported(t, importOf("", years("MX", "1", "2")))
	needed := s.tradeFigures(t, `metric = "metrics/trade"`)[0].GetName()
	staged := derived("a * 2", "x")
	staged.Name, staged.Derivation.Inputs[0].Figure = "figures/twice", needed
	req := &metricsv1.StageFiguresRequest{RequestId: resource.NewUID(), Figures: []*metricsv1.Figure{staged}}
	_, err := s.staging.StageFigures(t.Context(), req)
	must.OK(t, err)

	for _, action := range []metricsv1.ImportedObservation_Action{metricsv1.ImportedObservation_REPLACE, metricsv1.ImportedObservation_DELETE} {
		answer, err := s.imports.ImportFigures(t.Context(), acted(action, "5", "6"))
		must.OK(t, err)
		must.Equal(t, len(answer.GetRejections()), 1)
		must.Equal(t, answer.GetRejections()[0].GetReason(), "NAME_STAGED")
		must.Equal(t, answer.GetRejections()[0].GetObservationIndex(), 0)
	}
	must.Equal(t, s.imported(t, importOf("", years("MX", "1", "6"))), counts(0, 0, 0, 2))
	_, err = s.publish(t, req.RequestId)
	must.OK(t, err)
	// A figure that is computed from another one in the file is stale once that is another.
	got, err := s.get(t, "twice")
	must.OK(t, err)
	must.False(t, got.GetStale())
	must.Equal(t, s.imported(t, importOf("", years("MX", "7"))), counts(0, 1, 0, 0))
	got, err = s.get(t, "twice")
	must.OK(t, err)
	must.True(t, got.GetStale())
}

// TestWhatIsComputedFromARowOfTheSameImportBecomesStale, though the import changes it, too.
func TestWhatIsComputedFromARowOfTheSameImportBecomesStale(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "x", handMade("10"))
	computed := derived("a * 2", "x")
	computed.TimePeriod, computed.Dimensions, computed.Origin, computed.UnitMult = period("2001"), area("MX"), handMade("1").GetOrigin(), 6
	s.figure(t, "d", computed)
	req := importOf("", years("MX", "11", "20"))
	req.Template.Comment = "new"
	must.Equal(t, s.imported(t, req), counts(0, 2, 0, 0))
	got, err := s.get(t, "d")
	must.OK(t, err)
	must.True(t, got.GetStale())
	must.Equal(t, got.GetValue().GetValue(), "20")
}

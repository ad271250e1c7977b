package server_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// rejection does an import of one observation that is rejected, and returns the field and the reason.
func (s *service) rejection(t testing.TB, req *metricsv1.ImportFiguresRequest) *metricsv1.ImportFiguresResponse_Rejection {
	t.Helper()
	answer, err := s.imports.ImportFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, len(answer.GetRejections()), 1)
	return answer.GetRejections()[0]
}

func (s *service) rejects(t testing.TB, req *metricsv1.ImportFiguresRequest, want string) {
	t.Helper()
	rejection := s.rejection(t, req)
	must.Equal(t, rejection.GetField()+" "+rejection.GetReason(), want)
}

// onlyFigure is the one figure of trade.
func (s *service) onlyFigure(t testing.TB) *metricsv1.Figure {
	t.Helper()
	all := s.tradeFigures(t, `metric = "metrics/trade"`)
	must.Equal(t, len(all), 1)
	return all[0]
}

// merge is an import that merges an observation of 2000.
func merge(observation *metricsv1.ImportedObservation) *metricsv1.ImportFiguresRequest {
	series := years("MX", "1")
	observation.TimePeriod, observation.Action = "2000", metricsv1.ImportedObservation_MERGE
	series.Observations[0] = observation
	return importOf("2024", series)
}

// in changes what the observations have in common.
func in(req *metricsv1.ImportFiguresRequest, edit func(*metricsv1.Figure)) *metricsv1.ImportFiguresRequest {
	edit(req.Template)
	return req
}

func TestAMergeWithoutANumberKeepsTheNumber(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		first := in(importOf("2024", years("MX", "5")), func(f *metricsv1.Figure) {
			f.UnitMult, f.Decimals = 9, proto.Int32(1)
			f.Origin.Uri, f.Origin.License, f.Origin.CitationFull, f.Origin.Version = "https://example.org/data", "CC-BY-4.0", "Census, Trade", "3"
		})
		s.imported(t, first)
		before := s.onlyFigure(t)

		for comment, edit := range map[string]func(*metricsv1.Figure){
			"no power of ten": func(f *metricsv1.Figure) { f.UnitMult = 0 },
			"no unit":         func(f *metricsv1.Figure) { f.UnitMult, f.Unit = 0, nil },
			"same":            func(f *metricsv1.Figure) { f.UnitMult = 9 },
			"decimals":        func(f *metricsv1.Figure) { f.UnitMult, f.Decimals = 0, proto.Int32(7) },
			"origin":          func(f *metricsv1.Figure) { f.UnitMult, f.Origin.Uri = 0, "https://example.org/elsewhere" },
		} {
			s.imported(t, in(merge(&metricsv1.ImportedObservation{Comment: comment}), edit))
			got := s.onlyFigure(t)
			want := proto.CloneOf(before)
			want.Comment = comment
			want.Etag, want.RevisionId, want.UpdateTime = got.Etag, got.RevisionId, got.UpdateTime
			must.Equal(t, got, want)
		}
		none := func(f *metricsv1.Figure) { f.UnitMult = 0 }
		euros := func(f *metricsv1.Figure) { f.UnitMult, f.Unit = 0, money("EUR") }
		s.rejects(t, in(merge(&metricsv1.ImportedObservation{Comment: "x"}), euros), "unit CONTRADICTORY")
		s.rejects(t, in(merge(&metricsv1.ImportedObservation{Unit: money("EUR")}), none), "unit CONTRADICTORY")
		s.rejects(t, in(merge(&metricsv1.ImportedObservation{UnitMult: proto.Int32(0)}), none), "unit_mult CONTRADICTORY")
		s.rejects(t, merge(&metricsv1.ImportedObservation{Comment: "x"}), "unit_mult CONTRADICTORY") // the template has millions
		// Its own decimals and status are changed; a number is in the unit that comes with it.
		s.imported(t, in(merge(&metricsv1.ImportedObservation{Decimals: proto.Int32(2), ObsStatus: []string{"P"}}), none))
		got := s.onlyFigure(t)
		must.Equal(t, got.GetDecimals(), 2)
		must.Equal(t, got.GetOrigin(), before.GetOrigin())
		s.imported(t, in(merge(&metricsv1.ImportedObservation{Value: number("7")}), func(f *metricsv1.Figure) { f.Origin.Version = "4" }))
		got = s.onlyFigure(t)
		must.Equal(t, got.GetValue().GetValue(), "7")
		must.Equal(t, got.GetUnitMult(), 6)
		must.Equal(t, got.GetObsStatus(), []string{"P"})
		origin := proto.CloneOf(before.GetOrigin())
		origin.Version = "4"
		must.Equal(t, got.GetOrigin(), origin)
		s.rejects(t, in(merge(&metricsv1.ImportedObservation{Value: number("7")}), func(f *metricsv1.Figure) { f.Unit = nil }), "unit FIELD_REQUIRED")
	})
}

func TestAMergeIntoNothing(t *testing.T) {
	s := startFilled(t)
	unitless := func(f *metricsv1.Figure) { f.Unit = nil }
	s.rejects(t, in(merge(&metricsv1.ImportedObservation{Comment: "x"}), unitless), "unit FIELD_REQUIRED")
	s.rejects(t, in(merge(&metricsv1.ImportedObservation{Comment: "x"}), func(f *metricsv1.Figure) { f.Unit = ucum("km") }), "unit UNIT_INCOMPATIBLE")
	s.imported(t, merge(&metricsv1.ImportedObservation{ObsStatus: []string{"Q"}}))
	got := s.onlyFigure(t)
	must.Equal(t, got.GetValueKind(), metricsv1.Figure_NO_VALUE)
	must.Equal(t, got.GetMissingReason(), metricsv1.Figure_SUPPRESSED)
	deletion := in(merge(&metricsv1.ImportedObservation{}), unitless)
	deletion.Series[0].Observations[0].Action = metricsv1.ImportedObservation_DELETE
	must.Equal(t, s.imported(t, deletion), counts(0, 0, 1, 0))
}

// A bound that is merged leaves the other where it is.
func TestAMergeOfOneBoundKeepsTheOther(t *testing.T) {
	s := startFilled(t)
	both := merge(&metricsv1.ImportedObservation{Lower: bound("1", true), Upper: bound("5", true)})
	s.imported(t, both)
	s.imported(t, merge(&metricsv1.ImportedObservation{Lower: bound("2", true)}))
	got := s.onlyFigure(t)
	must.Equal(t, got.GetValueKind(), metricsv1.Figure_RANGE)
	must.Equal(t, got.GetLower(), bound("2", true))
	must.Equal(t, got.GetUpper(), bound("5", true))
	s.rejects(t, merge(&metricsv1.ImportedObservation{Lower: bound("9", true)}), "lower BOUNDS_REVERSED")
	s.rejects(t, in(merge(&metricsv1.ImportedObservation{Lower: bound("3", true)}), func(f *metricsv1.Figure) { f.UnitMult = 3 }),
		"unit_mult CONTRADICTORY")
	s.imported(t, merge(&metricsv1.ImportedObservation{Value: number("3")}))
	must.Equal(t, s.onlyFigure(t).GetValueKind(), metricsv1.Figure_POINT)
	s.imported(t, merge(&metricsv1.ImportedObservation{MissingReason: metricsv1.Figure_SUPPRESSED}))
	must.Equal(t, s.onlyFigure(t).GetValueKind(), metricsv1.Figure_NO_VALUE)
}

// handMade is a figure as a row of importOf("") for 2000 would make it.
func handMade(value string) *metricsv1.Figure {
	f := observed("2000", value, area("MX"))
	f.Origin.Title, f.UnitMult = "Trade in goods", 6
	return f
}

// An import keeps what it cannot know as long as the number stands.
func TestAnImportKeepsWhereAFigureComesFrom(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "a", observed("1999", "2", area("MX")))
		made := handMade("")
		made.Value, made.Derivation = nil, derived("a * 2", "a").GetDerivation()
		made.Derivation.Inputs[0].Figure = "figures/a"
		made.TimePeriod.Printed = &typev1.TimePeriod_Printed{Text: "at the turn of the century"}
		made.UnitMult = 0
		made.ComparisonClaims = []*metricsv1.ComparisonClaim{{Kind: metricsv1.ComparisonClaim_RECORD_HIGH}}
		s.figure(t, "d", made)
		units := func(f *metricsv1.Figure) { f.UnitMult = 0 }
		must.Equal(t, s.imported(t, in(importOf("", years("MX", "4")), units)), counts(0, 0, 0, 1))
		must.Equal(t, s.imported(t, in(importOf("", years("MX", "4.0")), units)), counts(0, 0, 0, 1))
		s.imported(t, in(importOf("", years("MX", "4")), func(f *metricsv1.Figure) { f.UnitMult, f.Comment = 0, "seen" }))
		got, err := s.get(t, "d")
		must.OK(t, err)
		must.Equal(t, got.GetComment(), "seen")
		must.Equal(t, got.GetDerivation().GetFormula(), "a * 2")
		must.Equal(t, got.GetTimePeriod().GetPrinted().GetText(), "at the turn of the century")
		must.Equal(t, len(got.GetComparisonClaims()), 1)
		s.correct(t, correction("a", &metricsv1.Figure{Value: number("3")}, "value"))
		s.imported(t, in(importOf("", years("MX", "4")), func(f *metricsv1.Figure) { f.UnitMult, f.Comment = 0, "seen again" }))
		got, err = s.get(t, "d")
		must.OK(t, err)
		must.True(t, got.GetStale())
		s.rejects(t, in(importOf("", years("MX", "5")), units), " FIGURE_DERIVED")
		// Another number of a figure that is not computed has none of what was said of the one before.
		s.imported(t, in(importOf("2024", years("MX", "5")), units))
	})
}

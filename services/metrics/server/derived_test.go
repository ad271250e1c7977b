package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// derived is a figure that is computed from others: a, b, … stand for the figures in their order.
func derived(formula string, inputs ...string) *metricsv1.Figure {
	f := observed("2022", "", area("US"))
	f.Value, f.Derivation = nil, &metricsv1.Derivation{Formula: formula}
	for i, input := range inputs {
		f.Derivation.Inputs = append(f.Derivation.Inputs, &metricsv1.Derivation_Input{Variable: string(rune('a' + i)), Figure: "figures/" + input})
	}
	return f
}

// rounded is a derived figure that is rounded.
func rounded(f *metricsv1.Figure, decimals int32) *metricsv1.Figure {
	f.Derivation.RoundingDecimals = proto.Int32(decimals)
	return f
}

func TestM22DerivedFiguresKeepFormulaInputsAndRounding(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		exports := observed("2022", "200", area("US"))
		exports.UnitMult = 9
		s.figure(t, "exports", exports)
		s.figure(t, "imports", observed("2022", "300000000000", area("US")))
		balance := derived("a - b", "exports", "imports")
		balance.UnitMult = 9
		created := s.figure(t, "balance", balance)
		must.Equal(t, created.GetValue(), number("-100"))
		must.Equal(t, created.GetNormalized().GetValue(), number("-100000000000"))
		must.Equal(t, created.GetDerivation(), &metricsv1.Derivation{Formula: "a - b", Inputs: []*metricsv1.Derivation_Input{
			{Variable: "a", Figure: "figures/exports", RevisionId: "1"}, {Variable: "b", Figure: "figures/imports", RevisionId: "1"},
		}})
		must.False(t, created.GetStale())

		third := s.figure(t, "third", derived("(a + 0) / 3", "exports"))
		must.Equal(t, third.GetValue(), number("66666666666.666666666666666666666666667"))
		must.True(t, third.GetDerivation().GetInexact())
		third = s.figure(t, "third2", rounded(derived("a / 3", "exports"), 2))
		must.Equal(t, third.GetValue(), number("66666666666.67"))
		must.True(t, third.GetDerivation().GetInexact())
		whole := s.figure(t, "whole", rounded(derived("a / 4", "exports"), 1))
		must.Equal(t, whole.GetValue(), number("50000000000.0"))
		must.False(t, whole.GetDerivation().GetInexact())
		half := s.figure(t, "half", rounded(derived("(a - b) * 0 + 2.5", "exports", "imports"), 0))
		must.Equal(t, half.GetValue(), number("2")) // half to even

		got, err := s.get(t, "balance")
		must.OK(t, err)
		must.Equal(t, got, created)
	})
}

func TestM22DerivedFiguresBecomeStaleAndAreRecomputed(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "x", observed("2022", "10", area("US")))
		s.figure(t, "y", observed("2022", "4", area("US")))
		sum, double := derived("a + b", "x", "y"), derived("2 * a", "sum")
		sum.TimePeriod, double.TimePeriod = period("2021"), period("2020")
		s.figure(t, "sum", sum)
		s.figure(t, "double", double)
		s.figure(t, "apart", derived("a", "y"))

		done := s.correct(t, correction("x", &metricsv1.Figure{Value: number("20")}, "value"))
		must.Equal(t, done.GetStaleFigures(), []string{"figures/double", "figures/sum"})
		check := func(id, value string, stale bool) {
			t.Helper()
			f, err := s.get(t, id)
			must.OK(t, err)
			must.Equal(t, f.GetValue(), number(value))
			must.Equal(t, f.GetStale(), stale)
		}
		check("sum", "14", true) // what the old inputs give
		check("double", "28", true)
		check("apart", "4", false)
		must.Equal(t, s.revisions(t, "sum"), []string{"2 stale figures/x was corrected", "1 create "})
		listed, err := s.figures.ListFigures(t.Context(), &metricsv1.ListFiguresRequest{Filter: "stale = true", OrderBy: "name"})
		must.OK(t, err)
		must.Equal(t, len(listed.GetFigures()), 2)
		points, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade"})
		must.OK(t, err)
		stale := 0
		for _, o := range points.GetSeries()[0].GetObservations() {
			if o.GetStale() {
				stale++
			}
		}
		must.Equal(t, stale, 2)
		again := s.correct(t, correction("x", &metricsv1.Figure{Value: number("30")}, "value"))
		must.Equal(t, len(again.GetStaleFigures()), 0) // they are already

		recompute := func(id string) *metricsv1.Figure {
			t.Helper()
			f, err := s.figures.RecomputeFigure(t.Context(), &metricsv1.RecomputeFigureRequest{Name: "figures/" + id})
			must.OK(t, err)
			return f
		}
		must.True(t, recompute("double").GetStale()) // its input still is
		sum = recompute("sum")
		must.Equal(t, sum.GetValue(), number("34"))
		must.False(t, sum.GetStale())
		must.Equal(t, sum.GetDerivation().GetInputs()[0].GetRevisionId(), "3")
		check("double", "28", true)
		must.Equal(t, recompute("double").GetValue(), number("68"))
		check("double", "68", false)
		must.Equal(t, recompute("double"), recompute("double")) // up to date: no revision
		why, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{Filter: `subject = "figures/sum"`})
		must.OK(t, err)
		must.Equal(t, len(why.GetCorrections()), 1)
		must.Equal(t, why.GetCorrections()[0].GetKind(), typev1.Correction_UPDATE)

		_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/x", Reason: "wrong"})
		must.OK(t, err)
		check("sum", "34", true)
		check("double", "68", true)
		_, err = s.figures.RecomputeFigure(t.Context(), &metricsv1.RecomputeFigureRequest{Name: "figures/sum"})
		statustest.Check(t, err, codes.FailedPrecondition, "INPUT_RETRACTED", "derivation.inputs[0].figure")
		_, err = s.figures.RecomputeFigure(t.Context(), &metricsv1.RecomputeFigureRequest{Name: "figures/y"})
		statustest.Check(t, err, codes.FailedPrecondition, "NOT_DERIVED", "")
	})
}

func TestADerivedFigureIsCorrected(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "x", observed("2022", "10", area("US")))
	s.figure(t, "y", observed("2022", "4", area("US")))
	s.figure(t, "sum", derived("a + b", "x", "y"))
	s.figure(t, "double", derived("2 * a", "sum"))
	s.correct(t, correction("x", &metricsv1.Figure{Value: number("20")}, "value"))

	// What is about something else leaves the value, its revisions and that it is stale.
	done := s.correct(t, correction("sum", &metricsv1.Figure{TimePeriod: period("2021")}, "time_period")).GetFigure()
	must.Equal(t, done.GetValue(), number("14"))
	must.True(t, done.GetStale())
	must.Equal(t, done.GetDerivation().GetInputs()[0].GetRevisionId(), "1")

	done = s.correct(t, correction("sum", derived("a * b", "x", "y"), "derivation")).GetFigure()
	must.Equal(t, done.GetValue(), number("80"))
	must.False(t, done.GetStale())

	_, err := s.figures.CorrectFigure(t.Context(), correction("sum", derived("a + b", "double", "x"), "derivation"))
	statustest.Check(t, err, codes.FailedPrecondition, "FORMULA_CITES_ITSELF", "figure.derivation.inputs")
	_, err = s.figures.CorrectFigure(t.Context(), correction("sum", derived("a", "sum"), "derivation"))
	statustest.Check(t, err, codes.FailedPrecondition, "FORMULA_CITES_ITSELF", "figure.derivation.inputs")
	_, err = s.figures.CorrectFigure(t.Context(), correction("sum", &metricsv1.Figure{Value: number("81")}, "value"))
	statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.value")

	back, err := s.figures.RollbackFigure(t.Context(), &metricsv1.RollbackFigureRequest{Name: "figures/sum", RevisionId: "1", Reason: "a sum it is"})
	must.OK(t, err)
	must.Equal(t, back.GetValue(), number("14"))
	must.True(t, back.GetStale()) // x was corrected since

	plain := s.correct(t, correction("sum", &metricsv1.Figure{Value: number("24")}, "derivation", "value")).GetFigure()
	must.True(t, plain.GetDerivation() == nil)
	must.False(t, plain.GetStale())
	s.figure(t, "pair", derived("a + b", "x", "y"))
	s.correct(t, correction("y", &metricsv1.Figure{Unit: money("EUR")}, "unit"))
	_, err = s.figures.RecomputeFigure(t.Context(), &metricsv1.RecomputeFigureRequest{Name: "figures/pair"})
	statustest.Check(t, err, codes.FailedPrecondition, "INPUT_NOT_COMPUTABLE", "derivation.formula")
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/x", Reason: "wrong"})
	must.OK(t, err)
	got, err := s.get(t, "sum")
	must.OK(t, err)
	must.False(t, got.GetStale()) // it is computed from nothing any more
}

func TestDerivedFiguresOfOneRequest(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "x", observed("2022", "10", area("US")))
		req := &metricsv1.BatchCreateFiguresRequest{RequestId: resource.NewUID(), Requests: []*metricsv1.CreateFigureRequest{
			{FigureId: "c", Figure: derived("a * b", "b", "x")}, {FigureId: "b", Figure: derived("a + 1", "a")}, {FigureId: "a", Figure: observed("2022", "1", area("US"))},
		}}
		out, err := s.figures.BatchCreateFigures(t.Context(), req)
		must.OK(t, err)
		must.Equal(t, out.GetFigures()[0].GetValue(), number("20"))
		must.Equal(t, out.GetFigures()[1].GetValue(), number("2"))
		again, err := s.figures.BatchCreateFigures(t.Context(), req)
		must.OK(t, err)
		must.Equal(t, again, out)

		_, err = s.figures.BatchCreateFigures(t.Context(), &metricsv1.BatchCreateFiguresRequest{Requests: []*metricsv1.CreateFigureRequest{
			{FigureId: "p", Figure: derived("a", "q")}, {FigureId: "q", Figure: derived("a", "p")},
		}})
		statustest.Check(t, err, codes.FailedPrecondition, "FORMULA_CITES_ITSELF", "requests[0].figure.derivation.inputs")

		_, err = s.figures.BatchCreateFigures(t.Context(), &metricsv1.BatchCreateFiguresRequest{Requests: []*metricsv1.CreateFigureRequest{
			{Figure: derived("a", "x")}, {Figure: derived("1 / (a - b)", "x", "x")},
		}})
		statustest.Check(t, err, codes.FailedPrecondition, "DIVISION_BY_ZERO", "requests[1].figure.derivation.formula")
	})
}

func TestWhatNoFigureIsComputedFrom(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "x", observed("2022", "10", area("US")))
	s.figure(t, "zero", observed("2022", "0", area("US")))
	s.figure(t, "gone", observed("2022", "1", area("US")))
	_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/gone", Reason: "twice"})
	must.OK(t, err)
	span := observed("2022", "", area("US"))
	span.ValueKind, span.Value, span.Lower, span.Upper = metricsv1.Figure_RANGE, nil, bound("1", true), bound("2", true)
	s.figure(t, "range", span)
	euros, inEuros := observed("2022", "1", area("US")), derived("a - b", "x", "zero")
	euros.Unit = &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "EUR"}
	s.figure(t, "euros", euros)
	inEuros.Unit = euros.GetUnit()
	pinned := derived("a", "x")
	pinned.Derivation.Inputs[0].RevisionId = "2"
	stated, huge, twice := derived("a", "x"), derived("a * 1e400 * 1e400", "x"), derived("a", "x", "x")
	stated.Value, twice.Derivation.Inputs[1].Variable = number("11"), "a"
	kind := derived("a", "x")
	kind.ValueKind, kind.Lower = metricsv1.Figure_LOWER_BOUND, bound("1", true)
	for name, refused := range map[string]struct {
		figure *metricsv1.Figure
		code   codes.Code
		reason string
		field  string
	}{
		"malformed":      {derived("a +", "x"), codes.InvalidArgument, "MALFORMED_FORMULA", "figure.derivation.formula"},
		"a call":         {derived("max(a)", "x"), codes.InvalidArgument, "MALFORMED_FORMULA", "figure.derivation.formula"},
		"unknown":        {derived("a + z", "x"), codes.InvalidArgument, "UNKNOWN_VARIABLE", "figure.derivation.formula"},
		"unused":         {derived("a", "x", "zero"), codes.InvalidArgument, "UNUSED_VARIABLE", "figure.derivation.inputs[1].variable"},
		"twice":          {twice, codes.InvalidArgument, "DUPLICATE_VARIABLE", "figure.derivation.inputs[1].variable"},
		"zero":           {derived("a / b", "x", "zero"), codes.FailedPrecondition, "DIVISION_BY_ZERO", "figure.derivation.formula"},
		"none":           {derived("a", "none"), codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figure.derivation.inputs[0].figure"},
		"retracted":      {derived("a", "gone"), codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figure.derivation.inputs[0].figure"},
		"a range":        {derived("a", "range"), codes.FailedPrecondition, "INPUT_NOT_COMPUTABLE", "figure.derivation.inputs[0].figure"},
		"no revision":    {pinned, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figure.derivation.inputs[0].revision_id"},
		"itself":         {derived("a", "f"), codes.FailedPrecondition, "FORMULA_CITES_ITSELF", "figure.derivation.inputs"},
		"another value":  {stated, codes.InvalidArgument, "CONTRADICTORY", "figure.value"},
		"beyond":         {huge, codes.InvalidArgument, "EXPONENT_OUT_OF_RANGE", "figure.derivation.formula"},
		"another unit":   {inEuros, codes.InvalidArgument, "UNIT_INCOMPATIBLE", "figure.unit"},
		"sum of two":     {derived("a + 2 * (b - c)", "x", "x", "euros"), codes.InvalidArgument, "UNIT_INCOMPATIBLE", "figure.derivation.formula"},
		"a share of it":  {derived("(a - b) / a", "x", "zero"), codes.InvalidArgument, "UNIT_INCOMPATIBLE", "figure.unit"},
		"no single kind": {kind, codes.InvalidArgument, "CONTRADICTORY", "figure.value_kind"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: refused.figure, FigureId: "f"})
			statustest.Check(t, err, refused.code, refused.reason, refused.field)
		})
	}
}

func TestAFigureOfAnOldRevisionIsStaleAtOnce(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "x", observed("2022", "10", area("US")))
	s.comment(t, "x", "seen")
	old := derived("a", "x")
	old.Derivation.Inputs[0].RevisionId = "1"
	must.False(t, s.figure(t, "f", proto.CloneOf(old)).GetStale()) // a comment is no correction
	s.correct(t, correction("x", &metricsv1.Figure{Value: number("20")}, "value"))
	g := s.figure(t, "g", old)
	must.True(t, g.GetStale())
	must.Equal(t, g.GetValue(), number("10"))
}

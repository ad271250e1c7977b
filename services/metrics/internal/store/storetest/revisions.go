package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func revisions(t *testing.T, open Open) {
	t.Run("a figure comes back as it was put", func(t *testing.T) { wholeFigure(t, open(t)) })
	t.Run("every state stays readable", func(t *testing.T) { everyState(t, open(t)) })
	t.Run("a revision out of turn is an error", func(t *testing.T) { outOfTurn(t, open(t)) })
	t.Run("a metric comes back as it was put", func(t *testing.T) { wholeMetric(t, open(t)) })
}

func wholeFigure(t *testing.T, st store.Store) {
	f := full(t)
	at := putFigure(t, st, f)
	f.Meta = f.First(at)
	read(t, st, func(r store.Reader) {
		got, found, err := r.Figure("full", at)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, f)
		_, found, err = r.Figure("full", at-1)
		must.OK(t, err)
		must.False(t, found)
	})
}

func everyState(t *testing.T, st store.Store) {
	first := putFigure(t, st, figure(t, "f", "2020", "1", nil))
	second := write(t, st, func(w store.Writer) error {
		f, _, err := w.Figure("f", store.Newest)
		must.OK(t, err)
		f.Comment, f.Meta = "changed", f.Next(w.RecordTime())
		return w.PutFigure(f, caller)
	})
	third := retractFigure(t, st, "f")
	read(t, st, func(r store.Reader) {
		for _, state := range []struct {
			at        int64
			revision  int64
			comment   string
			retracted bool
		}{{int64(first), 1, "", false}, {int64(second) - 1, 1, "", false}, {int64(second), 2, "changed", false}, {int64(third), 3, "changed", true}} {
			f, found, err := r.Figure("f", recordTime(state.at))
			must.OK(t, err)
			must.True(t, found)
			must.Equal(t, f.Revision, state.revision)
			must.Equal(t, f.Comment, state.comment)
			must.Equal(t, f.Retracted(), state.retracted)
			must.Equal(t, f.CreateTime, first)
			byID, err := r.FiguresByID([]string{"f", "none"}, recordTime(state.at))
			must.OK(t, err)
			must.Equal(t, byID, map[string]domain.Figure{"f": f})
		}
	})
}

func outOfTurn(t *testing.T, st store.Store) {
	m := metric("m", "M")
	write(t, st, func(w store.Writer) error {
		m.Meta = m.First(w.RecordTime())
		return w.PutMetric(m, caller)
	})
	must.Err(t, st.Write(t.Context(), func(w store.Writer) error { return w.PutMetric(m, caller) }))
	m.Revision = 3
	must.Err(t, st.Write(t.Context(), func(w store.Writer) error { return w.PutMetric(m, caller) }))
}

func wholeMetric(t *testing.T, st store.Store) {
	m := metric("m", "M")
	m.Description, m.PopulationType, m.Coverage, m.Aliases = "d", "p", "c", []string{"a", "b"}
	m.Dimensions = []domain.Dimension{
		{ID: "FLOW", DisplayName: "Flow", Required: true, Codes: []string{"IN", "OUT"}}, {ID: "X"}, {ID: "Y", Role: "REF_AREA", CodeList: "M49"},
	}
	m.Attributes, m.Symmetric = []domain.Attribute{{ID: "A", DisplayName: "a", Codes: []string{"1"}}}, []string{"X", "FLOW"}
	m.MeasurementMethod, m.QuantityKind, m.TemporalKind, m.SameAs, m.ReplacedBy = "mm", "Length", domain.Stock, []string{"https://example.org"}, "n"
	period, err := domain.ParsePeriod("2015-01")
	must.OK(t, err)
	m.Breaks = []domain.Break{{Period: period, Description: "new survey"}}
	m.SourcePolicy = []domain.SourcePreference{{Producer: "p", Title: "t"}, {Producer: "q"}}
	at := write(t, st, func(w store.Writer) error {
		m.Meta = m.First(w.RecordTime())
		return w.PutMetric(m, caller)
	})
	read(t, st, func(r store.Reader) {
		got, found, err := r.Metric("m", at)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, m)
	})
}

// full is a figure with every field set.
func full(t testing.TB) domain.Figure {
	f := figure(t, "full", "2022", "1.10", map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"})
	span := domain.Span{Start: 1, End: 4, Exact: "1.1", SHA256: "ab", Prefix: "p", Suffix: "s", Role: "NUMBER", State: domain.Anchored}
	bound := &domain.Bound{Value: decimal.FromInt64(3), Inclusive: true}
	f.Period.Printed = &domain.Printed{Text: "last year", Span: &span}
	f.Reported = &domain.Reported{Text: "1.1", NumberText: "1.1", Value: f.Value, UnitSymbol: "$", MultiplierText: "m", Spans: []domain.Span{span, span}}
	f.Values, f.Lower, f.Upper = []decimal.Decimal{*f.Value, decimal.FromInt64(2)}, bound, &domain.Bound{Value: decimal.FromInt64(9)}
	f.Approximator, f.ReadingRule, f.Missing, f.UnitMult, f.CountedObject = domain.Around, "rule", "SUPPRESSED", -3, "deaths"
	f.Unit = units.Unit{System: units.UCUM, Code: "km"}
	f.Alternates = []domain.Alternate{{Value: decimal.FromInt64(18), Unit: units.Unit{System: units.ISO4217, Code: "SGD"}, UnitMult: 9, Reported: f.Reported,
		Rate: &domain.Rate{From: "USD", To: "SGD", Rate: domain.Fraction{Numerator: decimal.FromInt64(9), Denominator: decimal.FromInt64(7)}}}}
	since, decimals, factor := f.Period, 0, decimal.FromInt64(2)
	f.Claims = []domain.Claim{
		{Kind: domain.RecordHigh, Scope: "ever", Span: &span}, {Kind: domain.HighestSince, Since: &since},
		{Kind: domain.MultipleOf, Factor: &factor, BasePeriod: &since},
	}
	f.Decimals, f.ObsStatus, f.ConfStatus, f.Attributes = &decimals, []string{"B", "P"}, "F", map[string]string{"COLLECTION": "A", "TITLE": "É"}
	f.Release, f.BasePeriod, f.Claimant, f.AttributedProducer = &since, &since, "statements/s", "Bureau"
	f.Derivation = &domain.Derivation{Formula: "a / b", Inputs: []domain.Input{{Variable: "a", Figure: "x", Revision: 2}}, RoundingDecimals: &decimals, Inexact: true}
	f.Stale, f.Corrected = true, true
	f.DocumentVersion, f.Comment = "documents/d/versions/1", "c"
	f.Origin = &domain.Origin{Producer: "p", Title: "t", URI: "https://example.org", License: "l", CitationFull: "c", PublishTime: &since, AccessTime: 5, Version: "v"}
	must.OK(t, f.Compute())
	return f
}

package api

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/resource"
)

func figureToProto(f domain.Figure) *metricsv1.Figure {
	out := &metricsv1.Figure{
		Name: f.Name(), Uid: f.UID, Etag: f.ETag(), CreateTime: timeToProto(f.CreateTime), UpdateTime: timeToProto(f.UpdateTime),
		DeleteTime: deleteTime(f.Meta), Retraction: retractionOf(f), RevisionId: resource.FormatNumber(f.Revision),
		Metric: domain.MetricName.Format(f.Metric), Dimensions: f.Dimensions, TimePeriod: periodToProto(f.Period),
		Frequency: frequency(f.Frequency), Reported: reportedToProto(f.Reported), ValueKind: valueKind(f.Kind),
		Value: optionalToProto(f.Value), Values: decimalsToProto(f.Values), Lower: boundToProto(f.Lower), Upper: boundToProto(f.Upper),
		Approximator: approximator(f.Approximator), ReadingRule: f.ReadingRule, MissingReason: missingReason(f.Missing),
		Unit: unitToProto(f.Unit), UnitMult: int32(f.UnitMult), CountedObject: f.CountedObject, //nolint:gosec // -30 to 30
		Normalized: normalizedToProto(f.Normalized), DocumentVersion: f.DocumentVersion, Origin: originToProto(f.Origin), Comment: f.Comment,
		SourceTextSha256: f.SourceSHA256, Decimals: smallToProto(f.Decimals), ObsStatus: f.ObsStatus, ConfStatus: f.ConfStatus,
		Attributes: f.Attributes, ReleaseTime: optionalPeriodToProto(f.Release), BasePeriod: optionalPeriodToProto(f.BasePeriod),
		Claimant: f.Claimant, AttributedProducer: f.AttributedProducer, Derivation: derivationToProto(f.Derivation), Stale: f.Stale,
		EmbargoEndTime: timeToProto(f.EmbargoEnd), Restricted: f.Restricted,
	}
	if f.Significant != nil {
		out.SignificantDigits = &metricsv1.SignificantDigits{Min: int32(f.Significant.Min), Max: int32(f.Significant.Max)} //nolint:gosec // at most 200
	}
	for _, a := range f.Alternates {
		out.Alternates = append(out.Alternates, &metricsv1.Alternate{
			Reported: reportedToProto(a.Reported), Value: decimalToProto(a.Value), Unit: unitToProto(a.Unit),
			UnitMult: int32(a.UnitMult), Normalized: normalizedToProto(a.Normalized), ArticleRate: rateToProto(a.Rate), //nolint:gosec // -30 to 30
		})
	}
	for _, claim := range f.Claims {
		out.ComparisonClaims = append(out.ComparisonClaims, claimToProto(claim))
	}
	if r := f.RoundingInterval; r != nil {
		out.RoundingInterval = &metricsv1.RoundingInterval{
			Low: decimalToProto(r.Low), High: decimalToProto(r.High), SignificantDigits: int32(r.Digits), //nolint:gosec // at most 200
		}
	}
	return out
}

func claimToProto(c domain.Claim) *metricsv1.ComparisonClaim {
	return &metricsv1.ComparisonClaim{
		Kind:  metricsv1.ComparisonClaim_Kind(metricsv1.ComparisonClaim_Kind_value[c.Kind]),
		Scope: c.Scope, Span: spanToProto(c.Span), Since: optionalPeriodToProto(c.Since), Factor: optionalToProto(c.Factor),
		BasePeriod: optionalPeriodToProto(c.BasePeriod),
	}
}

func derivationToProto(d *domain.Derivation) *metricsv1.Derivation {
	if d == nil {
		return nil
	}
	out := &metricsv1.Derivation{Formula: d.Formula, RoundingDecimals: smallToProto(d.RoundingDecimals), Inexact: d.Inexact}
	for _, input := range d.Inputs {
		out.Inputs = append(out.Inputs, &metricsv1.Derivation_Input{
			Variable: input.Variable, Figure: domain.FigureName.Format(input.Figure), RevisionId: resource.FormatNumber(input.Revision),
		})
	}
	return out
}

func figuresToProto(all []domain.Figure) []*metricsv1.Figure {
	out := make([]*metricsv1.Figure, len(all))
	for i, f := range all {
		out[i] = figureToProto(f)
	}
	return out
}

func reportedToProto(r *domain.Reported) *metricsv1.Reported {
	if r == nil {
		return nil
	}
	out := &metricsv1.Reported{
		Text: r.Text, NumberText: r.NumberText, Value: optionalToProto(r.Value), UnitSymbol: r.UnitSymbol, MultiplierText: r.MultiplierText,
	}
	for i := range r.Spans {
		out.Spans = append(out.Spans, spanToProto(&r.Spans[i]))
	}
	return out
}

func boundToProto(b *domain.Bound) *metricsv1.Bound {
	if b == nil {
		return nil
	}
	inclusive := b.Inclusive
	return &metricsv1.Bound{Value: decimalToProto(b.Value), Inclusive: &inclusive}
}

// normalizedToProto writes what is multiplied out; of a figure without numbers only the unit.
func normalizedToProto(n domain.Normalized) *metricsv1.Normalized {
	return &metricsv1.Normalized{
		Value: optionalToProto(n.Value), Values: decimalsToProto(n.Values), Lower: boundToProto(n.Lower), Upper: boundToProto(n.Upper),
		Unit: unitToProto(n.Unit), Inexact: n.Inexact,
	}
}

func rateToProto(r *domain.Rate) *metricsv1.ArticleRate {
	if r == nil {
		return nil
	}
	return &metricsv1.ArticleRate{
		From: r.From, To: r.To, Rate: fractionToProto(r.Rate), Low: fractionToProto(r.Low), High: fractionToProto(r.High),
	}
}

func fractionToProto(f domain.Fraction) *metricsv1.Fraction {
	return &metricsv1.Fraction{Numerator: decimalToProto(f.Numerator), Denominator: decimalToProto(f.Denominator)}
}

func originToProto(o *domain.Origin) *metricsv1.Origin {
	if o == nil {
		return nil
	}
	return &metricsv1.Origin{
		Producer: o.Producer, Title: o.Title, Uri: o.URI, License: o.License, CitationFull: o.CitationFull,
		PublishTime: optionalPeriodToProto(o.PublishTime), AccessTime: timeToProto(o.AccessTime), Version: o.Version,
	}
}

func seriesToProto(s domain.Series) *metricsv1.Series {
	out := &metricsv1.Series{
		Metric: domain.MetricName.Format(s.Key.Metric), Dimensions: s.Key.Dimensions, Frequency: frequency(s.Key.Frequency),
		FigureCount: int32(s.Count), //nolint:gosec // counts are int32 in the contract
	}
	if s.First.Dated() {
		out.FirstPeriod, out.LastPeriod = periodToProto(s.First), periodToProto(s.Last)
	}
	return out
}

func frequency(f string) metricsv1.Figure_Frequency {
	return metricsv1.Figure_Frequency(metricsv1.Figure_Frequency_value[f])
}

func valueKind(k domain.ValueKind) metricsv1.Figure_ValueKind {
	return metricsv1.Figure_ValueKind(metricsv1.Figure_ValueKind_value[string(k)])
}

func approximator(a domain.Approximator) metricsv1.Figure_Approximator {
	return metricsv1.Figure_Approximator(metricsv1.Figure_Approximator_value[string(a)])
}

func missingReason(m string) metricsv1.Figure_MissingReason {
	return metricsv1.Figure_MissingReason(metricsv1.Figure_MissingReason_value[m])
}

// retractionOf writes why a figure was retracted; nil while it stands.
func retractionOf(f domain.Figure) *typev1.Correction {
	out := correctionToProto(f.Meta, f.Name())
	if out != nil {
		out.Restricted = f.Restricted
	}
	return out
}

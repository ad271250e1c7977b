package api

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// figureFromProto reads what a writer says of a figure. Paths of faults are relative to the figure.
func figureFromProto(f *metricsv1.Figure) (domain.Figure, error) {
	var faults errs.Violations
	metric, err := parseName("metric", f.GetMetric(), domain.MetricName)
	faults.AddErr("", err)
	figure := domain.Figure{
		Metric: metric, Dimensions: f.GetDimensions(), Period: periodFromProto(f.GetTimePeriod(), "time_period", &faults),
		Frequency: short(f.GetFrequency()), Reported: reportedFromProto(f.GetReported(), "reported", &faults),
		Kind: domain.ValueKind(short(f.GetValueKind())), Value: optionalDecimal(f.GetValue(), "value", &faults),
		Lower: boundFromProto(f.GetLower(), "lower", &faults), Upper: boundFromProto(f.GetUpper(), "upper", &faults),
		Approximator: domain.Approximator(short(f.GetApproximator())), ReadingRule: f.GetReadingRule(),
		Missing: short(f.GetMissingReason()), Unit: unitFromProto(f.GetUnit()), UnitMult: int(f.GetUnitMult()),
		CountedObject: f.GetCountedObject(), DocumentVersion: f.GetDocumentVersion(),
		Origin: originFromProto(f.GetOrigin()), Comment: f.GetComment(),
	}
	for i, value := range f.GetValues() {
		figure.Values = append(figure.Values, decimalFromProto(value, errs.Index("values", i), &faults))
	}
	for i, alternate := range f.GetAlternates() {
		path := errs.Index("alternates", i)
		figure.Alternates = append(figure.Alternates, domain.Alternate{
			Reported: reportedFromProto(alternate.GetReported(), path+".reported", &faults),
			Value:    decimalFromProto(alternate.GetValue(), path+".value", &faults),
			Unit:     unitFromProto(alternate.GetUnit()), UnitMult: int(alternate.GetUnitMult()),
		})
	}
	for _, claim := range f.GetComparisonClaims() {
		figure.Claims = append(figure.Claims, domain.Claim{
			Kind: short(claim.GetKind()), Scope: claim.GetScope(), Span: spanFromProto(claim.GetSpan()),
		})
	}
	return figure, faults.Err()
}

func reportedFromProto(r *metricsv1.Reported, path string, faults *errs.Violations) *domain.Reported {
	if r == nil {
		return nil
	}
	reported := &domain.Reported{
		Text: r.GetText(), NumberText: r.GetNumberText(), Value: optionalDecimal(r.GetValue(), path+".value", faults),
		UnitSymbol: r.GetUnitSymbol(), MultiplierText: r.GetMultiplierText(),
	}
	for _, span := range r.GetSpans() {
		reported.Spans = append(reported.Spans, *spanFromProto(span))
	}
	return reported
}

func boundFromProto(b *metricsv1.Bound, path string, faults *errs.Violations) *domain.Bound {
	if b == nil {
		return nil
	}
	return &domain.Bound{Value: decimalFromProto(b.GetValue(), path+".value", faults), Inclusive: b.GetInclusive()}
}

func originFromProto(o *metricsv1.Origin) *domain.Origin {
	if o == nil {
		return nil
	}
	return &domain.Origin{Producer: o.GetProducer(), Title: o.GetTitle(), URI: o.GetUri(), License: o.GetLicense()}
}

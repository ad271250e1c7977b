package api

import (
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
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
		Origin: originFromProto(f.GetOrigin(), "origin", &faults), Comment: f.GetComment(),
		Decimals: small(f.Decimals), ObsStatus: f.GetObsStatus(), ConfStatus: f.GetConfStatus(), Attributes: f.GetAttributes(),
		Release: optionalPeriod(f.GetReleaseTime(), "release_time", &faults), BasePeriod: optionalPeriod(f.GetBasePeriod(), "base_period", &faults),
		Claimant: f.GetClaimant(), AttributedProducer: f.GetAttributedProducer(), Derivation: derivationFromProto(f.GetDerivation(), &faults),
	}
	figure.EmbargoEnd = embargoFromProto(f, "", &faults)
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
	for i, claim := range f.GetComparisonClaims() {
		figure.Claims = append(figure.Claims, claimFromProto(claim, errs.Index("comparison_claims", i), &faults))
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

func claimFromProto(c *metricsv1.ComparisonClaim, path string, faults *errs.Violations) domain.Claim {
	return domain.Claim{
		Kind: short(c.GetKind()), Scope: c.GetScope(), Span: spanFromProto(c.GetSpan()),
		Since:      optionalPeriod(c.GetSince(), path+".since", faults),
		Factor:     optionalDecimal(c.GetFactor(), path+".factor", faults),
		BasePeriod: optionalPeriod(c.GetBasePeriod(), path+".base_period", faults),
	}
}

func originFromProto(o *metricsv1.Origin, path string, faults *errs.Violations) *domain.Origin {
	if o == nil {
		return nil
	}
	origin := &domain.Origin{
		Producer: o.GetProducer(), Title: o.GetTitle(), URI: o.GetUri(), License: o.GetLicense(), CitationFull: o.GetCitationFull(),
		PublishTime: optionalPeriod(o.GetPublishTime(), path+".publish_time", faults), Version: o.GetVersion(),
	}
	if at := o.GetAccessTime(); at != nil {
		if err := at.CheckValid(); err != nil {
			faults.Add(path+".access_time", "INVALID_TIMESTAMP", "%s", err.Error())
		}
		origin.AccessTime = recordtime.FromTime(at.AsTime())
	}
	return origin
}

// derivationFromProto reads how a figure was computed. A revision that is left out is 0: the newest.
func derivationFromProto(d *metricsv1.Derivation, faults *errs.Violations) *domain.Derivation {
	if d == nil {
		return nil
	}
	derivation := &domain.Derivation{Formula: d.GetFormula(), RoundingDecimals: small(d.RoundingDecimals)}
	for i, input := range d.GetInputs() {
		path := "derivation." + errs.Index("inputs", i)
		id, err := parseName(path+".figure", input.GetFigure(), domain.FigureName)
		faults.AddErr("", err)
		var revision int64
		if input.GetRevisionId() != "" {
			revision, err = strconv.ParseInt(input.GetRevisionId(), 10, 64)
			faults.AddErr(path+".revision_id", err)
		}
		derivation.Inputs = append(derivation.Inputs, domain.Input{Variable: input.GetVariable(), Figure: id, Revision: revision})
	}
	return derivation
}

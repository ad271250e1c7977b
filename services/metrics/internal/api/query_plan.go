package api

import (
	"math"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// planOf reads what a request asks for, as far as that needs no metric.
func planOf(req *metricsv1.QueryMetricRequest) (*query.Plan, error) {
	var faults errs.Violations
	window, err := windowOf(req.GetPeriod())
	faults.AddErr("", err)
	asOf, err := asOfTime(req.GetAsOf())
	faults.AddErr("", err)
	plan := &query.Plan{
		AsOf: asOf, Vintages: query.Vintages(short(req.GetVintages())),
		Best:  req.GetSelection() == metricsv1.QueryMetricRequest_BEST_SOURCE,
		Basis: domain.RateBasis(short(req.GetRateBasis())), Frequency: short(req.GetAggregationFrequency()),
		Method: query.Method(short(req.GetAggregationMethod())), Fill: query.Fill(short(req.GetFill())),
		Transform: query.Transform(short(req.GetTransform())), LastN: int(req.GetLastN()), SkipMissing: req.GetSkipMissing(),
		Align: req.GetAlign(), Window: window, Sources: sourceSet(req.GetSources()),
	}
	if req.RoundingDecimals != nil {
		places := int(req.GetRoundingDecimals())
		plan.Decimals = &places
	}
	checkRateFields(req, &faults)
	return plan, faults.Err()
}

// checkRateFields refuses what would do nothing: a rate without a unit to convert to, and where it comes from without REFERENCE.
func checkRateFields(req *metricsv1.QueryMetricRequest, faults *errs.Violations) {
	basis := req.GetRateBasis()
	if basis == metricsv1.Conversion_REFERENCE && req.GetRateMetric() == "" {
		faults.Add("rate_metric", "RATE_METRIC_REQUIRED", "rate_basis REFERENCE takes rates from a metric: name it")
	}
	if basis != metricsv1.Conversion_RATE_BASIS_UNSPECIFIED && req.GetUnit() == "" {
		faults.Add("rate_basis", contradictory, "without unit nothing is converted: set the currency to answer in, or leave rate_basis out")
	}
	for _, field := range []struct {
		name  string
		isSet bool
	}{
		{"rate_metric", req.GetRateMetric() != ""}, {"rate_dimensions", len(req.GetRateDimensions()) > 0}, {"rate_source", req.GetRateSource() != ""},
	} {
		if field.isSet && basis != metricsv1.Conversion_REFERENCE {
			faults.Add(field.name, contradictory, "says where a rate of rate_basis REFERENCE comes from: set that, or leave %s out", field.name)
		}
	}
}

// contradictory is the reason of what contradicts itself.
const contradictory = "CONTRADICTORY"

// windowOf reads the window of a query; "" is none.
func windowOf(period string) (*domain.Window, error) {
	if period == "" {
		return nil, nil //nolint:nilnil // no window is no fault
	}
	p, err := domain.ParsePeriod(period)
	if err != nil {
		return nil, periodFault("period", err)
	}
	window := &domain.Window{Start: p.Start, End: p.End}
	if p.OpenStart {
		window.Start = math.MinInt64 + 1
	}
	if p.OpenEnd {
		window.End = recordtime.Forever
	}
	return window, nil
}

// asOfTime reads when figures were public: the end of the time that is named; recordtime.Forever if none is.
func asOfTime(asOf string) (recordtime.Time, error) {
	if asOf == "" {
		return recordtime.Forever, nil
	}
	p, err := domain.ParsePeriod(asOf)
	if err != nil {
		return 0, periodFault("as_of", err)
	}
	if p.OpenEnd {
		return recordtime.Forever, nil
	}
	return p.End, nil
}

// sourceSet is the sources that are asked for; nil: all.
func sourceSet(ids []string) map[string]bool {
	if len(ids) == 0 {
		return nil
	}
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// bindPlan checks a request against the metric and adds to the plan what needs it.
func bindPlan(r store.Reader, plan *query.Plan, req *metricsv1.QueryMetricRequest, metric domain.Metric, at recordtime.Time) error {
	var faults errs.Violations
	faults.AddErr("", metric.CheckKey(req.GetDimensions(), false))
	faults.AddErr("", plan.Check(metric))
	unit, err := targetUnit(req.GetUnit(), metric)
	faults.AddErr("", err)
	if unit != nil && !unit.IsCurrency() && plan.Basis != "" {
		faults.Add("rate_basis", contradictory, "%s is no currency, and is converted by its definition: leave rate_basis out", unit.Unit)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	plan.Policy, plan.Unit = metric.SourcePolicy, unit
	if unit == nil || !unit.IsCurrency() || plan.Basis != domain.ReferenceBasis {
		return nil
	}
	plan.Rates, err = newRateReader(r, plan, req, unit.Unit.Code, at)
	return err
}

// targetUnit reads the unit to answer in; nil: the base unit.
func targetUnit(code string, metric domain.Metric) (*units.Resolved, error) {
	if code == "" {
		return nil, nil //nolint:nilnil // no unit is no fault
	}
	own, err := units.Resolve(metric.DefaultUnit)
	if err != nil {
		return nil, err
	}
	unit, err := unitByCode(code, own.IsCurrency())
	if err != nil {
		return nil, errs.Invalid("unit", "UNKNOWN_UNIT", "%v", err)
	}
	if !own.Compatible(unit) {
		return nil, errs.Invalid("unit", "UNIT_INCOMPATIBLE", "%s is measured in units of the dimension of %s: %s",
			metric.Name(), metric.DefaultUnit, own.Mismatch(unit))
	}
	return &unit, nil
}

// unitByCode finds the unit of a code, which is a currency's first if money is meant. The error is that of what was meant.
func unitByCode(code string, isMoney bool) (units.Resolved, error) {
	meant, other := units.UCUM, units.ISO4217
	if isMoney {
		meant, other = other, meant
	}
	unit, err := units.Resolve(units.Unit{System: meant, Code: code})
	if err != nil {
		if unit, known := units.Resolve(units.Unit{System: other, Code: code}); known == nil {
			return unit, nil
		}
	}
	return unit, err
}

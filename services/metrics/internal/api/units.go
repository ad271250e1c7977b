package api

import (
	"context"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// emptyQuery is the reason of words to look for that have nothing to be found by.
const emptyQuery = "EMPTY_QUERY"

// unitTables answers UnitService.
type unitTables struct {
	metricsv1.UnimplementedUnitServiceServer
	core
}

// ResolveUnits answers the units that a sign or a name may mean.
func (*unitTables) ResolveUnits(_ context.Context, req *metricsv1.ResolveUnitsRequest) (*metricsv1.ResolveUnitsResponse, error) {
	var period edtf.Period
	if req.GetPeriod() != "" {
		var err error
		if period, err = edtf.Parse(req.GetPeriod()); err != nil {
			return nil, periodFault("period", err)
		}
	}
	if strings.TrimSpace(req.GetText()) == "" {
		return nil, errs.Invalid("text", emptyQuery, "nothing but white space: nothing is found by it")
	}
	resp := &metricsv1.ResolveUnitsResponse{}
	for _, c := range units.ResolveText(req.GetText(), period) {
		resp.Candidates = append(resp.Candidates, &metricsv1.ResolveUnitsResponse_Candidate{
			Unit: unitToProto(c.Unit), DisplayName: c.Name, ValidFrom: c.ValidFrom, ValidTo: c.ValidTo,
		})
	}
	return resp, nil
}

// ConvertUnit converts a number.
func (*unitTables) ConvertUnit(_ context.Context, req *metricsv1.ConvertUnitRequest) (*metricsv1.ConvertUnitResponse, error) {
	var faults errs.Violations
	value, err := decimal.Parse(req.GetValue())
	if err != nil {
		reason, message := decimalFault(err)
		faults.Add("value", reason, "%s", message)
	}
	from := ucumOf(req.GetFrom(), "from", &faults)
	to := ucumOf(req.GetTo(), "to", &faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	amount, ok := from.Convert(value.Rat(), to)
	if !ok {
		return nil, errs.Invalid("to", "UNIT_INCOMPATIBLE", "%s does not convert to %s: %s", from.Unit, to.Unit, from.Mismatch(to))
	}
	converted, inexact, err := decimal.FromRat(amount)
	if err != nil {
		reason, message := decimalFault(err)
		return nil, errs.Invalid("value", reason, "in %s: %s", to.Unit, message)
	}
	resp := &metricsv1.ConvertUnitResponse{Value: decimalToProto(converted), Inexact: inexact}
	factor := from.Factor()
	if fraction, ok := domain.NewFraction(factor.Quo(factor, to.Factor())); ok {
		resp.Factor = fractionToProto(fraction)
	}
	return resp, nil
}

// ucumOf reads a UCUM code.
func ucumOf(code, path string, faults *errs.Violations) units.Resolved {
	resolved, err := units.Resolve(units.Unit{System: units.UCUM, Code: code})
	switch _, money := units.LookupCurrency(code); {
	case err != nil && money:
		faults.Add(path, "UNKNOWN_UNIT", "%s is a currency: currencies are converted by QueryMetric, at a rate of their time", code)
	case err != nil:
		faults.Add(path, "UNKNOWN_UNIT", "%v", err)
	}
	return resolved
}

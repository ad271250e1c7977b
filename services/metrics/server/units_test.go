package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// resolveUnits answers the codes that a sign may mean.
func (s *service) resolveUnits(t testing.TB, text, period string) (codes []string, answer *metricsv1.ResolveUnitsResponse) {
	t.Helper()
	answer, err := s.units.ResolveUnits(t.Context(), &metricsv1.ResolveUnitsRequest{Text: text, Period: period})
	must.OK(t, err)
	for _, c := range answer.GetCandidates() {
		codes = append(codes, c.GetUnit().GetCode())
	}
	return codes, answer
}

func TestM8CurrenciesHaveTheirTime(t *testing.T) {
	s := start(t)
	for _, c := range []struct{ text, period, want string }{
		{"US$", "2023", "USD"},
		{"S$", "2023", "SGD"},
		{"MX$", "2023", "MXN"},
		{"MX$", "1985", "MXP"},
		{"DM", "1999", "BAM,DEM"},
		{"DEM", "", ""},
		{"DEM", "1980/1990", "DEM"},
		{"kr", "", "DKK,ISK,NOK,SEK"},
		{"euros", "2023", "EUR"},
		{"euros", "1985", ""},
	} {
		got, _ := s.resolveUnits(t, c.text, c.period)
		must.Equal(t, strings.Join(got, ","), c.want)
	}
	_, answer := s.resolveUnits(t, "MX$", "1985")
	must.Equal(t, answer.GetCandidates()[0], &metricsv1.ResolveUnitsResponse_Candidate{
		Unit: money("MXP"), DisplayName: "Mexican silver peso (1861–1992)", ValidFrom: "1822-01-01", ValidTo: "1992-12-31",
	})
	dollars, _ := s.resolveUnits(t, "$", "2023")
	must.True(t, len(dollars) > 25, "a bare dollar sign stands for many currencies")
}

func TestF5ABareDollarIsNotResolved(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		bare := observed("2022", "14", area("US"))
		bare.UnitMult, bare.Unit = 9, &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: "$"}
		bare.Reported = &metricsv1.Reported{Text: "$14 billion", NumberText: "14", Value: number("14"), UnitSymbol: "$", MultiplierText: "billion"}
		out := s.figure(t, "bare", bare)
		candidates, _ := s.resolveUnits(t, "$", "2022")
		must.Equal(t, out.GetUnit().GetCandidates(), candidates)
		must.True(t, out.GetNormalized().GetValue() == nil, "no amount is made up")
		must.Equal(t, out.GetValue(), number("14"))
		must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: `normalized.value > "0"`}), nil)

		// What stands for one currency only is that currency.
		bare.Unit = &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: "US$"}
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: bare})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.unit.system")
		bare.Unit = &metricsv1.Unit{System: metricsv1.Unit_UNRESOLVED, Code: "no sign"}
		_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: bare})
		statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_UNIT", "figure.unit.code")
	})
}

func TestF6SingaporeDollars(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		codes, _ := s.resolveUnits(t, "S$", "")
		must.Equal(t, codes, []string{"SGD"})
		f := observed("2022", "18", area("US"))
		f.UnitMult, f.Unit = 9, money("SGD")
		f.Reported = &metricsv1.Reported{Text: "S$18 billion", NumberText: "18", Value: number("18"), UnitSymbol: "S$", MultiplierText: "billion"}
		must.Equal(t, s.figure(t, "", f).GetNormalized(), &metricsv1.Normalized{Value: number("18000000000"), Unit: money("SGD")})
	})
}

func TestM11UnitsConvertExactly(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		value, from, to, want, factor string
		inexact                       bool
	}{
		{"1", "[mi_i]", "km", "1.609344", "25146/15625", false},
		{"3000", "km", "m", "3000000", "1000/1", false},
		{"5", "%", "1", "0.05", "1/100", false},
		{"1", "km", "[mi_i]", "0.62137119223733396961743418436331822159", "15625/25146", true},
		{"1", "kW.h", "MJ", "3.6", "18/5", false},
		{"1", "[Btu]", "J", "1054.35", "21087/20", false}, // the thermochemical one, by UCUM
		{"1", "[yd_br]", "cm", "91.439928", "11429991/125000", false},
		{"-2", "[lb_av]", "g", "-907.18474", "45359237/100000", false},
	} {
		out, err := s.units.ConvertUnit(t.Context(), &metricsv1.ConvertUnitRequest{Value: c.value, From: c.from, To: c.to})
		must.OK(t, err)
		must.Equal(t, out.GetValue(), number(c.want))
		must.Equal(t, out.GetFactor().GetNumerator().GetValue()+"/"+out.GetFactor().GetDenominator().GetValue(), c.factor)
		must.Equal(t, out.GetInexact(), c.inexact)
	}
	for _, c := range []struct{ value, from, to, reason, field string }{
		{"1", "km", "kg", "UNIT_INCOMPATIBLE", "to"},
		{"20", "Cel", "K", "UNIT_INCOMPATIBLE", "to"},
		{"1", "km", "USD", "UNKNOWN_UNIT", "to"},
		{"1", "parsec?", "km", "UNKNOWN_UNIT", "from"},
		{"one", "km", "m", "MALFORMED_DECIMAL", "value"},
		{strings.Repeat("9", 400), "km", "m", "TOO_MANY_DIGITS", "value"},
		{"1e1000000", "km", "m", "EXPONENT_OUT_OF_RANGE", "value"},
		{"1e400", "km", "m", "EXPONENT_OUT_OF_RANGE", "value"},
	} {
		_, err := s.units.ConvertUnit(t.Context(), &metricsv1.ConvertUnitRequest{Value: c.value, From: c.from, To: c.to})
		statustest.Check(t, err, codes.InvalidArgument, c.reason, c.field)
	}
}

func TestResolveUnits(t *testing.T) {
	s := start(t)
	for text, want := range map[string]string{
		"km": "km", "square kilometres": "km2", "kWh": "kW.h", "gallons": "[gal_br],[gal_us]", "tons": "[lton_av],[ston_av],t",
		"°C": "Cel", "furlongs per fortnight": "",
	} {
		got, _ := s.resolveUnits(t, text, "")
		must.Equal(t, strings.Join(got, ","), want)
	}
	_, err := s.units.ResolveUnits(t.Context(), &metricsv1.ResolveUnitsRequest{Text: " \u00a0"})
	statustest.Check(t, err, codes.InvalidArgument, "EMPTY_QUERY", "text")
	_, err = s.units.ResolveUnits(t.Context(), &metricsv1.ResolveUnitsRequest{Text: "$", Period: "last year"})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_PERIOD", "period")
	_, err = s.units.ResolveUnits(t.Context(), &metricsv1.ResolveUnitsRequest{Text: strings.Repeat("$", 10_000)})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "text")
}

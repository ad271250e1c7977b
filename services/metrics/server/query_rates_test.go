package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// rateMetric is a metric of exchange rates.
func rateMetric() *metricsv1.Metric {
	m := plainMetric("Exchange rates", "price", metricsv1.Metric_RATE, ucum("1"))
	m.Dimensions = []*metricsv1.Dimension{
		{Id: "OF", Role: metricsv1.Dimension_CURRENCY_DENOM, Required: true}, {Id: "CURRENCY", Required: true}, {Id: "KIND"},
	}
	return m
}

// rate is so many of one currency for one of another.
func rate(edtf, value, currency, of string) *metricsv1.Figure {
	f := observed(edtf, value, map[string]string{"CURRENCY": currency, "OF": of})
	f.Metric, f.Unit = "metrics/rates", ucum("1")
	return f
}

// amount is a figure of metrics/flow in a currency.
func amount(edtf, value, currency string) *metricsv1.Figure {
	f := flowing(edtf, value, metricsv1.Figure_A)
	f.Unit = money(currency)
	return f
}

// reference asks for amounts in a currency by metrics/rates.
func reference(currency string) *metricsv1.QueryMetricRequest {
	return &metricsv1.QueryMetricRequest{
		Name: "metrics/flow", Unit: currency, RateBasis: metricsv1.Conversion_REFERENCE, RateMetric: "metrics/rates",
	}
}

// TestM10ConversionByReferenceRates: the rate of the same period, as stated, inverse or through a third currency, and said in the answer.
func TestM10ConversionByReferenceRates(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.metric(t, "rates", rateMetric())
		s.batchOf(t, map[string]*metricsv1.Figure{
			"dollars": amount("2020", "10", "USD"), "pounds": amount("2021", "10", "GBP"), "francs": amount("2022", "10", "CHF"),
			"r-20": rate("2020", "0.8", "EUR", "USD"), "r-21": rate("2021", "0.5", "GBP", "EUR"),
			"r-22": rate("2022", "3", "CHF", "USD"), "q-22": rate("2022", "2", "EUR", "USD"),
		})
		req := reference("EUR")
		must.Equal(t, s.checkPages(t, req), []string{"2020 8", "2021 20", "2022 6.6666666666666666666666666666666666667"})
		observations := s.answerOf(t, req).GetSeries()[0].GetObservations()
		must.Equal(t, observations[0].GetConversion(), &metricsv1.Conversion{
			RateBasis: metricsv1.Conversion_REFERENCE, Rate: &metricsv1.Fraction{Numerator: number("4"), Denominator: number("5")},
			RateFigure: "figures/r-20", RateRevisionId: "1", RatePeriod: observations[0].GetTimePeriod(), From: "USD", To: "EUR",
		})
		must.Equal(t, observations[0].GetAsWritten().GetUnit(), money("USD"))
		must.Equal(t, observations[0].GetAsWritten().GetValue(), number("10"))
		must.Equal(t, observations[1].GetConversion().GetRate().GetNumerator(), number("2"))
		must.True(t, observations[2].GetInexact())
		must.Equal(t, observations[2].GetConversion().GetRateFigure(), "figures/q-22")
		must.Equal(t, observations[2].GetConversion().GetCrossRateFigure(), "figures/r-22")
		two := int32(2)
		req.RoundingDecimals = &two
		must.Equal(t, s.rows(t, req), []string{"2020 8.00", "2021 20.00", "2022 6.67"})
		must.Equal(t, s.rows(t, &metricsv1.QueryMetricRequest{Name: "metrics/flow"}), []string{"2020 10", "2021 10", "2022 10"})
	})
}

// TestM10EveryPeriodHasItsOwnWay: a rate as stated of one year, and the inverse of another, keep no third year from a cross rate, and where
// there are several ways the rate as stated is taken.
func TestM10EveryPeriodHasItsOwnWay(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.metric(t, "rates", rateMetric())
		figures := map[string]*metricsv1.Figure{
			"stated": rate("2020", "0.8", "EUR", "USD"), "inverse": rate("2021", "1.25", "USD", "EUR"),
			"second": rate("2020", "1.6", "USD", "EUR"), // not as stated
		}
		for year := 2020; year <= 2024; year++ {
			edtf := fmt.Sprint(year)
			figures["amount-"+edtf] = amount(edtf, "10", "USD")
			if year == 2024 {
				continue // of no way at all
			}
			figures["cross-"+edtf], figures["by-"+edtf] = rate(edtf, "3", "EUR", "GBP"), rate(edtf, "4", "USD", "GBP")
		}
		// Another way through a third currency is not asked for, so that it does not matter that two series say different rates.
		average, last := rate("2022", "2", "EUR", "JPY"), rate("2022", "3", "EUR", "JPY")
		average.Dimensions["KIND"], last.Dimensions["KIND"] = "A", "E"
		figures["yen-average"], figures["yen-last"] = average, last
		figures["yen"] = rate("2022", "9", "USD", "JPY")
		s.batchOf(t, figures)
		req := reference("EUR")
		req.Period = "2020/2023"
		must.Equal(t, s.checkPages(t, req), []string{"2020 8", "2021 8", "2022 7.5", "2023 7.5"})
		observations := s.answerOf(t, req).GetSeries()[0].GetObservations()
		for i, want := range []string{"figures/stated ", "figures/inverse ", "figures/cross-2022 figures/by-2022", "figures/cross-2023 figures/by-2023"} {
			must.Equal(t, observations[i].GetConversion().GetRateFigure()+" "+observations[i].GetConversion().GetCrossRateFigure(), want)
		}
		req.Period = ""
		_, err := s.metrics.QueryMetric(t.Context(), req)
		statustest.Check(t, err, codes.FailedPrecondition, "RATE_NOT_FOUND", "")
		must.Contains(t, err.Error(), "2024")
		req.Period, req.RateDimensions = "2022", map[string]string{"KIND": "A"} // a way through the yen there is not: it has no such kind
		_, err = s.metrics.QueryMetric(t.Context(), req)
		statustest.Check(t, err, codes.FailedPrecondition, "RATE_NOT_FOUND", "")
	})
}

// TestM10RatesAsKnownThen: with as_of the rate is that of the time, too.
func TestM10RatesAsKnownThen(t *testing.T) {
	s := start(t)
	s.metric(t, "flow", flow(money("USD")))
	s.metric(t, "rates", rateMetric())
	s.batchOf(t, map[string]*metricsv1.Figure{
		"dollars": outOn("2021-01", amount("2020", "10", "USD")),
		"r-1":     outOn("2021-01", rate("2020", "0.8", "EUR", "USD")), "r-2": outOn("2022-01", rate("2020", "0.9", "EUR", "USD")),
		"other": by("Other", outOn("2021-01", rate("2020", "0.7", "EUR", "USD"))),
	})
	req := reference("EUR")
	req.AsOf = "2021-06"
	rates := s.answerOf(t, &metricsv1.QueryMetricRequest{Name: "metrics/rates"})
	for _, source := range rates.GetSources() {
		req.RateSource = source.GetSourceId()
		must.Equal(t, s.rows(t, req), []string{"2020 " + map[string]string{"Census": "8", "Other": "7"}[source.GetProducer()]})
	}
	req.AsOf, req.RateSource = "", ""
	must.Equal(t, s.rows(t, req), []string{"2020 9"}) // the newest release first
}

// TestM10RefusedConversions: what has no rate is refused by name, never converted by another.
func TestM10RefusedConversions(t *testing.T) {
	s := start(t)
	s.metric(t, "flow", flow(money("USD")))
	s.metric(t, "rates", rateMetric())
	averages, ends := rate("2021", "0.5", "EUR", "USD"), rate("2021", "0.6", "EUR", "USD")
	averages.Dimensions["KIND"], ends.Dimensions["KIND"] = "A", "E"
	month := rate("2020-01", "0.5", "EUR", "USD")
	month.Frequency = metricsv1.Figure_M
	s.batchOf(t, map[string]*metricsv1.Figure{
		"dollars": amount("2020", "10", "USD"), "later": amount("2021", "10", "USD"), "a": averages, "e": ends,
		"month": month,
	})
	try := func(edit func(*metricsv1.QueryMetricRequest)) error {
		req := reference("EUR")
		edit(req)
		_, err := s.metrics.QueryMetric(t.Context(), req)
		return err
	}
	err := try(func(*metricsv1.QueryMetricRequest) {})
	statustest.Check(t, err, codes.FailedPrecondition, "RATE_AMBIGUOUS", "rate_dimensions")
	err = try(func(r *metricsv1.QueryMetricRequest) { r.Period = "2020" })
	statustest.Check(t, err, codes.FailedPrecondition, "RATE_NOT_FOUND", "")
	must.Contains(t, err.Error(), "2020")
	must.OK(t, try(func(r *metricsv1.QueryMetricRequest) {
		r.Period, r.RateDimensions = "2021", map[string]string{"KIND": "E"}
	}))
	err = try(func(r *metricsv1.QueryMetricRequest) { r.RateDimensions = map[string]string{"SORT": "E"} })
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_DIMENSION", `rate_dimensions["SORT"]`)
	err = try(func(r *metricsv1.QueryMetricRequest) { r.RateBasis, r.RateMetric = 0, "" })
	statustest.Check(t, err, codes.InvalidArgument, "RATE_BASIS_REQUIRED", "rate_basis")
	err = try(func(r *metricsv1.QueryMetricRequest) { r.RateMetric = "" })
	statustest.Check(t, err, codes.InvalidArgument, "RATE_METRIC_REQUIRED", "rate_metric")
	err = try(func(r *metricsv1.QueryMetricRequest) { r.RateMetric = "metrics/flow" })
	statustest.Check(t, err, codes.InvalidArgument, "NOT_AN_EXCHANGE_RATE", "rate_metric")
	err = try(func(r *metricsv1.QueryMetricRequest) { r.RateMetric = "metrics/none" })
	statustest.Check(t, err, codes.NotFound, "METRIC_NOT_FOUND", "")
	err = try(func(r *metricsv1.QueryMetricRequest) { r.Unit = "XYZ" })
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_UNIT", "unit")
}

// inSingapore is the article's "US$14 billion (S$18 billion)".
func inSingapore() *metricsv1.Figure {
	f := amount("2020", "14", "USD")
	f.UnitMult = 9
	f.Reported = &metricsv1.Reported{Text: "US$14 billion (S$18 billion)", NumberText: "14", UnitSymbol: "US$"}
	f.Alternates = []*metricsv1.Alternate{{
		Reported: &metricsv1.Reported{NumberText: "18", UnitSymbol: "S$"}, Value: number("18"), Unit: money("SGD"), UnitMult: 9,
	}}
	return f
}

// TestF25TheArticlesRateIsKept: with a table at hand that says otherwise, the rate that the article asserts is used, and said.
func TestF25TheArticlesRateIsKept(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		s.metric(t, "rates", rateMetric())
		s.batchOf(t, map[string]*metricsv1.Figure{
			"article": inSingapore(), "table": amount("2021", "1", "USD"), "r-20": rate("2020", "1.3", "SGD", "USD"), "r-21": rate("2021", "1.3", "SGD", "USD"),
		})
		req := &metricsv1.QueryMetricRequest{Name: "metrics/flow", Unit: "SGD", RateBasis: metricsv1.Conversion_ARTICLE}
		must.Equal(t, s.checkPages(t, req), []string{"2020 18000000000", "2021 1"})
		observations := s.answerOf(t, req).GetSeries()[0].GetObservations()
		must.Equal(t, observations[0].GetUnit(), money("SGD"))
		must.Equal(t, observations[0].GetConversion(), &metricsv1.Conversion{
			RateBasis: metricsv1.Conversion_ARTICLE, Rate: &metricsv1.Fraction{Numerator: number("9"), Denominator: number("7")},
			RateFigure: "figures/article", RateRevisionId: "1", RatePeriod: observations[0].GetTimePeriod(), From: "USD", To: "SGD",
		})
		must.Equal(t, observations[1].GetUnit(), money("USD")) // prints none: it stays as it is
		must.True(t, observations[1].GetConversion() == nil)
		must.Equal(t, s.rows(t, reference("SGD")), []string{"2020 18200000000", "2021 1.3"})
	})
}

// TestM9AlternatesKeepTheirRate: both amounts are on record, with the exact rate between them and its interval.
func TestM9AlternatesKeepTheirRate(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		s.metric(t, "flow", flow(money("USD")))
		made := s.figure(t, "article", inSingapore())
		got, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/article"})
		must.OK(t, err)
		must.Equal(t, got, made)
		must.Equal(t, got.GetNormalized().GetValue(), number("14000000000"))
		alternate := got.GetAlternates()[0]
		must.Equal(t, alternate.GetNormalized().GetValue(), number("18000000000"))
		rate := alternate.GetArticleRate()
		for _, term := range []struct {
			fraction               *metricsv1.Fraction
			numerator, denominator string
		}{{rate.GetRate(), "9", "7"}, {rate.GetLow(), "35", "29"}, {rate.GetHigh(), "37", "27"}} {
			must.Equal(t, term.fraction, &metricsv1.Fraction{Numerator: number(term.numerator), Denominator: number(term.denominator)})
		}
	})
}

// TestWhatWouldDoNothingIsRefused: a parameter of a rate that is not used is a mistake of who asks.
func TestWhatWouldDoNothingIsRefused(t *testing.T) {
	s := startFilled(t)
	s.metric(t, "rates", rateMetric())
	dimensions := map[string]string{"KIND": "END"}
	for name, test := range map[string]struct {
		req   *metricsv1.QueryMetricRequest
		field string
	}{
		"a basis without unit":    {&metricsv1.QueryMetricRequest{RateBasis: metricsv1.Conversion_ARTICLE}, "rate_basis"},
		"a metric without basis":  {&metricsv1.QueryMetricRequest{Unit: "EUR", RateMetric: "metrics/rates"}, "rate_metric"},
		"a source without basis":  {&metricsv1.QueryMetricRequest{RateSource: "0123456789abcdef"}, "rate_source"},
		"dimensions beside":       {&metricsv1.QueryMetricRequest{Unit: "EUR", RateBasis: metricsv1.Conversion_ARTICLE, RateDimensions: dimensions}, "rate_dimensions"},
		"a metric beside ARTICLE": {&metricsv1.QueryMetricRequest{Unit: "EUR", RateBasis: metricsv1.Conversion_ARTICLE, RateMetric: "metrics/rates"}, "rate_metric"},
		"ARTICLE of a length":     {&metricsv1.QueryMetricRequest{Name: "metrics/length", Unit: "m", RateBasis: metricsv1.Conversion_ARTICLE}, "rate_basis"},
		"REFERENCE of a length": {&metricsv1.QueryMetricRequest{
			Name: "metrics/length", Unit: "m", RateBasis: metricsv1.Conversion_REFERENCE, RateMetric: "metrics/rates",
		}, "rate_basis"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.req.Name == "" {
				test.req.Name = "metrics/trade"
			}
			_, err := s.metrics.QueryMetric(t.Context(), test.req)
			statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.field)
		})
	}
	for _, req := range []*metricsv1.QueryMetricRequest{
		{Name: "metrics/trade", Unit: "m"}, {Name: "metrics/length", Unit: "USD"}, {Name: "metrics/length", Unit: "kg"},
	} {
		_, err := s.metrics.QueryMetric(t.Context(), req)
		statustest.Check(t, err, codes.InvalidArgument, "UNIT_INCOMPATIBLE", "unit")
	}
	_, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", Unit: "furlong?"})
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_UNIT", "unit")
}

package rest_test

import (
	"fmt"
	"testing"
	"time"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestJ2AmongThousandsOfVintages: as of each day there is one reference, whatever their number
// (2,001 is where a well-known series server stops). On a server of its own: lists of the
// others' tests stay short.
func TestJ2AmongThousandsOfVintages(t *testing.T) {
	own := client.New(stack.StartAllInOne(t, t.TempDir()).HTTP)
	own.Post(t, "/v1/metrics?metric_id=m", body{
		"displayName": "M", "measuredProperty": "output", "statType": "VALUE", "defaultUnit": body{"system": "ISO4217", "code": "USD"},
	}).OK(t)
	figure := func(number int, producer, release string) body {
		return body{
			"metric": "metrics/m", "timePeriod": body{"edtf": "2017"}, "frequency": "A", "valueKind": "POINT", "value": value(fmt.Sprint(number)),
			"unit": body{"system": "ISO4217", "code": "USD"}, "origin": body{"producer": producer}, "releaseTime": body{"edtf": release},
		}
	}
	first := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
	const vintages, batch = 2100, 700
	for start := 0; start < vintages; start += batch {
		var requests []any
		for i := start; i < start+batch; i++ {
			requests = append(requests, body{
				"figureId": fmt.Sprint("vintage-", i), "figure": figure(i, "Bureau", first.AddDate(0, 0, i).Format(time.DateOnly)),
			})
		}
		own.Post(t, "/v1/figures:batchCreate", body{"requests": requests}).OK(t)
	}
	own.Post(t, "/v1/figures?figure_id=claim", figure(5, "Somebody", "2018")).OK(t)
	for _, day := range []int{0, 1, 1999, 2000, 2001, vintages - 1, vintages + 1000} {
		asOf := first.AddDate(0, 0, day).Format(time.DateOnly)
		answer := client.Read(t, own, "/v1/figures/claim:compare?as_of="+asOf, &gatewayv1.CompareFigureResponse{})
		must.Equal(t, len(answer.GetComparisons()), 1)
		known := min(day, vintages-1)
		must.Equal(t, answer.GetComparisons()[0].GetReference().GetFigure(), fmt.Sprint("figures/vintage-", known))
		must.Equal(t, answer.GetComparisons()[0].GetLatest() == nil, known == vintages-1)
	}
}

// TestJ2AmountsOfOtherCurrenciesNeedARate: none is guessed, and the one that is asked for is
// answered with.
func TestJ2AmountsOfOtherCurrenciesNeedARate(t *testing.T) {
	measure(t, "j2-money", nil)
	euro := body{"system": "ISO4217", "code": "EUR"}
	putFigure(t, "j2-euro", "j2-money", body{"value": value("800"), "unit": euro, "releaseTime": body{"edtf": "2023"}})
	putFigure(t, "j2-dollar", "j2-money", body{"value": value("843"), "origin": body{"producer": "Somebody"}, "releaseTime": body{"edtf": "2024"},
		"reported": body{"numberText": "843", "value": value("843")}})
	measure(t, "j2-rate", body{"statType": "RATE", "temporalKind": nil, "defaultUnit": body{"system": "UCUM", "code": "1"}, "dimensions": []any{
		body{"id": "CURRENCY", "displayName": "Currency", "required": true}, body{"id": "CURRENCY_DENOM", "displayName": "For one of", "required": true},
	}})
	putFigure(t, "j2-rate", "j2-rate", body{"value": value("1.0530"), "unit": body{"system": "UCUM", "code": "1"}, "unitMult": nil,
		"dimensions": body{"CURRENCY": "USD", "CURRENCY_DENOM": "EUR"}, "releaseTime": body{"edtf": "2023"}})

	without := compare(t, "j2-dollar", "").GetComparisons()[0]
	must.Equal(t, without.GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	must.Contains(t, without.GetExplanation(), "NO_COMMON_UNIT: the claim is in USD, the reference in EUR")
	must.True(t, without.GetUnit() == nil && without.GetDifferenceLow() == nil)

	with := compare(t, "j2-dollar", "?rate_basis=REFERENCE&rate_metric=metrics/j2-rate").GetComparisons()[0]
	must.Equal(t, with.GetReference().GetValue().GetValue(), "842400000000")
	must.Equal(t, with.GetReference().GetConversion().GetRateFigure(), "figures/j2-rate")
	must.Equal(t, with.GetDifferenceLow().GetValue(), "600000000")
	must.Equal(t, with.GetWithinRounding(), gatewayv1.CompareFigureResponse_OUTSIDE)
	must.Equal(t, with.GetUnit().GetCode(), "USD")

	api.Get(t, "/v1/figures/j2-dollar:compare?rate_basis=REFERENCE").Refused(t, client.Invalid("RATE_METRIC_REQUIRED", "rateMetric"))
	api.Get(t, "/v1/figures/j2-dollar:compare?rate_metric=metrics/j2-rate").Refused(t, client.Invalid("CONTRADICTORY", "rateMetric"))
	api.Get(t, "/v1/figures/j2-dollar:compare?rate_basis=MARKET").Refused(t, client.Invalid("UNKNOWN_ENUM_VALUE", "rateBasis"))
}

// TestJ2WhatTheReferenceIsMadeOfIsSaid: one figure without a frequency keeps no months from
// adding up, eleven months are no year, and what lies within a period is told.
func TestJ2WhatTheReferenceIsMadeOfIsSaid(t *testing.T) {
	measure(t, "j2-made", nil)
	month := func(number int) {
		putFigure(t, fmt.Sprint("j2-made-", number), "j2-made", body{
			"timePeriod": body{"edtf": fmt.Sprintf("2022-%02d", number)}, "frequency": "M", "value": value("10"), "releaseTime": body{"edtf": "2023-02-01"},
		})
	}
	for number := 1; number <= 11; number++ {
		month(number)
	}
	claim := func(id, period, number string, frequency any) {
		claimIt(t, id, "j2-made", number, "2023-05-01", body{"timePeriod": body{"edtf": period}, "frequency": frequency})
	}
	claim("j2-made-year", "2022", "120", "A")
	eleven := compare(t, "j2-made-year", "")
	must.Equal(t, len(eleven.GetComparisons()), 0)
	must.Contains(t, eleven.GetExplanation(), "Bureau has 11 of the 12 monthly figures that would add up to it")

	for quarter := 33; quarter <= 36; quarter++ {
		putFigure(t, fmt.Sprint("j2-made-q", quarter), "j2-made", body{
			"timePeriod": body{"edtf": fmt.Sprint("2022-", quarter)}, "frequency": "Q", "value": value("30"), "releaseTime": body{"edtf": "2023-02-01"}, "origin": body{"producer": "Institute"},
		})
	}
	quarters := compare(t, "j2-made-year", "")
	must.Contains(t, only(t, quarters).GetExplanation(), "the sum of 4 parts of the period, quarterly figures")
	must.Equal(t, quarters.GetExplanation(), "Not compared: Bureau has 11 of the 12 monthly figures that would add up to it.")

	for number := 1; number <= 3; number++ { // how much more it was than before is no part of it
		putFigure(t, fmt.Sprint("j2-made-change-", number), "j2-made", body{
			"timePeriod": body{"edtf": fmt.Sprintf("2022-%02d", number)}, "frequency": "M", "valueKind": "CHANGE",
			"value": value("5"), "releaseTime": body{"edtf": "2023-02-01"}, "origin": body{"producer": "Rate office"},
		})
	}
	must.Equal(t, compare(t, "j2-made-year", "").GetExplanation(), quarters.GetExplanation())

	claim("j2-made-months", "2022-01/2022-11", "110", nil)
	partial := compare(t, "j2-made-months", "")
	must.Equal(t, len(partial.GetComparisons()), 0)
	must.Contains(t, partial.GetExplanation(), "Bureau has 11 monthly figures within it, which are not added up")

	month(12)
	putFigure(t, "j2-made-day", "j2-made", body{"timePeriod": body{"edtf": "2022-03/2022-04-15"}, "frequency": nil, "value": value("1")})
	must.Equal(t, only(t, compare(t, "j2-made-year", "?sources="+sourceBy(t, "j2-made", "Bureau"))).GetReference().GetAggregatedCount(), int32(12))
	claim("j2-made-half", "2022-01/2022-06", "60", nil)
	for _, c := range compare(t, "j2-made-half", "").GetComparisons() {
		must.Equal(t, c.GetReference().GetValue().GetValue(), "60000000000")
	}
	must.Equal(t, len(compare(t, "j2-made-half", "").GetComparisons()), 2)
}

// sourceBy is the id of a producer's source of a metric.
func sourceBy(t *testing.T, metric, producer string) string {
	t.Helper()
	page := client.Read(t, api, "/v1/metrics/"+metric+":query", &metricsv1.QueryMetricResponse{})
	for _, source := range page.GetSources() {
		if source.GetProducer() == producer {
			return source.GetSourceId()
		}
	}
	t.Fatalf("%s is no source of %s", producer, metric)
	return ""
}

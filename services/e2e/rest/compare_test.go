package rest_test

import (
	"fmt"
	"testing"
	"time"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
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

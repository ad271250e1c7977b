package examples_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// year are the sums of one year, in millions of dollars.
type year struct{ imports, exports, total decimal.Decimal }

// yearly adds the monthly values up.
func yearly(t *testing.T) map[int]year {
	t.Helper()
	file := must.Get(os.Open("us-mexico-monthly.csv"))(t)
	defer file.Close()
	rows := must.Get(csv.NewReader(file).ReadAll())(t)
	years := map[int]year{}
	for _, row := range rows[1:] {
		must.Equal(t, len(row), 27)
		sums := year{imports: sum(t, row[1:13]), exports: sum(t, row[14:26])}
		sums.total = add(t, sums.imports, sums.exports)
		near(t, sums.imports, row[13])
		near(t, sums.exports, row[26])
		years[must.Get(strconv.Atoi(row[0]))(t)] = sums
	}
	must.Equal(t, len(years), 31)
	return years
}

func sum(t *testing.T, values []string) decimal.Decimal {
	t.Helper()
	total := decimal.FromInt64(0)
	for _, value := range values {
		total = add(t, total, must.Get(decimal.Parse(value))(t))
	}
	return total
}

func add(t *testing.T, a, b decimal.Decimal) decimal.Decimal {
	t.Helper()
	total, inexact, err := a.Add(b)
	must.OK(t, err)
	must.False(t, inexact)
	return total
}

// near fails unless the publisher's own sum differs by no more than its
// rounding.
func near(t *testing.T, exact decimal.Decimal, published string) {
	t.Helper()
	difference := add(t, exact, must.Get(decimal.Parse(published))(t).Neg())
	must.True(t, difference.Abs().Cmp(must.Get(decimal.Parse("0.00005"))(t)) <= 0, "%s is not %s", exact, published)
}

func (y year) of(flow string) decimal.Decimal {
	return map[string]decimal.Decimal{"IMPORTS": y.imports, "EXPORTS": y.exports, "TOTAL": y.total}[flow]
}

func TestGoodsTradeIsTheSumOfItsMonths(t *testing.T) {
	years := yearly(t)
	figures := load(t)["documents/us-mexico-goods-trade"].GetFigures()
	must.Equal(t, len(figures), 93)
	for _, figure := range figures {
		period := must.Get(strconv.Atoi(figure.GetTimePeriod().GetEdtf()))(t)
		want := years[period].of(figure.GetDimensions()["FLOW"])
		got := must.Get(decimal.Parse(figure.GetValue().GetValue()))(t)
		must.True(t, got.Cmp(want) == 0, "%s is %s, its months make %s", figure.GetName(), got, want)
		must.Equal(t, figure.GetUnitMult(), int32(6))
		must.Equal(t, figure.GetReported().GetSpans()[0].GetExact(), figure.GetValue().GetValue())
	}
}

// What the note says in round numbers follows from the same months.
func TestTheNoteAgreesWithTheMonths(t *testing.T) {
	years := yearly(t)
	checked := 0
	for _, figure := range load(t)["documents/goods-trade-note"].GetFigures() {
		if figure.GetMetric() != "metrics/bilateral-goods-trade" {
			continue
		}
		checked++
		period := must.Get(strconv.Atoi(figure.GetTimePeriod().GetEdtf()))(t)
		exact := must.Get(years[period].of(figure.GetDimensions()["FLOW"]).Scale10(6 - int(figure.GetUnitMult())))(t)
		printed := must.Get(decimal.Parse(figure.GetReported().GetValue().GetValue()))(t)
		switch figure.GetApproximator() {
		case metricsv1.Figure_OVER:
			must.True(t, exact.Cmp(printed) > 0, "%s: %s", figure.GetName(), exact)
		case metricsv1.Figure_NEARLY:
			must.True(t, exact.Cmp(printed) < 0, "%s: %s", figure.GetName(), exact)
		default:
			rounded, _, err := exact.Quantize(1)
			must.OK(t, err)
			must.True(t, rounded.Cmp(printed) == 0, "%s: %s", figure.GetName(), exact)
		}
	}
	must.Equal(t, checked, 6)
}

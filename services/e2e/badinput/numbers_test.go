package badinput_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// point is a figure with one number.
func point(value string) object {
	return data("number", "2001", object{"valueKind": "POINT", "value": number(value), "unit": ucum("1"), "countedObject": "parcels"})
}

// TestF3: a number comes back as it came, whatever its size.
func TestF3NumbersComeBackExactly(t *testing.T) {
	for _, text := range []string{
		"14341937500", "9007199254740993", "18446744073709551617",
		"12345678901234567890123456789012345678", "0.00000000000000000000000000000000000001", "-1.10", "1.10", "0", "1e400",
	} {
		t.Run(text, func(t *testing.T) {
			f := taken(t, point(text))
			want := strings.Replace(text, "1e400", "1E+400", 1)
			must.Equal(t, f.GetValue().GetValue(), want)
			must.Equal(t, f.GetNormalized().GetValue().GetValue(), want)
			must.False(t, f.GetNormalized().GetInexact(), "nothing was rounded")
			must.True(t, found(t, `normalized.value = "`+text+`"`, f.GetName()), "the number does not find its figure")
		})
	}
}

// found says whether a filter of figures finds one of them.
func found(t *testing.T, filter, name string) bool {
	t.Helper()
	page := client.Read(t, api, "/v1/figures?page_size=1000&filter="+url.QueryEscape(filter), &metricsv1.ListFiguresResponse{})
	for _, f := range page.GetFigures() {
		if f.GetName() == name {
			return true
		}
	}
	return false
}

func TestNumbersThatDoNotFit(t *testing.T) {
	const digits39 = "123456789012345678901234567890123456789"
	field := "figure.value.value"
	for name, c := range map[string]struct {
		value string
		want  client.Want
	}{
		"39 digits":               {digits39, client.Invalid("TOO_MANY_DIGITS", field)},
		"39 digits with a point":  {"1.00000000000000000000000000000000000001", client.Invalid("TOO_MANY_DIGITS", field)},
		"39 digits of a zero end": {"1" + strings.Repeat("0", 38), client.Invalid("TOO_MANY_DIGITS", field)},
		"an exponent over 400":    {"1e401", client.Invalid("EXPONENT_OUT_OF_RANGE", field)},
		"an exponent under -400":  {"1e-401", client.Invalid("EXPONENT_OUT_OF_RANGE", field)},
		"an absurd exponent":      {"1e999999999999", client.Invalid("EXPONENT_OUT_OF_RANGE", field)},
		"a thousands separator":   {"3,000", client.Invalid("MALFORMED_DECIMAL", field)},
		"not a number":            {"NaN", client.Invalid("MALFORMED_DECIMAL", field)},
		"infinity":                {"Infinity", client.Invalid("MALFORMED_DECIMAL", field)},
		"hexadecimal":             {"0x10", client.Invalid("MALFORMED_DECIMAL", field)},
		"words":                   {"three", client.Invalid("MALFORMED_DECIMAL", field)},
		"a space":                 {"1 000", client.Invalid("MALFORMED_DECIMAL", field)},
		"other digits":            {"１２", client.Invalid("MALFORMED_DECIMAL", field)},
		"very long":               {strings.Repeat("9", 100_000), client.Invalid("MALFORMED_DECIMAL", field)},
	} {
		t.Run(name, func(t *testing.T) { refusedFigure(t, point(c.value), c.want) })
	}
	t.Run("39 digits in a bound", func(t *testing.T) {
		refusedFigure(t, data("number", "2001", object{"valueKind": "LOWER_BOUND", "lower": bound(digits39, true), "unit": ucum("1")}),
			client.Invalid("TOO_MANY_DIGITS", "figure.lower.value.value"))
	})
	t.Run("a JSON number", func(t *testing.T) {
		refusedFigure(t, with(point("1"), object{"value": object{"value": 1.1}}), client.Invalid("WRONG_TYPE", field))
	})
	t.Run("39 digits in a filter", func(t *testing.T) {
		refused(t, client.Request{Path: "/v1/figures?filter=" + url.QueryEscape(`normalized.value > "`+digits39+`"`)}, client.Invalid("FILTER_VALUE_INVALID", "filter"))
	})
}

// TestF12: the multiplier is never lost: both the number and the number
// multiplied out are served and can be asked for.
func TestF12Multiplier(t *testing.T) {
	for _, c := range []struct {
		value string
		mult  int
		want  string
	}{
		{"860", 9, "860000000000"}, {"1.10", 3, "1100"}, {"5", -3, "0.005"}, {"7", 0, "7"}, {"-2", 30, "-2" + strings.Repeat("0", 30)},
	} {
		t.Run(c.value+" at "+c.want, func(t *testing.T) {
			f := taken(t, with(point(c.value), object{"unitMult": c.mult}))
			must.Equal(t, f.GetValue().GetValue(), c.value)
			must.Equal(t, f.GetUnitMult(), int32(c.mult))
			must.Equal(t, strings.TrimRight(f.GetNormalized().GetValue().GetValue(), "."), c.want)
			must.True(t, found(t, `value = "`+c.value+`"`, f.GetName()), "the number does not find its figure")
			must.True(t, found(t, `normalized.value = "`+c.want+`"`, f.GetName()), "the number multiplied out does not find its figure")
		})
	}
	for name, mult := range map[string]int{"over": 31, "under": -31} {
		t.Run(name, func(t *testing.T) {
			refusedFigure(t, with(point("1"), object{"unitMult": mult}), client.Invalid("INVALID_REQUEST", "figure.unitMult"))
		})
	}
}

// TestF13: what is no point is still a row of its series: with its bounds, and
// without a number.
func TestF13BoundsInASeries(t *testing.T) {
	share := func(year string, fields object) {
		t.Helper()
		taken(t, with(data("share", year, object{"unit": ucum("%"), "dimensions": object{"REF_AREA": "MX"}}), fields))
	}
	share("2019", object{"valueKind": "POINT", "value": number("3.0")})
	share("2020", object{"valueKind": "UPPER_BOUND", "upper": bound("1", false), "approximator": "UNDER"})
	share("2021", object{"valueKind": "RANGE", "lower": bound("2", true), "upper": bound("4", true)})
	share("2022", object{"valueKind": "NO_VALUE", "missingReason": "NOT_COLLECTED"})

	path := "/v1/metrics/share:query?dimensions[REF_AREA]=MX&period=2019/2022&frequency=A"
	answer := client.Read(t, api, path, &metricsv1.QueryMetricResponse{})
	must.Equal(t, len(answer.GetSeries()), 1)
	rows := answer.GetSeries()[0].GetObservations()
	must.Equal(t, len(rows), 4)
	must.Equal(t, rows[0].GetValueKind(), metricsv1.Figure_POINT)
	must.True(t, rows[0].GetValue() != nil, "a point has its number")
	must.Equal(t, rows[1].GetApproximator(), metricsv1.Figure_UNDER)
	must.True(t, rows[1].GetUpper() != nil && !rows[1].GetUpper().GetInclusive() && rows[1].GetLower() == nil, "<1 is not as reported: %v", rows[1])
	must.True(t, rows[2].GetLower().GetInclusive() && rows[2].GetUpper().GetInclusive(), "2 to 4 is not as reported: %v", rows[2])
	must.Equal(t, rows[3].GetMissingReason(), metricsv1.Figure_NOT_COLLECTED)
	for i, row := range rows {
		must.Equal(t, row.GetTimePeriod().GetEdtf(), []string{"2019", "2020", "2021", "2022"}[i])
		must.True(t, i == 0 || row.GetValue() == nil, "a number was made up: %v", row)
	}
	var raw struct {
		Series []struct {
			Observations []map[string]json.RawMessage `json:"observations"`
		} `json:"series"`
	}
	must.OK(t, json.Unmarshal(api.Get(t, path).OK(t).Body, &raw))
	_, isThere := raw.Series[0].Observations[1]["value"]
	must.False(t, isThere, "the JSON of <1 has a value")
}

func TestDatesThatDoNotExist(t *testing.T) {
	statement := object{
		"documentVersion": version, "statementType": "INDIRECT", "contents": []object{span(t, "Congress was asked", "")},
		"speakers": []object{{"attributionText": "Harbour Gazette"}},
	}
	delete(statement["contents"].([]object)[0], "role")
	period := func(edtf string) object { return object{"edtf": edtf} }
	for _, edtf := range []string{"2023-13", "2023-00", "2023-02-30", "2023-11-31", "last year", "11/2023", "2023-11-18T25:00:00Z", "2023/2022"} {
		t.Run(edtf, func(t *testing.T) {
			refusedFigure(t, with(point("1"), object{"timePeriod": period(edtf)}), client.Invalid("INVALID_PERIOD", "figure.timePeriod.edtf"))
			refused(t, client.Request{Method: "POST", Path: "/v1/statements", Body: with(statement, object{"statementTime": period(edtf)})},
				client.Invalid("INVALID_PERIOD", "statement.statementTime.edtf"))
			refused(t, client.Request{Method: "POST", Path: "/v1/" + document + "/versions", Body: object{"text": "new", "publishTime": period(edtf)}},
				client.Invalid("INVALID_PERIOD", "documentVersion.publishTime.edtf"))
			refused(t, client.Request{Path: "/v1/metrics/number:query?period=" + url.QueryEscape(edtf)}, client.Invalid("INVALID_PERIOD", "period"))
			refused(t, client.Request{Path: "/v1/figures?filter=" + url.QueryEscape(`time_period = "`+edtf+`"`)}, client.Invalid("FILTER_VALUE_INVALID", "filter"))
		})
	}
	t.Run("neither a date nor a reason", func(t *testing.T) {
		refusedFigure(t, with(point("1"), object{"timePeriod": object{}}), client.Invalid("INVALID_REQUEST", "figure.timePeriod"))
	})
	t.Run("both a date and a reason", func(t *testing.T) {
		refusedFigure(t, with(point("1"), object{"timePeriod": object{"edtf": "2023", "missingReason": "NOT_STATED"}}),
			client.Invalid("INVALID_REQUEST", "figure.timePeriod"))
	})
	t.Run("after what is settled", func(t *testing.T) {
		for _, list := range lists {
			p := refused(t, client.Request{Path: "/v1/" + list + "?read_time=2999-01-01T00:00:00Z"}, client.Invalid("READ_TIME_NOT_SETTLED", "readTime"))
			must.Contains(t, p.Message+p.Violations[0].Description, "settled")
		}
	})
}

// TestSeriesKeys: a figure is never put into a series that its metric does not
// have.
func TestSeriesKeys(t *testing.T) {
	for name, c := range map[string]struct {
		key, value, reason string
	}{
		"a dimension that the metric does not have": {"FLOW", "TOTAL", "UNKNOWN_DIMENSION"},
		"a code that is not on the list":            {"REF_AREA", "XX", "UNKNOWN_CODE"},
	} {
		t.Run(name, func(t *testing.T) {
			refusedFigure(t, with(point("1"), object{"dimensions": object{c.key: c.value}}), client.Invalid(c.reason, ""))
			refused(t, client.Request{Path: "/v1/metrics/number:query?dimensions[" + c.key + "]=" + c.value}, client.Invalid(c.reason, ""))
		})
	}
	t.Run("a metric that is not there", func(t *testing.T) {
		refusedFigure(t, with(point("1"), object{"metric": "metrics/nothing"}), client.Invalid("REFERENCE_NOT_FOUND", "figure.metric"))
	})
}

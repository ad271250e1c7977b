package rest_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

var aidMade sync.Once

// query makes a metric where it is not there yet, and is the address of its series:
// yearly amounts of two sources, the second a claim, in several vintages, with bounds,
// hedges, and an amount that is printed in two currencies.
func query(t *testing.T) string {
	t.Helper()
	aidMade.Do(func() { makeAid(t) })
	return "/v1/metrics/rest-aid:query?dimensions[REF_AREA]=SG&frequency=A"
}

func makeAid(t *testing.T) {
	t.Helper()
	api.Post(t, "/v1/metrics?metric_id=rest-aid", map[string]any{
		"displayName": "Aid paid", "measuredProperty": "aid", "statType": "VALUE", "temporalKind": "FLOW", "coverage": "grants only",
		"defaultUnit":  map[string]any{"system": "ISO4217", "code": "USD"},
		"dimensions":   []any{map[string]any{"id": "REF_AREA", "role": "REF_AREA", "required": true}},
		"attributes":   []any{map[string]any{"id": "COLLECTION"}},
		"sourcePolicy": []any{map[string]any{"producer": "A ministry"}},
	}).OK(t)
	for i, value := range []string{"100", "110", "121"} {
		put(t, fmt.Sprint("rest-aid-", 2018+i), map[string]any{
			"timePeriod": edtf(fmt.Sprint(2018 + i)), "valueKind": "POINT", "value": decimal(value), "unitMult": 6, "decimals": 0,
			"obsStatus": []any{"P"}, "releaseTime": edtf(fmt.Sprint(2019+i, "-03-01")), "attributes": map[string]any{"COLLECTION": "A"},
		})
	}
	put(t, "rest-aid-2019-again", map[string]any{
		"timePeriod": edtf("2019"), "valueKind": "POINT", "value": decimal("115"), "unitMult": 6, "releaseTime": edtf("2021-06-01"),
	})
	put(t, "rest-aid-2021", map[string]any{
		"timePeriod": edtf("2021"), "valueKind": "RANGE", "lower": bound("130", true), "upper": bound("140", false), "unitMult": 6, "releaseTime": edtf("2022-03-01"),
	})
	put(t, "rest-aid-2022", map[string]any{
		"timePeriod": edtf("2022"), "valueKind": "POINT", "value": decimal("14"), "unitMult": 9, "approximator": "ABOUT", "releaseTime": edtf("2023-03-01"),
		"alternates": []any{map[string]any{"value": decimal("18"), "unitMult": 9, "unit": map[string]any{"system": "ISO4217", "code": "SGD"}}},
	})
	put(t, "rest-aid-claimed", map[string]any{
		"timePeriod": edtf("2020"), "valueKind": "POINT", "value": decimal("200"), "unitMult": 6, "claimant": "entities/joe-biden",
		"origin": map[string]any{"producer": "A campaign"}, "releaseTime": edtf("2021-01-05"),
	})
}

func edtf(text string) map[string]any    { return map[string]any{"edtf": text} }
func decimal(text string) map[string]any { return map[string]any{"value": text} }
func bound(text string, inclusive bool) map[string]any {
	return map[string]any{"value": decimal(text), "inclusive": inclusive}
}

// put puts a figure of the metric on record.
func put(t *testing.T, id string, figure map[string]any) {
	t.Helper()
	for key, value := range map[string]any{
		"metric": "metrics/rest-aid", "dimensions": map[string]any{"REF_AREA": "SG"}, "frequency": "A",
		"unit": map[string]any{"system": "ISO4217", "code": "USD"}, "origin": map[string]any{"producer": "A ministry", "title": "Accounts", "license": "CC0"},
	} {
		if _, given := figure[key]; !given {
			figure[key] = value
		}
	}
	api.Post(t, "/v1/figures?figure_id="+id, figure).OK(t)
}

// flat are the rows of an answer by figure; of what has none, by period.
func flat(t *testing.T, address string) map[string]map[string]any {
	t.Helper()
	var rows []map[string]any
	must.OK(t, json.Unmarshal(api.Get(t, address+"&format=rows").OK(t).Body, &rows))
	out := map[string]map[string]any{}
	for _, row := range rows {
		key, ok := row["figure"].(string)
		if !ok {
			key, _ = row["period"].(string)
		}
		out[strings.TrimPrefix(key, "figures/rest-aid-")] = row
	}
	return out
}

// TestM4BoundsInRowsAndFiles: a range has its ends in columns, and no midpoint, in
// every form of an answer.
func TestM4BoundsInRowsAndFiles(t *testing.T) {
	address := query(t)
	row := flat(t, address)["2021"]
	must.Equal(t, []any{row["value"], row["valueNumber"], row["lower"], row["lowerInclusive"], row["upper"], row["upperInclusive"], row["valueKind"]},
		[]any{nil, nil, "130000000", true, "140000000", false, "RANGE"})
	file := string(api.Get(t, address+"&format=csv").OK(t).Body)
	must.Contains(t, file, "2021,RANGE,,,130000000,true,140000000,false,USD")
	must.False(t, strings.Contains(file, "135000000"))
	svg := string(api.Get(t, address+"&format=svg").OK(t).Body)
	must.Contains(t, svg, "at least 130,000,000 and less than 140,000,000 USD")
	must.Contains(t, svg, "c-band")
}

// TestM17VintagesInRows: as was public by a date, each row with the release that it
// is of.
func TestM17VintagesInRows(t *testing.T) {
	address := query(t) + "&sources=" + sourceOf(t, "A ministry")
	now := flat(t, address+"&vintages=LATEST&as_of=2024")
	must.Equal(t, now["2019-again"]["value"], any("115000000"))
	must.True(t, now["2019"] == nil)
	then := flat(t, address+"&as_of=2021-01-01")
	must.Equal(t, then["2019"]["value"], any("110000000"))
	must.Equal(t, then["2019"]["releaseTime"], any("2020-03-01"))
	must.True(t, then["2019-again"] == nil && then["2020"] == nil)
	all := flat(t, address+"&vintages=ALL")
	must.True(t, all["2019"] != nil && all["2019-again"] != nil)
	vintages := client.Read(t, api, "/v1/metrics/rest-aid/vintages", &metricsv1.ListVintagesResponse{})
	must.True(t, len(vintages.GetVintages()) >= 6, "only %d", len(vintages.GetVintages()))
}

func sourceOf(t *testing.T, producer string) string {
	t.Helper()
	for _, source := range client.Read(t, api, query(t), &metricsv1.QueryMetricResponse{}).GetSources() {
		if source.GetProducer() == producer {
			return source.GetSourceId()
		}
	}
	t.Fatalf("there is no source %s", producer)
	return ""
}

// TestM10ConversionIsLabelled: what was converted says so, by which rate, and what it
// was before.
func TestM10ConversionIsLabelled(t *testing.T) {
	row := flat(t, query(t)+"&period=2022&unit=SGD&rate_basis=ARTICLE")["2022"]
	must.Equal(t, []any{row["value"], row["unit"], row["converted"], row["rateBasis"], row["rate"], row["convertedFrom"], row["writtenValue"], row["writtenUnit"], row["approximator"]},
		[]any{"18000000000", "SGD", true, "ARTICLE", "9/7", "USD", "14", "USD", "ABOUT"})
	svg := string(api.Get(t, query(t)+"&period=2022&unit=SGD&rate_basis=ARTICLE&format=svg").OK(t).Body)
	must.Contains(t, svg, "Converted to SGD by the rates of the sources themselves.")
	api.Get(t, query(t)+"&unit=SGD&format=csv").Refused(t, client.Invalid("RATE_BASIS_REQUIRED", "rateBasis"))
}

// TestM24TransformsInRows: a percent change says that it is one, in percent.
func TestM24TransformsInRows(t *testing.T) {
	rows := flat(t, query(t)+"&transform=PCH&as_of=2021-05-01&sources="+sourceOf(t, "A ministry"))
	must.Equal(t, []any{rows["2020"]["value"], rows["2020"]["unit"], rows["2020"]["transform"], rows["2020"]["valueKind"], rows["2020"]["basePeriod"]},
		[]any{"10", "%", "PCH", "CHANGE", "2019"})
	must.Equal(t, rows["2018"]["value"], any(nil))
}

// TestM20SourcesInEveryRow: each row says whose figure it is, who claims it and under
// which licence; the metadata of the file lists the sources.
func TestM20SourcesInEveryRow(t *testing.T) {
	rows := flat(t, query(t))
	must.Equal(t, []any{rows["2020"]["producer"], rows["2020"]["sourceTitle"], rows["2020"]["license"], rows["2020"]["sourceRank"]}, []any{"A ministry", "Accounts", "CC0", 1.0})
	must.Equal(t, []any{rows["claimed"]["producer"], rows["claimed"]["claimant"]}, []any{"A campaign", "entities/joe-biden"})
	must.NotEqual(t, rows["claimed"]["sourceId"], rows["2020"]["sourceId"])
	must.Equal(t, rows["2020"]["coverage"], any("grants only"))
	metadata := string(api.Get(t, query(t)+"&format=csvw").OK(t).Body)
	must.Contains(t, metadata, "A ministry, Accounts")
	must.Contains(t, metadata, `"CC0"`)
}

// TestM15StatusInFiles: status, attributes and the written form are columns of
// SDMX-CSV under their own names.
func TestM15StatusInFiles(t *testing.T) {
	answer := api.Do(t, client.Request{Path: query(t), Header: map[string]string{"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"}}).OK(t)
	lines := must.Get(csv.NewReader(strings.NewReader(string(answer.Body))).ReadAll())(t)
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		if row["FIGURE"] == "figures/rest-aid-2018" {
			must.Equal(t, []string{row["REF_AREA"], row["FREQ"], row["TIME_PERIOD"], row["OBS_VALUE"], row["UNIT_MEASURE"], row["UNIT_MULT"], row["DECIMALS"], row["OBS_STATUS[]"], row["COLLECTION"]},
				[]string{"SG", "A", "2018", "100", "USD", "6", "0", "P", "A"})
			return
		}
	}
	t.Fatal("there is no row of the figure")
}

// TestM21TheReleaseOfADocumentsFigures: a figure that stands on a version is put out
// with it.
func TestM21TheReleaseOfADocumentsFigures(t *testing.T) {
	got := client.Read(t, api, "/v1/figures/goods-trade-note-total-2014", &metricsv1.Figure{})
	must.True(t, got.GetReleaseTime().GetEdtf() != "", "no release")
}

// TestAClaimantIsOnRecord: a figure is refused whose claimant is not.
func TestAClaimantIsOnRecord(t *testing.T) {
	query(t) // the figure's metric is there, so that only its claimant is not
	figure := map[string]any{
		"timePeriod": edtf("2017"), "valueKind": "POINT", "value": decimal("1"), "claimant": "entities/nobody-of-that-name",
		"metric": "metrics/rest-aid", "dimensions": map[string]any{"REF_AREA": "SG"}, "unit": map[string]any{"system": "ISO4217", "code": "USD"},
		"origin": map[string]any{"producer": "A ministry"},
	}
	api.Post(t, "/v1/figures", figure).Refused(t, client.Invalid("REFERENCE_NOT_FOUND", "figure.claimant"))
}

// TestM3EveryFormIsWellFormed: of a real series in all forms, whole and as it stood.
func TestM3EveryFormIsWellFormed(t *testing.T) {
	const series = "/v1/metrics/bilateral-goods-trade:query?dimensions[FLOW]=TOTAL&frequency=A"
	settled := api.Get(t, series).OK(t).Header.Get("Onrecord-Settled-Time")
	for _, format := range []string{"json", "rows", "csv", "csvw", "sdmx-csv", "sdmx-json", "svg"} {
		address := series + "&read_time=" + settled + "&format=" + format
		answer := api.Get(t, address).OK(t)
		must.Contains(t, answer.Header.Get("Cache-Control"), "immutable")
		must.Equal(t, api.Get(t, address).OK(t).Body, answer.Body)
		switch format {
		case "json", "rows", "csvw", "sdmx-json":
			must.True(t, json.Valid(answer.Body), "%s", answer.Body)
		case "svg":
			wellFormed(t, answer.Body)
		default:
			lines := must.Get(csv.NewReader(strings.NewReader(string(answer.Body))).ReadAll())(t)
			must.Equal(t, len(lines), 34)
		}
	}
}

func wellFormed(t *testing.T, text []byte) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(text)))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		must.OK(t, err)
	}
}

// TestF1F17NewRoutesAreStrict: what a route does not know is refused by name, and what
// an enum does not have with what it has.
func TestF1F17NewRoutesAreStrict(t *testing.T) {
	for address, want := range map[string]client.Want{
		query(t) + "&vintage_date=2023-10-01":                     client.Invalid("UNKNOWN_PARAMETER", "vintage_date"),
		query(t) + "&format=csv&vintage_date=2023-10-01":          client.Invalid("UNKNOWN_PARAMETER", "vintage_date"),
		query(t) + "&format=xml":                                  client.Invalid("UNKNOWN_ENUM_VALUE", "format"),
		query(t) + "&transform=LOG":                               client.Invalid("UNKNOWN_ENUM_VALUE", "transform"),
		query(t) + "&rounding_decimals=2.5":                       client.Invalid("MALFORMED_PARAMETER", "roundingDecimals"),
		query(t) + "&sources=THE+BEST":                            client.Invalid("INVALID_REQUEST", "sources[0]"),
		"/v1/metrics/rest-aid/vintages?as_of=2020":                client.Invalid("UNKNOWN_PARAMETER", "as_of"),
		"/v1/metrics/rest-aid/contested?spread=1":                 client.Invalid("UNKNOWN_PARAMETER", "spread"),
		"/v1/metrics/rest-aid:availability?period=2020":           client.Invalid("UNKNOWN_PARAMETER", "period"),
		"/v1/metrics:resolve?text=aid&query=aid":                  client.Invalid("UNKNOWN_PARAMETER", "query"),
		"/v1/places:resolve?text=Mexico&country=MX":               client.Invalid("UNKNOWN_PARAMETER", "country"),
		"/v1/units:convert?value=1&from=km&to=m&round=2":          client.Invalid("UNKNOWN_PARAMETER", "round"),
		"/v1/figures/rest-aid-2018:checkComparisonClaims?fuzzy=1": client.Invalid("UNKNOWN_PARAMETER", "fuzzy"),
	} {
		api.Get(t, address).Refused(t, want)
	}
}

// TestF2F26NewBodiesAreStrict: an unknown field is refused with its path, and what is
// malformed is said in words and a code, not in those of a library.
func TestF2F26NewBodiesAreStrict(t *testing.T) {
	query(t)
	for path, body := range map[string]map[string]any{
		"/v1/figures/rest-aid-2018:correct":   {"kind": "ERROR", "reason": "r", "figure": map[string]any{"valu": decimal("1")}},
		"/v1/figures/rest-aid-2018:rollback":  {"revisionId": "1", "reason": "r", "revision": "1"},
		"/v1/figures/rest-aid-2018:recompute": {"inputs": []any{}},
	} {
		answer := api.Post(t, path, body)
		must.Equal(t, answer.Code, 400)
		must.Contains(t, string(answer.Body), "UNKNOWN_FIELD")
	}
	answer := api.Post(t, "/v1/figures/rest-aid-2018:correct", map[string]any{"kind": "TYPO", "reason": "r", "figure": map[string]any{"value": decimal("x")}})
	must.Equal(t, answer.Code, 400)
	must.Contains(t, string(answer.Body), "UNKNOWN_ENUM_VALUE")
	for _, leak := range []string{"strconv", "proto:", "json:", "invalid character"} {
		must.False(t, strings.Contains(string(answer.Body), leak), "%s", answer.Body)
	}
}

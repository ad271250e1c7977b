package rest_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// body is a JSON object.
type body = map[string]any

// measure puts a metric of yearly amounts of money between two areas on record.
func measure(t *testing.T, id string, fields body) {
	t.Helper()
	metric := body{
		"displayName": "M " + id, "measuredProperty": "output", "statType": "VALUE", "temporalKind": "FLOW",
		"defaultUnit": body{"system": "ISO4217", "code": "USD"}, "dimensions": []any{body{"id": "REF_AREA", "displayName": "Area"}},
	}
	maps.Copy(metric, fields)
	api.Post(t, "/v1/metrics?metric_id="+id, metric).OK(t)
}

// putFigure puts a figure of US dollars in 2022 on record.
func putFigure(t *testing.T, id, metric string, fields body) *metricsv1.Figure {
	t.Helper()
	figure := body{
		"metric": "metrics/" + metric, "timePeriod": body{"edtf": "2022"}, "frequency": "A", "valueKind": "POINT", "dimensions": body{"REF_AREA": "US"},
		"unit": body{"system": "ISO4217", "code": "USD"}, "unitMult": 9, "origin": body{"producer": "Bureau", "title": "Table"},
	}
	for key, value := range fields {
		if figure[key] = value; value == nil {
			delete(figure, key)
		}
	}
	created := &metricsv1.Figure{}
	api.Post(t, "/v1/figures?figure_id="+id, figure).Into(t, created)
	return created
}

func value(number string) body { return body{"value": number} }

// sayIt puts an article on record in which somebody claims a figure of 860 billion dollars.
func sayIt(t *testing.T, id, metric string) {
	t.Helper()
	const text = "Ana said on Monday: Output was a record USD 860 billion last year."
	span := func(words, role string) body {
		start := strings.Index(text, words)
		return body{"start": start, "end": start + len(words), "exact": words, "role": role}
	}
	words := span("Output was a record USD 860 billion last year", "CONTENT")
	delete(words, "role")
	api.Post(t, "/v1/documents:ingest", body{
		"document": body{"name": "documents/" + id, "headline": "H", "publisher": "P", "languageCode": "en"},
		"version":  body{"text": text, "publishTime": body{"edtf": "2023-11-18"}},
		"entities": []any{body{"name": "entities/" + id, "displayName": "Ana", "entityType": "PERSON", "names": []any{
			body{"text": "Ana", "languageCode": "en"}, body{"text": "Άνα", "languageCode": "el"},
		}}},
		"statements": []any{body{
			"name": "statements/" + id, "statementType": "DIRECT", "contents": []any{words}, "statementTime": body{"edtf": "2023-11-13"},
			"speakers": []any{body{"entity": "entities/" + id, "attributionText": "Ana"}},
		}},
		"figures": []any{body{
			"name": "figures/" + id, "metric": "metrics/" + metric, "dimensions": body{"REF_AREA": "US"}, "timePeriod": body{"edtf": "2022"},
			"frequency": "A", "valueKind": "POINT", "value": value("860"), "unit": body{"system": "ISO4217", "code": "USD"}, "unitMult": 9,
			"reported": body{"numberText": "860", "value": value("860"), "unitSymbol": "USD", "multiplierText": "billion",
				"spans": []any{span("USD 860 billion", "CONTENT"), span("860", "NUMBER")}},
		}},
	}).OK(t)
}

func compare(t *testing.T, figure, query string) *gatewayv1.CompareFigureResponse {
	t.Helper()
	return client.Read(t, api, "/v1/figures/"+figure+":compare"+query, &gatewayv1.CompareFigureResponse{})
}

// TestJ1ReadsADocumentInTextOrder: text, statements and figures; a figure inside a quotation
// names it.
func TestJ1ReadsADocumentInTextOrder(t *testing.T) {
	measure(t, "j1", nil)
	sayIt(t, "j1", "j1")
	read := readDocument(t, "documents/j1")
	must.Contains(t, read.GetDocumentVersion().GetText(), "USD 860 billion")
	must.Equal(t, len(read.GetFacts()), 2)
	must.Equal(t, read.GetFacts()[0].GetStatement().GetName(), "statements/j1")
	must.Equal(t, read.GetFacts()[0].GetFigures(), []string{"figures/j1"})
	must.Equal(t, read.GetFacts()[1].GetStatedIn(), []string{"statements/j1"})
	must.Equal(t, len(read.GetUnavailable()), 0)
	must.Equal(t, read.GetLabels()["metrics/j1"].GetText(), "M j1")
	must.Equal(t, client.Read(t, api, "/v1/documents/j1:read?require=all", &gatewayv1.ReadDocumentResponse{}), read)
	api.Get(t, "/v1/documents/j1:read?require=both").Refused(t, client.Invalid("INVALID_REQUEST", "require"))
}

// TestJ2CompareAsKnownWhenSaid: a claim is put beside the vintage of the day on which it was
// made, and later ones are told apart; nobody says who is right.
func TestJ2CompareAsKnownWhenSaid(t *testing.T) {
	measure(t, "j2-trade", nil)
	measure(t, "j2-goods", nil)
	sayIt(t, "j2", "j2-trade")
	putFigure(t, "j2-first", "j2-goods", body{"value": value("779.3"), "releaseTime": body{"edtf": "2023-02-07"}})
	putFigure(t, "j2-known", "j2-goods", body{"value": value("861.2"), "releaseTime": body{"edtf": "2023-06-07"}})
	putFigure(t, "j2-revised", "j2-goods", body{"value": value("871.5"), "releaseTime": body{"edtf": "2024-06-06"}})
	putFigure(t, "j2-other-year", "j2-goods", body{"value": value("661"), "timePeriod": body{"edtf": "2021"}, "releaseTime": body{"edtf": "2023-06-07"}})

	answer := compare(t, "j2", "?metric=metrics/j2-goods")
	must.Equal(t, answer.GetFigure().GetReported().GetNumberText(), "860")
	must.Equal(t, answer.GetStatement().GetName(), "statements/j2")
	must.Equal(t, answer.GetAsOf().GetEdtf()+" "+answer.GetAsOfBasis().String(), "2023-11-13 STATEMENT_TIME")
	must.Equal(t, answer.GetReportedLower().GetValue().GetValue()+" "+answer.GetReportedUpper().GetValue().GetValue(), "855000000000 865000000000")
	must.True(t, answer.GetReportedLower().GetInclusive() && !answer.GetReportedUpper().GetInclusive())
	must.Equal(t, len(answer.GetComparisons()), 1)
	c := answer.GetComparisons()[0]
	must.Equal(t, c.GetReference().GetFigure()+" "+c.GetReference().GetReleaseTime().GetEdtf(), "figures/j2-known 2023-06-07")
	must.Equal(t, c.GetSource().GetProducer(), "Bureau")
	must.Equal(t, c.GetDifferenceLow().GetValue()+" "+c.GetDifferenceHigh().GetValue(), "-1200000000 -1200000000")
	must.Equal(t, c.GetDifferencePercentLow().GetValue()+" "+c.GetDifferencePercentHigh().GetValue(), "-0.139341 -0.13934")
	must.Equal(t, c.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.Equal(t, c.GetLatest().GetFigure(), "figures/j2-revised")
	must.Equal(t, answer.GetLabels()["entities/j2"].GetText(), "Ana")

	early := compare(t, "j2", "?metric=metrics/j2-goods&as_of=2023-03").GetComparisons()[0]
	must.Equal(t, early.GetReference().GetFigure(), "figures/j2-first")
	must.Equal(t, early.GetWithinRounding(), gatewayv1.CompareFigureResponse_OUTSIDE)
	now := compare(t, "j2", "?metric=metrics/j2-goods&as_of=2026-01")
	must.Equal(t, now.GetAsOfBasis(), gatewayv1.CompareFigureResponse_GIVEN)
	must.True(t, now.GetComparisons()[0].GetLatest() == nil)
	before := compare(t, "j2", "?metric=metrics/j2-goods&as_of=2022")
	must.Equal(t, len(before.GetComparisons()), 0)
	must.Contains(t, before.GetExplanation(), "no figure for 2022 that was public as of 2022; since then 1 was put out")
	must.Contains(t, compare(t, "j2", "").GetExplanation(), "has no figure") // no figure is its own reference

	api.Get(t, "/v1/figures/j2:compare?metric=metrics/none").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "METRIC_NOT_FOUND"})
	api.Get(t, "/v1/figures/none:compare").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "FIGURE_NOT_FOUND"})
	api.Get(t, "/v1/figures/j2:compare?as_of=soon").Refused(t, client.Invalid("INVALID_PERIOD", "asOf"))
	api.Get(t, "/v1/figures/j2:compare?period=20xx").Refused(t, client.Invalid("INVALID_PERIOD", "period"))
	api.Get(t, "/v1/figures/j2:compare?dimensions[NONE]=x").Refused(t, client.Invalid("UNKNOWN_DIMENSION", `dimensions["NONE"]`))
}

// TestJ2HedgesBoundsAndUnits: what a claim leaves open is what its hedge says, and what
// cannot be told is said to be so.
func TestJ2HedgesBoundsAndUnits(t *testing.T) {
	measure(t, "j2-hedges", nil)
	putFigure(t, "j2-reference", "j2-hedges", body{"value": value("861.2"), "releaseTime": body{"edtf": "2023"}})
	claimed := body{"origin": body{"producer": "Somebody"}, "releaseTime": body{"edtf": "2024"}}
	bound := func(number string, inclusive bool) body { return body{"value": value(number), "inclusive": inclusive} }
	for i, test := range []struct {
		claim       body
		within      gatewayv1.CompareFigureResponse_Rounding
		differences string
		explanation string
	}{
		{body{"valueKind": "LOWER_BOUND", "approximator": "OVER", "lower": bound("860", false)}, gatewayv1.CompareFigureResponse_WITHIN, "-1200000000 ", "bounds"},
		{body{"valueKind": "UPPER_BOUND", "approximator": "NEARLY", "upper": bound("861.2", false)}, gatewayv1.CompareFigureResponse_OUTSIDE, " 0", "outside"},
		{body{"valueKind": "UPPER_BOUND", "approximator": "UP_TO", "upper": bound("861.2", true)}, gatewayv1.CompareFigureResponse_WITHIN, " 0", "within"},
		{body{"valueKind": "RANGE", "lower": bound("800", true), "upper": bound("900", true)}, gatewayv1.CompareFigureResponse_WITHIN, "-61200000000 38800000000", "within"},
		{body{"value": value("955"), "approximator": "ABOUT", "reported": body{"numberText": "955", "value": value("955")}},
			gatewayv1.CompareFigureResponse_CANNOT_TELL, "93800000000 93800000000", "hedge"},
		{body{"value": value("861.2")}, gatewayv1.CompareFigureResponse_WITHIN, "0 0", "the number that is said"},
		{body{"value": value("860"), "approximator": "EXACTLY", "reported": body{"numberText": "860", "value": value("860")}},
			gatewayv1.CompareFigureResponse_OUTSIDE, "-1200000000 -1200000000", "another number"},
		{body{"value": value("862.5"), "reported": body{"numberText": "862½", "value": value("862.5")}},
			gatewayv1.CompareFigureResponse_CANNOT_TELL, "1300000000 1300000000", "its printed form"},
		{body{"value": value("780"), "unit": body{"system": "ISO4217", "code": "EUR"}}, gatewayv1.CompareFigureResponse_CANNOT_TELL, " ", "NO_COMMON_UNIT"},
		{body{"valueKind": "CHANGE", "value": value("5"), "unit": body{"system": "UCUM", "code": "%"}, "unitMult": nil},
			gatewayv1.CompareFigureResponse_CANNOT_TELL, " ", "changed"},
	} {
		id := fmt.Sprint("j2-hedged-", i)
		fields := maps.Clone(claimed)
		maps.Copy(fields, test.claim)
		putFigure(t, id, "j2-hedges", fields)
		answer := compare(t, id, "?as_of=2024-12-31")
		found := answer.GetComparisons()[0]
		for _, c := range answer.GetComparisons() {
			if c.GetReference().GetFigure() == "figures/j2-reference" {
				found = c
			}
		}
		must.Equal(t, found.GetReference().GetFigure(), "figures/j2-reference")
		must.Equal(t, id+" "+found.GetWithinRounding().String(), id+" "+test.within.String())
		must.Equal(t, found.GetDifferenceLow().GetValue()+" "+found.GetDifferenceHigh().GetValue(), test.differences)
		must.Contains(t, found.GetExplanation(), test.explanation)
	}
	putFigure(t, "j2-none", "j2-hedges", body{"valueKind": "NO_VALUE", "missingReason": "SUPPRESSED"})
	api.Get(t, "/v1/figures/j2-none:compare").Refused(t, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "NOTHING_TO_COMPARE"})
}

// TestJ2APeriodIsTheSumOfItsParts: a year of which only the months are published, of a flow.
func TestJ2APeriodIsTheSumOfItsParts(t *testing.T) {
	measure(t, "j2-months", nil)
	for month := 1; month <= 12; month++ {
		putFigure(t, fmt.Sprint("j2-month-", month), "j2-months", body{
			"timePeriod": body{"edtf": fmt.Sprintf("2022-%02d", month)}, "frequency": "M", "value": value("71.5"), "releaseTime": body{"edtf": "2023-02"},
		})
	}
	putFigure(t, "j2-year", "j2-months", body{
		"value": value("860"), "reported": body{"numberText": "860", "value": value("860")}, "origin": body{"producer": "Somebody"}, "releaseTime": body{"edtf": "2023-11-18"},
	})
	answer := compare(t, "j2-year", "")
	must.Equal(t, answer.GetAsOfBasis(), gatewayv1.CompareFigureResponse_RELEASE_TIME)
	must.Equal(t, len(answer.GetComparisons()), 1)
	c := answer.GetComparisons()[0]
	must.Equal(t, c.GetReference().GetValue().GetValue(), "858000000000")
	must.Equal(t, c.GetReference().GetAggregatedCount(), int32(12))
	must.Equal(t, c.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.Contains(t, c.GetExplanation(), "the sum of 12 parts")

	// Of one source months and quarters do not stand for each other, nor does one correct the other.
	for quarter := 33; quarter <= 36; quarter++ {
		putFigure(t, fmt.Sprint("j2-quarter-", quarter), "j2-months", body{
			"timePeriod": body{"edtf": fmt.Sprintf("2022-%d", quarter)}, "frequency": "Q", "value": value("250"), "releaseTime": body{"edtf": "2023-02"},
			"approximator": "ABOUT",
		})
	}
	sums := map[int32]*gatewayv1.CompareFigureResponse_Comparison{}
	for _, c := range compare(t, "j2-year", "").GetComparisons() {
		sums[c.GetReference().GetAggregatedCount()] = c
	}
	must.Equal(t, sums[12].GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.True(t, sums[12].GetLatest() == nil && sums[4].GetLatest() == nil)
	must.Equal(t, sums[4].GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	must.Contains(t, sums[4].GetExplanation(), "is itself hedged")
	putFigure(t, "j2-exact", "j2-months", body{"value": value("1000"), "approximator": "EXACTLY", "origin": body{"producer": "Somebody"}, "releaseTime": body{"edtf": "2023-11-18"}})
	for _, c := range compare(t, "j2-exact", "").GetComparisons() {
		if c.GetReference().GetAggregatedCount() == 4 {
			must.Equal(t, c.GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
		}
	}
}

// TestJ3CorrectionsReachReaders: an ETag changes, a list carries the corrections, each says
// what it reaches, and what was retracted is 410 with its correction.
func TestJ3CorrectionsReachReaders(t *testing.T) {
	measure(t, "j3", nil)
	sayIt(t, "j3", "j3")
	putFigure(t, "j3-twice", "j3", body{
		"valueKind": "POINT", "unitMult": nil, "derivation": body{"formula": "2 * x", "inputs": []any{body{"variable": "x", "figure": "figures/j3"}}},
	})
	const read = "/v1/documents/j3:read"
	before := api.Get(t, read).OK(t)
	old := client.Read(t, api, read, &gatewayv1.ReadDocumentResponse{})
	corrected := &metricsv1.CorrectFigureResponse{}
	api.Post(t, "/v1/figures/j3:correct", body{"kind": "ERROR", "reason": "a comment", "figure": body{"comparisonClaims": []any{body{"kind": "RECORD_HIGH"}}}}).Into(t, corrected)
	after := api.Do(t, client.Request{Method: "GET", Path: read, Header: map[string]string{"If-None-Match": before.Header.Get("ETag")}})
	must.Equal(t, after.Code, 200)
	must.True(t, after.Header.Get("ETag") != before.Header.Get("ETag"))
	at := "?read_time=" + old.GetDocument().GetCreateTime().AsTime().Format("2006-01-02T15:04:05.999999Z07:00")
	must.Equal(t, client.Read(t, api, read+at, &gatewayv1.ReadDocumentResponse{}).GetFacts(), old.GetFacts()) // the permalink shows the old state

	said := &statementsv1.CorrectStatementResponse{}
	api.Post(t, "/v1/statements/j3:correct", body{"kind": "CLARIFICATION", "reason": "whom", "statement": body{"comment": "c"}}).Into(t, said)
	filter := "&filter=" + url.QueryEscape(`document = "documents/j3"`)
	list := client.Read(t, api, "/v1/corrections?include_propagations=true"+filter, &gatewayv1.ListCorrectionsResponse{})
	must.Equal(t, list.GetCorrections(), []*typev1.Correction{said.GetCorrection(), corrected.GetCorrection()})
	must.Equal(t, list.GetPropagations(), []*gatewayv1.ListCorrectionsResponse_Propagation{
		{Correction: said.GetCorrection().GetName(), Documents: []string{"documents/j3"}},
		{Correction: corrected.GetCorrection().GetName(), Documents: []string{"documents/j3"}, Statements: []string{"statements/j3"},
			StaleFigures: []string{"figures/j3-twice"}, Metric: "metrics/j3"},
	})
	must.Equal(t, client.Read(t, api, "/v1/corrections?entity=entities/j3", &gatewayv1.ListCorrectionsResponse{}).GetCorrections(),
		[]*typev1.Correction{said.GetCorrection()})
	first := client.Read(t, api, "/v1/corrections?page_size=1&include_propagations=true"+filter, &gatewayv1.ListCorrectionsResponse{})
	must.Equal(t, first.GetCorrections(), list.GetCorrections()[:1])
	second := client.Read(t, api, "/v1/corrections?page_size=1&include_propagations=true"+filter+"&page_token="+first.GetNextPageToken(), &gatewayv1.ListCorrectionsResponse{})
	must.Equal(t, second.GetPropagations(), list.GetPropagations()[1:])
	api.Get(t, "/v1/corrections?page_size=1"+filter+"&page_token="+first.GetNextPageToken()).Refused(t, client.Invalid("PAGE_TOKEN_MISMATCH", "pageToken"))

	must.Equal(t, compare(t, "j3", "").GetCorrections(), []*typev1.Correction{corrected.GetCorrection()})
	brief := client.Read(t, api, "/v1/entities/j3:brief", &gatewayv1.BriefEntityResponse{})
	must.Equal(t, brief.GetCorrections(), list.GetCorrections())
	retracted := &metricsv1.Figure{}
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/figures/j3-twice?reason=nonsense"}).Into(t, retracted)
	gone := api.Get(t, "/v1/figures/j3-twice:compare")
	gone.Refused(t, client.Want{HTTP: 410, Status: "NOT_FOUND", Reason: "RETRACTED"})
	must.Contains(t, string(gone.Body), "nonsense")
}

// TestBriefOfAnEntity: what it said, the newest said first, with the figures in that, a page
// at a time; a merged entity answers as the other.
func TestBriefOfAnEntity(t *testing.T) {
	measure(t, "brief", nil)
	sayIt(t, "brief", "brief")
	version := "documents/brief/versions/1"
	for i, when := range []string{"2023-11-20", "", "2020"} {
		time := body{"edtf": when}
		if when == "" {
			time = body{"missingReason": "NOT_STATED"}
		}
		api.Post(t, fmt.Sprint("/v1/statements?statement_id=brief-", i), body{
			"documentVersion": version, "statementType": "DIRECT", "contents": []any{body{"start": 0, "end": 3, "exact": "Ana"}},
			"speakers": []any{body{"entity": "entities/brief", "attributionText": "Ana"}}, "statementTime": time,
		}).OK(t)
	}
	said := func(query string) (names []string, brief *gatewayv1.BriefEntityResponse) {
		brief = client.Read(t, api, "/v1/entities/brief:brief"+query, &gatewayv1.BriefEntityResponse{})
		for _, entry := range brief.GetEntries() {
			names = append(names, strings.TrimPrefix(entry.GetStatement().GetName(), "statements/"))
		}
		return names, brief
	}
	names, whole := said("")
	must.Equal(t, names, []string{"brief-0", "brief", "brief-2", "brief-1"})
	must.Equal(t, len(whole.GetEntries()[0].GetFigures()), 0)
	must.Equal(t, whole.GetEntries()[1].GetFigures()[0].GetName(), "figures/brief")
	must.Equal(t, whole.GetLabels()["metrics/brief"].GetText(), "M brief")
	must.Equal(t, whole.GetNextPageToken(), "")
	names, _ = said("?period=2023")
	must.Equal(t, names, []string{"brief-0", "brief"})
	first, page := said("?page_size=3")
	rest, last := said("?page_size=3&page_token=" + page.GetNextPageToken())
	must.Equal(t, append(first, rest...), []string{"brief-0", "brief", "brief-2", "brief-1"})
	must.Equal(t, last.GetNextPageToken(), "")
	api.Get(t, "/v1/entities/brief:brief?period=2023&page_token="+page.GetNextPageToken()).Refused(t, client.Invalid("PAGE_TOKEN_MISMATCH", "pageToken"))
	api.Get(t, "/v1/entities/brief:brief?period=lately").Refused(t, client.Invalid("INVALID_PERIOD", "period"))
	api.Get(t, "/v1/entities/nobody:brief").Refused(t, client.Want{HTTP: 404, Status: "NOT_FOUND", Reason: "ENTITY_NOT_FOUND"})

	api.Post(t, "/v1/entities?entity_id=brief-other", body{"displayName": "Ana B.", "entityType": "PERSON"}).OK(t)
	api.Post(t, "/v1/entities/brief:merge", body{"target": "entities/brief-other", "reason": "the same"}).OK(t)
	names, merged := said("?page_size=2")
	must.Equal(t, names, []string{"brief-0", "brief"})
	must.Equal(t, merged.GetEntity().GetName(), "entities/brief-other")
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/statements/brief-2?reason=x"}).OK(t)
	names, _ = said("")
	must.Equal(t, names, []string{"brief-0", "brief", "brief-1"})
}

// TestJ14LabelsInTheReadersLanguage: names on record in a language that the reader takes, and
// the name to show where there is none; what was said stays as it is.
func TestJ14LabelsInTheReadersLanguage(t *testing.T) {
	measure(t, "j14", nil)
	sayIt(t, "j14", "j14")
	label := func(query, accept string) string {
		request := client.Request{Method: "GET", Path: "/v1/documents/j14:read" + query, Header: map[string]string{}}
		if accept != "" {
			request.Header["Accept-Language"] = accept
		}
		read := &gatewayv1.ReadDocumentResponse{}
		answer := api.Do(t, request)
		answer.Into(t, read)
		must.Contains(t, strings.Join(answer.Header.Values("Vary"), ", "), "Accept-Language")
		must.Contains(t, read.GetDocumentVersion().GetText(), "Ana said")
		found := read.GetLabels()["entities/j14"]
		return found.GetText() + " " + found.GetLanguageCode()
	}
	must.Equal(t, label("", ""), "Ana en")
	must.Equal(t, label("?language_code=fr,el-GR", ""), "Άνα el")
	must.Equal(t, label("", "fr;q=0.9, el"), "Άνα el")
	must.Equal(t, label("?language_code=ja", "el"), "Ana en")
	api.Get(t, "/v1/documents/j14:read?language_code=el_GR").Refused(t, client.Invalid("INVALID_REQUEST", "languageCode"))
}

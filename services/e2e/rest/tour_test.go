package rest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestFromMetricsToTheTradeFigure follows the names from /v1/metrics to the 860
// billion and the place where it is printed.
func TestFromMetricsToTheTradeFigure(t *testing.T) {
	list := client.Read(t, api, "/v1/metrics", &metricsv1.ListMetricsResponse{})
	i := slices.IndexFunc(list.GetMetrics(), func(m *metricsv1.Metric) bool { return m.GetDisplayName() == "Bilateral trade" })
	must.True(t, i >= 0, "no metric is called Bilateral trade: %v", list)
	metric := list.GetMetrics()[i]
	must.Equal(t, metric.GetCoverage(), "unspecified")

	series := client.Read(t, api, "/v1/"+metric.GetName()+"/series", &metricsv1.ListSeriesResponse{}).GetSeries()
	must.Equal(t, len(series), 1)
	// The trade of two areas is the same seen from either: the series has them by their codes' order.
	must.Equal(t, series[0].GetDimensions(), map[string]string{"REF_AREA": "MX", "COUNTERPART_AREA": "US", "FLOW": "TOTAL"})
	must.Equal(t, series[0].GetFirstPeriod().GetEdtf(), "2022")

	query := "/v1/" + metric.GetName() + ":query?dimensions[REF_AREA]=US&dimensions[COUNTERPART_AREA]=MX&period=2010/2023"
	exchanged := "/v1/" + metric.GetName() + ":query?dimensions[REF_AREA]=MX&dimensions[COUNTERPART_AREA]=US&period=2010/2023"
	must.Equal(t, len(client.Read(t, api, exchanged, &metricsv1.QueryMetricResponse{}).GetSeries()[0].GetObservations()), 1)
	answer := client.Read(t, api, query, &metricsv1.QueryMetricResponse{})
	must.Equal(t, len(answer.GetSeries()), 1)
	must.Equal(t, len(answer.GetSeries()[0].GetObservations()), 1)
	observation := answer.GetSeries()[0].GetObservations()[0]
	must.Equal(t, observation.GetValue().GetValue(), "860000000000")
	must.Equal(t, observation.GetUnit().GetCode(), "USD")

	f := client.Read(t, api, "/v1/"+observation.GetFigure(), &metricsv1.Figure{})
	must.Equal(t, f.GetTimePeriod().GetEdtf(), "2022")
	must.Equal(t, f.GetTimePeriod().GetPrinted().GetText(), "last year")
	must.Equal(t, f.GetReported().GetUnitSymbol(), "US$")
	must.Equal(t, f.GetReported().GetValue().GetValue(), "860")
	must.Equal(t, f.GetNormalized().GetValue().GetValue(), "860000000000")
	must.Equal(t, f.GetSignificantDigits(), &metricsv1.SignificantDigits{Min: 2, Max: 3})
	must.Equal(t, f.GetComparisonClaims()[0].GetKind(), metricsv1.ComparisonClaim_RECORD_HIGH)
	must.Equal(t, f.GetDocumentVersion(), article+"/versions/1")

	version := client.Read(t, api, "/v1/"+f.GetDocumentVersion(), &statementsv1.DocumentVersion{})
	must.Equal(t, version.GetTextLength(), int32(4031))
	must.Equal(t, version.GetTextSha256(), "66b9c28c06308c9225ef2598c40bfb83eabdc8e65ffd434796c043d75b810d53")
	must.Equal(t, version.GetText(), "")
	for _, span := range f.GetReported().GetSpans() {
		must.True(t, span.GetEnd() <= version.GetTextLength() && span.GetStart() < span.GetEnd(), "the span lies outside the text: %v", span)
		must.Equal(t, span.GetExact(), "")
		must.True(t, len(span.GetExactSha256()) == 64, "the withheld words have no hash: %v", span)
	}
}

// TestTheBorder: the article's 3,000 km and the note's 2,000 miles, both in
// metres.
func TestTheBorder(t *testing.T) {
	all := figures(t, `metric = "metrics/border-length" AND normalized.value > "3e6"`)
	must.Equal(t, len(all), 1)
	must.Equal(t, all[0].GetNormalized().GetValue().GetValue(), "3218688")
	must.Equal(t, all[0].GetUnit().GetCode(), "[mi_i]")

	all = figures(t, `metric = "metrics/border-length" AND document = "`+article+`"`)
	must.Equal(t, len(all), 1)
	must.Equal(t, all[0].GetNormalized().GetValue().GetValue(), "3000000")
	must.Equal(t, all[0].GetNormalized().GetUnit().GetCode(), "m")
	must.Equal(t, all[0].GetReported().GetNumberText(), "3,000")
	must.Equal(t, all[0].GetSignificantDigits(), &metricsv1.SignificantDigits{Min: 1, Max: 4})
	must.Equal(t, all[0].GetTimePeriod().GetMissingReason(), typev1.TimePeriod_NOT_STATED)
}

// TestTheOtherFiguresOfTheArticle: the funds in both currencies, the deaths
// without a number, the crossings without even bounds.
func TestTheOtherFiguresOfTheArticle(t *testing.T) {
	get := func(id string) *metricsv1.Figure {
		return client.Read(t, api, "/v1/figures/afp-2023-11-18-"+id, &metricsv1.Figure{})
	}
	funds := get("border-funds")
	must.Equal(t, funds.GetNormalized().GetValue().GetValue(), "14000000000")
	must.Equal(t, funds.GetAlternates()[0].GetNormalized().GetValue().GetValue(), "18000000000")
	rate := funds.GetAlternates()[0].GetArticleRate()
	must.Equal(t, rate.GetRate(), &metricsv1.Fraction{Numerator: fixture.Number("9"), Denominator: fixture.Number("7")})
	must.Equal(t, rate.GetFrom()+rate.GetTo(), "USDSGD")

	deaths := get("fentanyl-deaths")
	must.Equal(t, deaths.GetLower().GetValue().GetValue(), "20000")
	must.Equal(t, deaths.GetUpper().GetValue().GetValue(), "100000")
	must.True(t, deaths.GetLower().GetInclusive() && !deaths.GetUpper().GetInclusive() && deaths.GetValue() == nil, "the bounds are others: %v", deaths)
	must.True(t, deaths.GetReadingRule() != "", "the bounds do not say how they were read")

	crossings := get("border-crossings")
	must.Equal(t, crossings.GetValueKind(), metricsv1.Figure_NO_VALUE)
	must.Equal(t, crossings.GetMissingReason(), metricsv1.Figure_NOT_STATED)
	must.Equal(t, crossings.GetComparisonClaims()[0].GetKind(), metricsv1.ComparisonClaim_RECORD_HIGH)
}

// checkFacts checks what holds of every joined view.
func checkFacts(t *testing.T, read *gatewayv1.ReadDocumentResponse) {
	t.Helper()
	byName := map[string]*gatewayv1.Fact{}
	before := int32(-1)
	for _, fact := range read.GetFacts() {
		name := fact.GetStatement().GetName() + fact.GetFigure().GetName()
		must.True(t, byName[name] == nil, "%s stands twice", name)
		byName[name] = fact
		must.True(t, fact.Start != nil && fact.GetStart() >= before, "%s at %d comes after %d", name, fact.GetStart(), before)
		before = fact.GetStart()
	}
	for name, fact := range byName {
		for _, statement := range fact.GetStatedIn() {
			must.True(t, slices.Contains(byName[statement].GetFigures(), name), "%s does not know that it holds %s", statement, name)
		}
		for _, figure := range fact.GetFigures() {
			must.True(t, slices.Contains(byName[figure].GetStatedIn(), name), "%s does not know that %s holds it", figure, name)
		}
	}
	known := map[string]bool{}
	for _, e := range read.GetEntities() {
		known[e.GetName()] = true
	}
	for _, m := range read.GetMetrics() {
		known[m.GetName()] = true
	}
	for _, fact := range read.GetFacts() {
		for _, speaker := range fact.GetStatement().GetSpeakers() {
			must.True(t, speaker.GetEntity() == "" || known[speaker.GetEntity()], "%s is not among the entities", speaker.GetEntity())
		}
		if f := fact.GetFigure(); f != nil {
			must.True(t, known[f.GetMetric()], "%s is not among the metrics", f.GetMetric())
		}
	}
}

// TestReadTheArticle: all that the article says and measures, in text order,
// without its text.
func TestReadTheArticle(t *testing.T) {
	read := readDocument(t, article)
	checkFacts(t, read)
	must.True(t, read.GetDocument().GetTextWithheld() && read.GetDocumentVersion().GetText() == "", "the text is not withheld")
	must.Equal(t, len(read.GetFacts()), 23)
	types := map[statementsv1.Statement_StatementType]int{}
	for _, fact := range read.GetFacts() {
		s := fact.GetStatement()
		if s == nil {
			continue
		}
		types[s.GetStatementType()]++
		for _, content := range s.GetContents() {
			direct := s.GetStatementType() == statementsv1.Statement_DIRECT
			must.Equal(t, content.GetExact() != "", direct)
			if direct {
				must.Equal(t, utf8.RuneCountInString(content.GetExact()), int(content.GetEnd()-content.GetStart()))
				sum := sha256.Sum256([]byte(content.GetExact()))
				must.Equal(t, content.GetExactSha256(), hex.EncodeToString(sum[:]))
			}
			must.True(t, utf8.RuneCountInString(content.GetPrefix()) <= 32 && utf8.RuneCountInString(content.GetSuffix()) <= 32, "more context than may be kept: %v", content)
		}
		must.True(t, s.GetText() != "", "%s has no text", s.GetName())
	}
	must.Equal(t, types, map[statementsv1.Statement_StatementType]int{statementsv1.Statement_DIRECT: 8, statementsv1.Statement_INDIRECT: 10})

	nested := statements(t, `parent_statement = "statements/afp-2023-11-18-ministry-agreement"`)
	must.Equal(t, len(nested), 1)
	must.Equal(t, nested[0].GetStatementTime().GetEdtf(), "2023-11-16")
	friday := statements(t, `statement_time = "2023-11-17"`)
	must.Equal(t, len(friday), 5)
}

// TestReadTheNote: a text with its facts, each where it says that it is.
func TestReadTheNote(t *testing.T) {
	read := readDocument(t, note)
	checkFacts(t, read)
	text := read.GetDocumentVersion().GetText()
	sum := sha256.Sum256([]byte(text))
	must.Equal(t, read.GetDocumentVersion().GetTextSha256(), hex.EncodeToString(sum[:]))
	must.Equal(t, read.GetDocumentVersion().GetTextLength(), int32(utf8.RuneCountInString(text)))
	runes := []rune(text)
	spans := 0
	check := func(all ...*typev1.TextSpan) {
		for _, span := range all {
			if span == nil {
				continue
			}
			spans++
			must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
			must.Equal(t, fixture.Slice(text, span), span.GetExact())
			must.Equal(t, span.GetPrefix(), string(runes[max(0, span.GetStart()-32):span.GetStart()]))
			must.Equal(t, span.GetSuffix(), string(runes[span.GetEnd():min(len(runes), int(span.GetEnd())+32)]))
		}
	}
	for _, fact := range read.GetFacts() {
		s, f := fact.GetStatement(), fact.GetFigure()
		check(s.GetContents()...)
		check(s.GetSourceMentions()...)
		check(s.GetCue(), s.GetStatementTime().GetPrinted().GetSpan())
		check(f.GetReported().GetSpans()...)
		for _, claim := range f.GetComparisonClaims() {
			check(claim.GetSpan())
		}
	}
	must.True(t, spans >= 25, "only %d spans were compared", spans)

	i := slices.IndexFunc(read.GetFacts(), func(f *gatewayv1.Fact) bool {
		return f.GetFigure().GetName() == "figures/goods-trade-note-border-length"
	})
	must.True(t, i >= 0, "the border is not in the note")
	must.Equal(t, read.GetFacts()[i].GetStatedIn(), []string{"statements/goods-trade-note-infrastructure"})
	for _, fact := range read.GetFacts() {
		if f := fact.GetFigure(); f != nil && f.GetMetric() != "metrics/border-length" {
			must.Equal(t, len(fact.GetStatedIn()), 0)
		}
	}
}

// TestTheSeries: the yearly goods trade, exactly as the table prints it.
func TestTheSeries(t *testing.T) {
	text := readDocument(t, table).GetDocumentVersion().GetText()
	for column, flow := range map[int]string{1: "IMPORTS", 2: "EXPORTS", 3: "TOTAL"} {
		t.Run(flow, func(t *testing.T) {
			printed := column1985To2015(t, text, column)
			seen := map[string]string{}
			path := "/v1/metrics/bilateral-goods-trade:query?dimensions[REF_AREA]=US&dimensions[COUNTERPART_AREA]=MX&dimensions[FLOW]=" + flow +
				"&period=1985/2015&frequency=A&page_size=10"
			token, before := "", ""
			for pages := 0; pages == 0 || token != ""; pages++ {
				must.True(t, pages < 10, "the pages do not end")
				answer := client.Read(t, api, path+"&page_token="+url.QueryEscape(token), &metricsv1.QueryMetricResponse{})
				for _, series := range answer.GetSeries() {
					must.Equal(t, series.GetDimensions()["FLOW"], flow)
					for _, o := range series.GetObservations() {
						year := o.GetTimePeriod().GetEdtf()
						must.True(t, year >= before, "%s comes after %s", year, before)
						before = year
						if strings.HasPrefix(o.GetFigure(), "figures/goods-trade-us-mx-") {
							must.Equal(t, seen[year], "")
							seen[year] = o.GetValue().GetValue()
							must.Equal(t, o.GetUnit().GetCode(), "USD")
						}
					}
				}
				token = answer.GetNextPageToken()
			}
			must.Equal(t, len(seen), 31)
			for year, millions := range printed {
				want, _ := new(big.Rat).SetString(millions)
				want.Mul(want, big.NewRat(1_000_000, 1))
				got, ok := new(big.Rat).SetString(seen[year])
				must.True(t, ok && got.Cmp(want) == 0, "%s: %s is not %s million", year, seen[year], millions)
			}
		})
	}
	narrow := client.Read(t, api, "/v1/metrics/bilateral-goods-trade:query?dimensions[FLOW]=TOTAL&period=2014", &metricsv1.QueryMetricResponse{})
	for _, series := range narrow.GetSeries() {
		for _, o := range series.GetObservations() {
			must.Equal(t, o.GetTimePeriod().GetEdtf(), "2014")
		}
	}
}

// column1985To2015 reads a column of the table in the document's text.
func column1985To2015(t *testing.T, text string, column int) map[string]string {
	t.Helper()
	values := map[string]string{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) == 4 && cells[0] >= "1985" && cells[0] <= "2015" {
			values[cells[0]] = cells[column]
		}
	}
	must.Equal(t, len(values), 31)
	return values
}

// TestSearch finds what was said by its words.
func TestSearch(t *testing.T) {
	for query, want := range map[string]string{
		"infrastructure border":          "statements/goods-trade-note-infrastructure",
		`"infrastructure modernization"`: "statements/goods-trade-note-infrastructure",
		"moderniz*":                      "statements/goods-trade-note-infrastructure",
		"ＢＯＲＤＥＲ historic":                "statements/goods-trade-note-infrastructure",
		"border -fentanyl historic":      "statements/goods-trade-note-infrastructure",
	} {
		t.Run(query, func(t *testing.T) {
			answer := client.Read(t, api, "/v1/statements:search?query="+url.QueryEscape(query), &statementsv1.SearchStatementsResponse{})
			must.True(t, len(answer.GetResults()) > 0, "nothing was found")
			must.Equal(t, answer.GetResults()[0].GetStatement().GetName(), want)
			must.True(t, answer.GetResults()[0].GetRelevance() > 0, "what was found has no relevance")
		})
	}
	none := client.Read(t, api, "/v1/statements:search?query="+url.QueryEscape(`"modernization infrastructure"`), &statementsv1.SearchStatementsResponse{})
	must.Equal(t, len(none.GetResults()), 0)
	mine := client.Read(t, api, "/v1/statements:search?query=border&filter="+url.QueryEscape(`speaker = "entities/joe-biden" AND document = "`+note+`"`), &statementsv1.SearchStatementsResponse{})
	must.Equal(t, len(mine.GetResults()), 1)
}

// TestExamplesAreLoadedOnce: started again on the same folder, the program
// does not load them twice.
func TestExamplesAreLoadedOnce(t *testing.T) {
	before := api.Get(t, "/v1/figures?page_size=1000&order_by=name").OK(t).Body
	must.Equal(t, server.Terminate(), 0)
	must.Contains(t, server.Output(), "http://"+server.HTTP)
	server.Restart()
	must.Equal(t, string(api.Get(t, "/v1/figures?page_size=1000&order_by=name").OK(t).Body), string(before))
}

package pages_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const chosen = "/metrics/trade?dimensions%5BREF_AREA%5D=US&frequency=A"

func TestAMetricsPageAsksOtherwise(t *testing.T) {
	r := example()
	h := explorer(t, r)
	a := get(t, h, chosen+"&period=2010%2F2023&as_of=2021-06-30&unit=EUR&rate_basis=REFERENCE&rate_metric=rates&rate_key=KIND%3DAVERAGE&transform=PC1&aggregation_frequency=A"+
		"&aggregation_method=SUM&fill=GAP&vintages=FIRST&selection=BEST_SOURCE")
	must.Equal(t, a.code, http.StatusOK)
	must.Equal(t, []string{r.asked.GetPeriod(), r.asked.GetAsOf(), r.asked.GetUnit(), r.asked.GetRateMetric()}, []string{"2010/2023", "2021-06-30", "EUR", "metrics/rates"})
	must.Equal(t, r.asked.GetTransform(), metricsv1.QueryMetricRequest_PC1)
	must.Equal(t, r.asked.GetAggregationMethod(), metricsv1.QueryMetricRequest_SUM)
	must.Equal(t, r.asked.GetVintages(), metricsv1.QueryMetricRequest_FIRST)
	must.Equal(t, r.asked.GetRateBasis(), metricsv1.Conversion_REFERENCE)
	must.Equal(t, r.asked.GetRateDimensions(), map[string]string{"KIND": "AVERAGE"})
	checkDocument(t, "asked otherwise", a)
	for _, part := range []string{
		`<option value="PC1" selected>`, `value="2021-06-30"`, "Percent change from a year ago.", "As was public by 30 June 2021.",
		"transform=PC1", "rate_dimensions%5BKIND%5D=AVERAGE", "metrics/rates (KIND=AVERAGE)", "format=csv", "format=svg", `href="/metrics/trade?dimensions%5BREF_AREA%5D=US&amp;frequency=A">without these choices`,
	} {
		must.Contains(t, a.body, part)
	}
	// A form sends what was left empty too.
	must.Equal(t, get(t, h, chosen+"&period=&as_of=&unit=&rate_basis=&rate_metric=&transform=").code, http.StatusOK)
	must.Equal(t, r.asked.GetTransform(), metricsv1.QueryMetricRequest_TRANSFORM_UNSPECIFIED)
	must.False(t, strings.Contains(get(t, h, chosen).body, "as recorded"))
}

// ucum is a unit of measure.
func ucum(code string) *metricsv1.Unit {
	return &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: code}
}

// single is the example with a metric in a unit, and one number of it in the base unit.
func single(unit string, value, base string) *record {
	r := example()
	r.metrics[0].DefaultUnit = ucum(unit)
	r.query = point(value, base)
	return r
}

func point(value, unit string) *metricsv1.QueryMetricResponse {
	return &metricsv1.QueryMetricResponse{Series: []*metricsv1.QueryMetricResponse_Series{{
		Dimensions: map[string]string{"REF_AREA": "US"}, Frequency: metricsv1.Figure_A, Observations: []*metricsv1.Observation{
			{TimePeriod: year(2022), ValueKind: metricsv1.Figure_POINT, Value: number(value), Unit: ucum(unit)},
		},
	}}}
}

// TestAMetricIsShownInItsOwnUnit: in that of its definition, with its files, as long as the
// address names none; the form says which that is.
func TestAMetricIsShownInItsOwnUnit(t *testing.T) {
	r := single("[mi_i]", "4828.032", "m")
	r.inUnit = map[string]*metricsv1.QueryMetricResponse{"[mi_i]": point("3", "[mi_i]")}
	a := get(t, explorer(t, r), chosen)
	must.Equal(t, r.asked.GetUnit(), "[mi_i]")
	for _, part := range []string{"format=csv&amp;frequency=A&amp;unit=%5Bmi_i%5D", "format=svg&amp;frequency=A&amp;unit=%5Bmi_i%5D", `placeholder="in [mi_i]"`} {
		must.Contains(t, a.body, part)
	}
	for _, words := range []string{"In the unit", "as recorded", `value="[mi_i]"`} { // nobody asked for it
		must.False(t, strings.Contains(a.body, words), "the page says %q", words)
	}
	must.Contains(t, get(t, explorer(t, r), chosen+"&unit=km").body, "In the unit km.")
	must.Equal(t, r.asked.GetUnit(), "km")
	r.metrics[0].DefaultUnit = usd()
	must.Contains(t, get(t, explorer(t, r), chosen).body, `placeholder="in m"`)
	must.Equal(t, r.asked.GetUnit(), "")
}

// TestAnOwnUnitRoundsNothing: where the unit of the definition cannot say a number exactly, or
// not at all, the base unit does, in the files too.
func TestAnOwnUnitRoundsNothing(t *testing.T) {
	r := single("[mi_i]", "1000", "m")
	rounded := point("0.62137119223733396961743418436331822159", "[mi_i]")
	rounded.Series[0].Observations[0].Inexact = true
	for _, own := range []*metricsv1.QueryMetricResponse{rounded, nil} {
		r.inUnit = map[string]*metricsv1.QueryMetricResponse{"[mi_i]": own}
		a := get(t, explorer(t, r), chosen)
		must.Equal(t, a.code, http.StatusOK)
		shows(t, a.root, "1,000 m")
		must.Contains(t, a.body, `placeholder="in m"`)
		for _, wrong := range []string{"0.621", "rounded", "unit="} {
			must.False(t, strings.Contains(a.body, wrong), "the page has %q", wrong)
		}
	}
}

// TestTheUnitStaysOnTheNextPage: a page token goes on in the unit that it was given in only.
func TestTheUnitStaysOnTheNextPage(t *testing.T) {
	r := single("km", "3000", "m")
	own := point("3", "km")
	own.NextPageToken = "more"
	own.Series = append(own.Series, proto.CloneOf(own.GetSeries()[0]))
	r.inUnit = map[string]*metricsv1.QueryMetricResponse{"km": own}
	must.Contains(t, get(t, explorer(t, r), "/metrics/trade").body, "page_token=more&amp;unit=km")
	get(t, explorer(t, r), "/metrics/trade?page_token=more")
	must.Equal(t, r.asked.GetUnit(), "") // of a page that was in the base unit
}

// TestFiguresBesideALineShareItsUnit: that is the base unit if they have a place there alone,
// and the own one if they have no place in either.
func TestFiguresBesideALineShareItsUnit(t *testing.T) {
	for _, test := range []struct{ own, base, want string }{
		{"[mi_i]", "m", "2022: 1 m"}, {"km", "m", "2022: 2 km"}, {"%", "1", "2022: 2%"},
	} {
		r := single(test.own, "1", test.base)
		r.inUnit = map[string]*metricsv1.QueryMetricResponse{test.own: point("2", test.own)}
		shows(t, get(t, explorer(t, r), chosen+"&beside=figures/hedged").root, test.want)
	}
}

// TestRatiosAreNotTakenForPercent: a metric in percent is shown in percent; where it is not,
// because ratios were asked for or stand beside it, the page says what they are.
func TestRatiosAreNotTakenForPercent(t *testing.T) {
	const say = "as ratios below, 1 = 100 %"
	r := single("%", "0.05", "1")
	r.inUnit = map[string]*metricsv1.QueryMetricResponse{"%": point("5", "%")}
	a := get(t, explorer(t, r), chosen)
	shows(t, a.root, "2022: 5%")
	must.Contains(t, a.body, `placeholder="in %"`)
	must.False(t, strings.Contains(textOf(a.root), say))
	shows(t, get(t, explorer(t, r), chosen+"&unit=1").root, "trade (1 = 100 %)", say)

	ratio := r.figures[1]
	ratio.Unit, ratio.Normalized.Unit = ucum("1"), ucum("1")
	a = get(t, explorer(t, r), chosen+"&beside=figures/hedged")
	shows(t, a.root, "0.05", say)
	must.Contains(t, a.body, `placeholder="as ratios"`)
}

func TestWhatCannotBeAskedIsSaidBesideTheForm(t *testing.T) {
	r := example()
	r.queryErr = errs.Invalid("rate_basis", "RATE_BASIS_REQUIRED", "EUR needs a rate")
	a := get(t, explorer(t, r), chosen+"&unit=EUR")
	must.Equal(t, a.code, http.StatusBadRequest)
	must.Contains(t, a.body, "EUR needs a rate")
	must.Contains(t, a.body, `value="EUR"`)
	must.Equal(t, get(t, explorer(t, r), chosen+"&transform=LOG").code, http.StatusBadRequest)
	// The form stays as it was filled in.
	for given, value := range map[string]string{"&rate_key=AVERAGE": `name="rate_key" value="AVERAGE"`, "&rate_metric=Not+An+Id": `name="rate_metric" value="Not An Id"`} {
		a := get(t, explorer(t, r), chosen+given)
		must.Equal(t, a.code, http.StatusBadRequest)
		checkDocument(t, "metric", a)
		must.Contains(t, a.body, "The figures cannot be shown so: rate_")
		must.Contains(t, a.body, value)
	}
}

func TestRemarksAndSourcesStandOnAMetricsPage(t *testing.T) {
	r := example()
	o := r.query.Series[0].Observations[0]
	o.ObsStatus, o.Corrected, o.Stale, o.Filled, o.FilledFrom, o.SourceId = []string{"P"}, true, true, true, year(2019), "0123456789abcdef"
	o.ReleaseTime = &typev1.TimePeriod{Edtf: "2023-11-18"}
	o.Conversion = &metricsv1.Conversion{RateBasis: metricsv1.Conversion_ARTICLE, From: "USD", To: "SGD", Rate: &metricsv1.Fraction{Numerator: number("9"), Denominator: number("7")}}
	r.query.Sources = []*metricsv1.Source{{
		SourceId: "0123456789abcdef", Producer: "An office", Title: "A table", License: "CC0", CitationFull: "An office: A table.", Rank: 1, Claimant: "entities/speaker",
		Uri: "https://example.org/table", Document: "documents/note",
	}, {SourceId: "other", Producer: "Another office"}}
	r.vintages = &metricsv1.ListVintagesResponse{
		Vintages: []*metricsv1.Vintage{
			{ReleaseTime: &typev1.TimePeriod{Edtf: "2023-11-18"}, SourceId: "0123456789abcdef", RecordTime: timestamppb.New(recorded)},
			{SourceId: "0123456789abcdef", RecordTime: timestamppb.New(recorded)},
		},
		Sources: r.query.GetSources(), NextPageToken: "more",
	}
	r.contests = &metricsv1.ListContestedFiguresResponse{
		Contests: []*metricsv1.ListContestedFiguresResponse_Contest{
			{
				Dimensions: map[string]string{"REF_AREA": "US"}, Frequency: metricsv1.Figure_A, TimePeriod: year(2022), Observations: []*metricsv1.Observation{o},
				Low: number("1"), High: number("4"), Spread: number("3"), Unit: usd(),
			},
			{TimePeriod: year(2021), Low: number("7"), Unit: usd()},
		},
		Sources: r.query.GetSources(),
	}
	a := get(t, explorer(t, r), chosen)
	checkDocument(t, "remarks", a)
	must.Contains(t, a.body, `<bdi>Another office</bdi></td><td><span class="absent">not stated</span></td>`)
	for _, part := range []string{
		"provisional", "corrected since it was first recorded", "stale: an input has changed since", "fills a gap with the figure of 2019",
		"converted: 1 USD = 9/7 SGD, the rate of its own source", "put out <span", "An office: A table.", "as claimed by The Speaker", "CC0",
		"They are 3 USD apart.", "from 7 USD, no upper end", "as_of=2023-11-18", "Earlier vintages are in the API.",
	} {
		must.Contains(t, a.body, part)
	}

	r.metricsErr = nil
	h := explorer(t, r)
	r.vintages, r.contests = nil, nil
	must.False(t, strings.Contains(get(t, h, chosen).body, `id="vintages"`))
}

func TestAnAggregateHasNoFigure(t *testing.T) {
	r := example()
	r.query.Series[0].Observations = []*metricsv1.Observation{
		{TimePeriod: year(2022), ValueKind: metricsv1.Figure_POINT, Value: number("3"), Unit: usd(), AggregatedCount: 12, Inexact: true},
		{TimePeriod: year(2023), ValueKind: metricsv1.Figure_NO_VALUE, Unit: usd()},
	}
	a := get(t, explorer(t, r), chosen+"&aggregation_frequency=A&aggregation_method=AVG")
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "aggregate", a)
	must.Contains(t, a.body, "from 12 figures")
	must.Contains(t, a.body, "no number: it cannot be computed")
	must.False(t, strings.Contains(a.body, `href="/"></a>`))
}

// TestSourcesOfOneNameAreLinesOfTheirOwn where they stand side by side.
func TestSourcesOfOneNameAreLinesOfTheirOwn(t *testing.T) {
	r := example()
	series := r.query.GetSeries()[0]
	series.Observations = nil
	for _, id := range []string{"a", "b", "c"} {
		id = strings.Repeat(id, 16)
		series.Observations = append(series.Observations, &metricsv1.Observation{
			TimePeriod: year(2022), ValueKind: metricsv1.Figure_POINT, Value: number("3"), Unit: usd(), SourceId: id,
		})
		r.query.Sources = append(r.query.Sources, &metricsv1.Source{SourceId: id, Producer: "Office", Title: "Trade"})
	}
	r.vintages = &metricsv1.ListVintagesResponse{Sources: r.query.GetSources()}
	a := get(t, explorer(t, r), chosen+"&selection=EVERY_SOURCE")
	checkDocument(t, "sources", a)
	for _, id := range []string{"a", "b", "c"} {
		must.Contains(t, a.body, ">Office, Trade ("+strings.Repeat(id, 16)+")<")
	}
	must.Contains(t, a.body, `c-g2"`)
}

// TestAggregatesOfOneKeyAreToldApart: of a metric with yearly and monthly figures there is a
// yearly series of each, and what is saved of one is not the other.
func TestAggregatesOfOneKeyAreToldApart(t *testing.T) {
	r := example()
	made := func(from metricsv1.Figure_Frequency) *metricsv1.QueryMetricResponse_Series {
		s := proto.CloneOf(r.query.GetSeries()[0])
		s.AggregatedFrom = from
		return s
	}
	label := "United States (US), yearly"
	check := func(asked string, want ...[2]string) {
		t.Helper()
		a := get(t, explorer(t, r), "/metrics/trade?aggregation_frequency=A&aggregation_method=AVG"+asked)
		checkDocument(t, "aggregates", a)
		for i, want := range want {
			section, saved := byID(a.root, fmt.Sprintf("series-%d", i+1)), ""
			shows(t, section, want[0]+" Reference")
			walk(section, func(n *html.Node) {
				if of := attributesOf(n); strings.HasSuffix(of["download"], ".svg") {
					saved = of["href"]
				}
			})
			must.True(t, strings.HasSuffix(saved, want[1]), "%s", saved)
		}
	}
	const plain = "=US&format=svg"
	yearly, daily := [2]string{label, plain + "&frequency=A"}, [2]string{label + ", from daily figures", plain + "&frequency=D"}
	r.query.Series = []*metricsv1.QueryMetricResponse_Series{made(metricsv1.Figure_A), made(metricsv1.Figure_D)}
	check("", yearly, daily)
	r.query.Series = r.query.GetSeries()[1:]
	check("&dimensions%5BREF_AREA%5D=US&frequency=D", daily)
	// A service that does not say it: each may be of either.
	r.query.Series = []*metricsv1.QueryMetricResponse_Series{made(0), made(0)}
	check("", [2]string{label, plain}, [2]string{label + " (2)", plain})
	r.query.Series = r.query.GetSeries()[1:]
	check("&dimensions%5BREF_AREA%5D=US&frequency=D", [2]string{label, plain + "&frequency=D"})
}

func TestAFigureSaysWhatIsKnownOfIt(t *testing.T) {
	r := example()
	f := r.figures[0]
	two := int32(2)
	f.ObsStatus, f.ConfStatus, f.Decimals, f.Stale, f.AttributedProducer, f.Claimant = []string{"P", "E"}, "N", &two, true, "A bureau", "entities/speaker"
	f.ReleaseTime, f.Attributes = &typev1.TimePeriod{Edtf: "2023-11-18"}, map[string]string{"COLLECTION": "an average"}
	f.RoundingInterval = &metricsv1.RoundingInterval{Low: number("855000000000"), High: number("865000000000"), SignificantDigits: 2}
	f.Derivation = &metricsv1.Derivation{Formula: "a - b", Inexact: true, Inputs: []*metricsv1.Derivation_Input{{Variable: "a", Figure: "figures/hedged", RevisionId: "4"}}}
	f.Origin = &metricsv1.Origin{Producer: "An office", CitationFull: "An office, in full.", Version: "7", PublishTime: &typev1.TimePeriod{Edtf: "2020"}, AccessTime: timestamppb.New(recorded)}
	f.ComparisonClaims = []*metricsv1.ComparisonClaim{
		{Kind: metricsv1.ComparisonClaim_HIGHEST_SINCE, Since: year(2008)},
		{Kind: metricsv1.ComparisonClaim_MULTIPLE_OF, Factor: number("2"), BasePeriod: year(2010)},
	}
	r.checks = &metricsv1.CheckComparisonClaimsResponse{Checks: []*metricsv1.CheckComparisonClaimsResponse_Check{
		{
			Outcome: metricsv1.CheckComparisonClaimsResponse_CONTRADICTED, Explanation: "1 figure is higher",
			Counterexamples: []*metricsv1.Observation{{Figure: "figures/hedged", TimePeriod: year(2012), ValueKind: metricsv1.Figure_POINT, Value: number("9"), Unit: usd()}},
		},
		{Outcome: metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL, Explanation: "there is no figure of 2010"},
	}}
	r.corrections = []*typev1.Correction{{Kind: typev1.Correction_ERROR, Subject: f.GetName(), Reason: "misread", RecordTime: timestamppb.New(recorded)}}
	h := explorer(t, r)
	a := get(t, h, "/figures/total")
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "figure", a)
	for _, part := range []string{
		"provisional (P), estimated (E)", "Stale", "at least 855,000,000,000 and less than 865,000,000,000 USD", "A bureau", `href="/entities/speaker"`, "an average",
		"a - b", `<a href="/figures/hedged"><bdi>hedged</bdi></a>, revision 4`, `href="/figures/total/compare"`, "An office, in full.", "version <bdi>7</bdi>", "the highest since 2008", "2 times the figure of 2010", "The series on record says otherwise",
		"1 figure is higher", "2012: 9 USD", "does not settle it", "misread", `<code>create</code>`, "Digits after the point that its source gives: 2.", "18 November 2023",
	} {
		must.Contains(t, a.body, part)
	}

	r.editorialErr, r.checks = status.Error(codes.Unavailable, "away"), nil
	a = get(t, h, "/figures/total")
	must.Contains(t, a.body, "The corrections could not be read.")
	must.Contains(t, a.body, "Not checked.")

	shows(t, byID(get(t, h, "/figures").root, "main"), "US$860 billion Stale")

	// Nothing can be held against a figure without a number.
	must.False(t, strings.Contains(get(t, h, "/figures/bare").body, "/figures/bare/compare"))
}

// TestALongListOfSeriesIsShut: it comes after the drawings, so that they are at hand.
func TestALongListOfSeriesIsShut(t *testing.T) {
	r := example()
	h := explorer(t, r)
	must.False(t, strings.Contains(get(t, h, "/metrics/trade").body, "<summary>1 series"))
	for i := range 20 {
		r.series = append(r.series, &metricsv1.Series{Metric: "metrics/trade", Dimensions: map[string]string{"REF_AREA": "X" + strings.Repeat("I", i)}, Frequency: metricsv1.Figure_A})
	}
	for _, address := range []string{"/metrics/trade", chosen} {
		a := get(t, h, address)
		must.Contains(t, a.body, `<details class="table"><summary>21 series</summary>`)
		must.True(t, strings.Index(a.body, "<svg") < strings.Index(a.body, `id="series"`), a.body)
		checkDocument(t, "many", a)
	}
}

// TestAPageOfManySeriesStaysSmall: it draws the first ones, and says that there are more.
func TestAPageOfManySeriesStaysSmall(t *testing.T) {
	r := example()
	one := r.query.GetSeries()[0]
	one.Observations = nil
	for i := range 150 {
		one.Observations = append(one.Observations, &metricsv1.Observation{
			Figure: "figures/total", TimePeriod: year(1800 + i), ValueKind: metricsv1.Figure_POINT, Value: number("860000000000"), Unit: usd(),
		})
	}
	for range 9 {
		r.query.Series = append(r.query.Series, one)
	}
	a := get(t, explorer(t, r), "/metrics/trade")
	must.Contains(t, a.body, "Only the first series are drawn.")
	must.True(t, len(a.body) < 300_000, "%d bytes", len(a.body))
}

// TestAPageShowsFiguresBesideItsLines: they stay when the form asks otherwise, and are in
// the drawing that can be fetched, but in no file of rows.
func TestAPageShowsFiguresBesideItsLines(t *testing.T) {
	r := example()
	h := explorer(t, r)
	name := r.figures[0].GetName()
	a := get(t, h, chosen+"&fill=GAP&beside="+name)
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "beside", a)
	for _, part := range []string{
		"c-point c-beside", "Beside the lines: A ", `name="beside" value="` + name + `"`, "beside=" + strings.ReplaceAll(name, "/", "%2F"), `<option value="GAP" selected>`,
	} {
		must.Contains(t, a.body, part)
	}
	must.False(t, strings.Contains(a.body, "format=csv&amp;beside") || strings.Contains(a.body, "beside="+name+"&amp;format=csv"))
	must.Contains(t, get(t, h, chosen+"&transform=PCH&beside="+name).body, "Not beside the lines: "+name)
	must.Equal(t, get(t, h, chosen+"&beside=total").code, http.StatusBadRequest)
	must.Equal(t, get(t, h, chosen+"&beside="+name+"&beside="+name).code, http.StatusBadRequest)
}

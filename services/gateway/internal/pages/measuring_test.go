package pages_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/pages"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// measuring answers the joined views of the measuring side, and notes what was asked.
type measuring struct {
	joined
	compared   *gatewayv1.CompareFigureResponse
	compareErr error
	listed     *gatewayv1.ListCorrectionsResponse
	compare    *gatewayv1.CompareFigureRequest
	list       *gatewayv1.ListCorrectionsRequest
}

func (m *measuring) CompareFigure(_ context.Context, r *gatewayv1.CompareFigureRequest, _ ...grpc.CallOption) (*gatewayv1.CompareFigureResponse, error) {
	m.compare = r
	return m.compared, m.compareErr
}

func (m *measuring) ListCorrections(_ context.Context, r *gatewayv1.ListCorrectionsRequest, _ ...grpc.CallOption) (*gatewayv1.ListCorrectionsResponse, error) {
	m.list = r
	return m.listed, m.editorialErr
}

func measuringExplorer(t *testing.T, m *measuring) http.Handler {
	t.Helper()
	r := m.record
	return must.Get(pages.NewWith(pages.Deps{
		Documents: documents{record: r}, Entities: entities{record: r}, Statements: statements{record: r},
		Corrections: corrections{record: r}, Reviews: reviews{record: r}, Metrics: metrics{record: r}, Figures: figures{record: r}, Places: places{}, Record: m,
	}))(t)
}

func inclusive(text string) *metricsv1.Bound {
	return &metricsv1.Bound{Value: &decimal.Decimal{Value: text}, Inclusive: proto.Bool(true)}
}

func official(value string) *metricsv1.Observation {
	return &metricsv1.Observation{
		Figure: "figures/official", TimePeriod: year(2022), ValueKind: metricsv1.Figure_POINT, Value: number(value), Unit: usd(), SourceId: "0123456789abcdef",
		ReleaseTime: &typev1.TimePeriod{Edtf: "2023-03-08"},
	}
}

func comparison() *measuring {
	r := example()
	return &measuring{joined: joined{record: r}, compared: &gatewayv1.CompareFigureResponse{
		Figure: r.figures[0], Statement: r.statements[0], Metric: r.metrics[0], AsOf: &typev1.TimePeriod{Edtf: "2023-11-17"}, AsOfBasis: gatewayv1.CompareFigureResponse_STATEMENT_TIME,
		ReportedLower: inclusive("855000000000"), ReportedUpper: &metricsv1.Bound{Value: number("865000000000")},
		Comparisons: []*gatewayv1.CompareFigureResponse_Comparison{{
			Reference: official("779303800000"), Source: &metricsv1.Source{Producer: "An office", Title: "<b>A table</b>", Uri: "https://example.org/t"},
			DifferenceLow: number("75696200000"), DifferenceHigh: number("85696200000"), DifferencePercentLow: number("9.71331"), DifferencePercentHigh: number("10.996507"),
			Unit: usd(), WithinRounding: gatewayv1.CompareFigureResponse_OUTSIDE, Explanation: "The reference lies below the claim.", Latest: official("779400000000"),
		}},
		Corrections: []*typev1.Correction{{Kind: typev1.Correction_ERROR, Subject: "figures/official", Reason: "A digit was lost.", RecordTime: timestamppb.New(recorded)}},
		Unavailable: []*gatewayv1.Unavailable{{Service: "statements"}},
	}}
}

// TestJ2AClaimBesideTheReferenceAsKnownWhenSaid: the page says all that the method answers.
func TestJ2AClaimBesideTheReferenceAsKnownWhenSaid(t *testing.T) {
	m := comparison()
	h := measuringExplorer(t, m)
	a := get(t, h, "/figures/total/compare?metric=trade&dimensions%5BREF_AREA%5D=US&period=2022&as_of=2023-11-17&rate_basis=REFERENCE&rate_metric=metrics%2Frates")
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "compare", a)
	must.Equal(t, []string{m.compare.GetName(), m.compare.GetMetric(), m.compare.GetPeriod(), m.compare.GetAsOf(), m.compare.GetRateMetric()},
		[]string{"figures/total", "metrics/trade", "2022", "2023-11-17", "metrics/rates"})
	must.Equal(t, m.compare.GetDimensions(), map[string]string{"REF_AREA": "US"})
	must.Equal(t, m.compare.GetRateBasis(), metricsv1.Conversion_REFERENCE)
	shows(t, a.root, "as it was known by 17 November 2023", "when it was said", "at least 855,000,000,000 and less than 865,000,000,000 USD", "779,303,800,000 USD",
		"+75,696,200,000 to +85,696,200,000 USD", "+9.71331 to +10.996507 %", "Outside what the claim leaves open", "The reference lies below the claim.",
		"An office, <b>A table</b>", "779,400,000,000 USD", "the series was revised since", "A digit was lost.", "The statements service does not answer", "put out 8 March 2023")
	must.True(t, strings.Contains(a.body, `class="chart ruler"`), "there is no scale")
	must.True(t, hrefs(a.root)["/figures/official"], "the reference is no link")
	must.Contains(t, a.body, "/v1/figures/total:compare?as_of=2023-11-17")
}

// TestADifferenceThatExcludesItsEndSaysSo: more than is not at least.
func TestADifferenceThatExcludesItsEndSaysSo(t *testing.T) {
	m := comparison()
	c := m.compared.GetComparisons()[0]
	c.DifferenceHigh, c.DifferencePercentLow, c.DifferencePercentHigh = nil, nil, nil
	for inclusive, want := range map[bool]string{true: "+75,696,200,000 USD or more", false: "more than +75,696,200,000 USD"} {
		c.DifferenceLowerBound = bound(c.GetDifferenceLow().GetValue(), inclusive)
		shows(t, get(t, measuringExplorer(t, m), "/figures/total/compare").root, "Outside what the claim leaves open"+want)
	}
	c.DifferenceLow, c.DifferenceHigh, c.DifferenceLowerBound, c.DifferenceUpperBound = nil, number("5"), nil, bound("5", false)
	shows(t, get(t, measuringExplorer(t, m), "/figures/total/compare").root, "Outside what the claim leaves openless than +5 USD")
}

// TestAComparisonCallsTheMetricByItsName, where the API says its resource name.
func TestAComparisonCallsTheMetricByItsName(t *testing.T) {
	m := comparison()
	m.compared.Comparisons, m.compared.Explanation = nil, "metrics/trade has no figure for 2022 that was public as of 2023-11-17."
	a := get(t, measuringExplorer(t, m), "/figures/total/compare")
	shows(t, a.root, "“Trade between two countries” has no figure for 2022 that was public as of 17 November 2023.")
	// The period is that which was asked for, not the figure's.
	m.figures[0].TimePeriod = &typev1.TimePeriod{Edtf: "2023-11"}
	for period, shown := range map[string]string{
		"2023-11-17": "17 November 2023", "2019/..": "2019 onwards", "2023-11/2023-12": "November 2023 to December 2023", "2022~": "about 2022",
	} {
		m.compared.Explanation = "metrics/trade has no figure for " + period + " that was public as of 2023-11; 3 weeks of 2023-11 are."
		a = get(t, measuringExplorer(t, m), "/figures/total/compare")
		shows(t, a.root, "” has no figure for "+shown+" that was public as of November 2023; 3 weeks")
	}
}

// TestAnExplanationHasNoCodes: nor dates as programs write them.
func TestAnExplanationHasNoCodes(t *testing.T) {
	m := comparison()
	c := m.compared.GetComparisons()[0]
	for said, shown := range map[string]string{
		"NO_COMMON_UNIT: the claim is in USD, the reference in km.":                                    "The claim is in USD, the reference in km.",
		"Of when it was said no more is known than 2023-11-17; of what was known before it holds too.": "no more is known than 17 November 2023; of what",
	} {
		c.Explanation = said
		a := get(t, measuringExplorer(t, m), "/figures/total/compare")
		shows(t, a.root, shown)
		must.False(t, strings.Contains(a.body, "NO_COMMON_UNIT"))
	}
}

// TestAComparisonThatCannotBeHadKeepsItsForm: what is wrong is said beside it.
func TestAComparisonThatCannotBeHadKeepsItsForm(t *testing.T) {
	m := comparison()
	m.compared, m.compareErr = nil, errs.New(errs.FailedPrecondition, "NOTHING_TO_COMPARE", "the figure has no number")
	a := get(t, measuringExplorer(t, m), "/figures/total/compare")
	must.Equal(t, a.code, http.StatusBadRequest)
	shows(t, a.root, "There is no comparison: the figure has no number", "With metric")
	a = get(t, measuringExplorer(t, comparison()), "/figures/total/compare?rate_metric=Not+An+Id")
	must.Equal(t, a.code, http.StatusBadRequest)
	checkDocument(t, "compare", a)
	shows(t, a.root, `There is no comparison: rate_metric: "Not An Id" is not an id`, "With metric")
	must.Contains(t, a.body, `name="rate_metric" value="Not An Id"`)
	m.compareErr = errs.New(errs.FailedPrecondition, "PERIOD_REQUIRED", "figures/total says of no period: give the `period` of the reference")
	shows(t, get(t, measuringExplorer(t, m), "/figures/total/compare").root, "There is no comparison: the figure says of no period: give the period of the reference")
	m.compareErr = errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "the metrics service does not answer")
	must.Equal(t, get(t, measuringExplorer(t, m), "/figures/total/compare").code, http.StatusServiceUnavailable)
	for _, wrong := range []string{"?metric=Not+An+Id", "?rate_basis=SOME", "?sources=x", "?read_time=yesterday", "?metric=a&metric=b"} {
		must.Equal(t, get(t, measuringExplorer(t, comparison()), "/figures/total/compare"+wrong).code, http.StatusBadRequest)
	}
	must.Equal(t, get(t, measuringExplorer(t, comparison()), "/figures/none/compare").code, http.StatusNotFound)
}

// TestJ3TheListOfCorrectionsSaysWhatEachReaches with what was corrected and why.
func TestJ3TheListOfCorrectionsSaysWhatEachReaches(t *testing.T) {
	m := &measuring{joined: joined{record: example()}}
	m.listed = &gatewayv1.ListCorrectionsResponse{
		NextPageToken: "more", Unavailable: []*gatewayv1.Unavailable{{Service: "metrics"}},
		Corrections: []*typev1.Correction{
			{
				Name: "corrections/c1", Kind: typev1.Correction_ERROR, Subject: "figures/total", Reason: "<script>alert(1)</script>", Document: "documents/note", RecordTime: timestamppb.New(recorded),
				NoticeText: "An earlier version had another number.", NoticeDocumentVersion: "documents/note/versions/1", Caller: "desk",
			},
			{Name: "corrections/c2", Kind: typev1.Correction_KILL, Subject: "documents/note", Document: "documents/note", RecordTime: timestamppb.New(recorded)},
			{Name: "corrections/c3", Kind: typev1.Correction_UPDATE, Subject: "statements/quote/reviews/desk", RecordTime: timestamppb.New(recorded)},
		},
		Propagations: []*gatewayv1.ListCorrectionsResponse_Propagation{{
			Correction: "corrections/c1", StaleFigures: []string{"figures/derived"}, Documents: []string{"documents/note"}, Statements: []string{"statements/quote"}, Metric: "metrics/trade", Truncated: true,
		}},
	}
	h := measuringExplorer(t, m)
	a := get(t, h, "/corrections?document=note&entity=speaker&kind=ERROR&from=2026-11-01&to=2026-11-27")
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "corrections", a)
	must.Equal(t, m.list.GetFilter(), `document = "documents/note" AND kind = "ERROR" AND record_time >= "2026-11-01T00:00:00Z" AND record_time < "2026-11-28T00:00:00Z"`)
	must.Equal(t, m.list.GetEntity(), "entities/speaker")
	must.True(t, m.list.GetIncludePropagations(), "propagations were not asked for")
	shows(t, a.root, "Corrected", "Figure in A note", "<script>alert(1)</script>", "The publisher’s notice: “An earlier version had another number.”", "Figures computed from it, now stale", "derived",
		"Statements that hold it or refer to it", "trade of US$860 billion", "Its series", "Trade between two countries", "It reaches more than is named here.", "Killed", "Review", "Next page",
		"The metrics service does not answer", "By desk")
	must.Contains(t, a.body, `data-changes="documents=documents/note&amp;entities=entities/speaker"`)
	must.Equal(t, m.list.GetPageToken(), "")
	get(t, h, "/corrections?page_token=more")
	must.Equal(t, m.list.GetPageToken(), "more")
	for _, wrong := range []string{"?kind=SOME", "?from=today", "?to=2023-02-30", "?entity=Not+An+Id", "?document=Not+An+Id"} {
		a = get(t, h, "/corrections"+wrong+"&page_token=more") // the form stays as it was filled in
		must.Equal(t, a.code, http.StatusBadRequest)
		checkDocument(t, "corrections", a)
		shows(t, a.root, "Kind", "None is listed: ")
		must.False(t, strings.Contains(a.body, "No such correction"))
	}
	must.Contains(t, get(t, h, "/corrections?entity=Not+An+Id").body, `name="entity" value="Not An Id"`)
	must.Equal(t, get(t, h, "/corrections?subject=x").code, http.StatusBadRequest)
	m.listed = &gatewayv1.ListCorrectionsResponse{}
	a = get(t, h, "/corrections")
	shows(t, a.root, "No such correction is on record yet.")
	must.Contains(t, a.body, `data-changes="all"`)
}

// TestTheFormOfAnEditorHoldsWhatIsOnRecord for statements and figures, and says how to do
// it by hand.
func TestTheFormOfAnEditorHoldsWhatIsOnRecord(t *testing.T) {
	r := example()
	r.figures[0].Etag, r.statements[0].Etag, r.figures[0].Comment = `"1-figure"`, `"1-statement"`, `</textarea><script>alert(1)</script>`
	h := explorer(t, r)
	a := get(t, h, "/figures/total/correct")
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "correct a figure", a)
	for _, part := range []string{
		`data-name="figures/total"`, `name="value.value" value="860"`, `<option value="POINT" selected>`, `name="timePeriod.edtf" value="2022"`, `name="dimensions.REF_AREA" value="US"`,
		`&lt;/textarea&gt;&lt;script&gt;`, `If-Match: &#34;1-figure&#34;`, "/v1/figures/total:correct", `<option value="ERROR">`,
	} {
		must.Contains(t, a.body, part)
	}
	for _, part := range []string{
		`name="reported.value.value"`, `name="reported.numberText"`, `name="reported.spans.0.start"`, "What the source prints",
	} {
		must.Contains(t, a.body, part)
	}
	must.False(t, strings.Contains(a.body, `value="RETRACTION"`), "what is withdrawn is not corrected by this form")
	a = get(t, h, "/statements/quote/correct")
	must.Equal(t, a.code, http.StatusOK)
	checkDocument(t, "correct a statement", a)
	for _, part := range []string{
		`data-name="statements/quote"`, `name="speakers.0.role" value="President"`, `name="speakers.0.entity" value="entities/speaker"`, `name="statementTime.edtf" value="2023-11-17"`, "/v1/statements/quote:correct",
	} {
		must.Contains(t, a.body, part)
	}
	must.Equal(t, get(t, h, "/statements/none/correct").code, http.StatusNotFound)
	must.Equal(t, get(t, h, "/figures/total/correct?etag=1").code, http.StatusBadRequest)
}

// TestVintagesAndClaimsAreOffered on the page of a metric, as a form and as links.
func TestVintagesAndClaimsAreOffered(t *testing.T) {
	r := example()
	r.vintages = &metricsv1.ListVintagesResponse{Vintages: []*metricsv1.Vintage{
		{ReleaseTime: &typev1.TimePeriod{Edtf: "2023-03-08"}, SourceId: "a"}, {ReleaseTime: &typev1.TimePeriod{Edtf: "2022-03-08"}, SourceId: "a"},
		{ReleaseTime: &typev1.TimePeriod{Edtf: "2022-03-08"}, SourceId: "b"},
	}}
	h := explorer(t, r)
	a := get(t, h, chosen+"&as_of=2022-03-08")
	checkDocument(t, "vintages", a)
	must.Contains(t, textOf(byID(a.root, "series")), "Counted is every release of a figure")
	must.Contains(t, a.body, `<option value="2022-03-08" selected>8 March 2022</option><option value="2023-03-08">8 March 2023</option><option value="">today</option>`)
	must.Contains(t, a.body, `<input type="hidden" name="dimensions[REF_AREA]" value="US">`)
	must.Equal(t, r.filter, `NOT metric = "metrics/trade" AND (claimant:* OR (document:* AND NOT origin.producer:*)) AND dimensions.REF_AREA = "US"`)
	must.Contains(t, a.body, "Claimed elsewhere of the same places, in the same unit:")
	must.Contains(t, a.body, "beside=figures%2Ftotal")
	must.Contains(t, a.body, `download="trade-US.svg"`)
	a = get(t, h, chosen+"&beside=figures/total")
	shows(t, a.root, "Beside the lines:", "Take away")
	// What has no place beside the lines is not offered.
	km, percent := &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "km"}, &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "%"}
	r.metrics[0].DefaultUnit = km
	share := proto.CloneOf(r.figures[0])
	share.Name, share.Unit, share.UnitMult = "figures/share", percent, 0
	share.Normalized = &metricsv1.Normalized{Value: number("8.6"), Unit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"}}
	r.figures = append(r.figures, share)
	a = get(t, h, chosen)
	must.Contains(t, a.body, "beside=figures%2Fhedged")
	must.False(t, strings.Contains(a.body, "beside=figures%2Fshare"), "a share is offered beside lengths")
	// One release is no choice.
	r.vintages = &metricsv1.ListVintagesResponse{Vintages: r.vintages.GetVintages()[:1]}
	a = get(t, h, chosen)
	must.False(t, strings.Contains(a.body, `class="vintage"`), "one vintage is offered as a choice")
	must.False(t, strings.Contains(a.body, "every release"), "of one release")
	// What cannot be read is not offered.
	r.vintages, r.metricsErr = nil, nil
	must.Equal(t, get(t, h, chosen).code, http.StatusOK)
}

// TestSourcesAreToldApart: those that made the same data known in several documents, and
// documents of one headline.
func TestSourcesAreToldApart(t *testing.T) {
	r := example()
	headline := r.documents[0].GetHeadline()
	r.documents = append(r.documents, &statementsv1.Document{Name: "documents/again", Headline: headline})
	r.vintages = &metricsv1.ListVintagesResponse{Sources: []*metricsv1.Source{
		{SourceId: "a", Producer: "An office", Title: "A table"}, {SourceId: "b", Producer: "An office", Title: "A table", Document: "documents/note"},
		{SourceId: "c", Producer: "An office", Title: "A table", Document: "documents/again"}, {SourceId: "d", Document: "documents/note"},
		{SourceId: "e", Producer: "Another office"},
	}}
	for _, source := range r.vintages.GetSources() {
		r.vintages.Vintages = append(r.vintages.Vintages, &metricsv1.Vintage{ReleaseTime: year(2023), SourceId: source.GetSourceId()})
	}
	shows(t, byID(get(t, explorer(t, r), chosen).root, "vintages"),
		"2023An office, A table 2023", "An office, A table ("+headline+") (b)", "An office, A table ("+headline+") (c)", "2023"+headline+" 2023", "Another office")

	m := comparison()
	m.compared.Comparisons[0].Source = &metricsv1.Source{SourceId: "d", Document: "documents/note", Claimant: "entities/speaker"}
	shows(t, get(t, measuringExplorer(t, m), "/figures/total/compare").root, "Source"+headline+", as claimed by The Speaker")
}

// TestDrawingsOfEarlierTimesHaveTheAxesOfNow: a reader who moves the slider sees the numbers
// move, and not the axes.
func TestDrawingsOfEarlierTimesHaveTheAxesOfNow(t *testing.T) {
	r := example()
	h := explorer(t, r)
	tick := regexp.MustCompile(`class="c-ticktext"[^>]*>[^<]*`)
	ticks := func(target string) (labels []string) {
		for _, found := range tick.FindAllString(get(t, h, target).body, -1) {
			labels = append(labels, found[strings.LastIndex(found, ">")+1:])
		}
		return labels
	}
	then := ticks(chosen + "&as_of=2022-03-08")
	r.now = proto.CloneOf(r.query)
	series := r.now.GetSeries()[0]
	last := proto.CloneOf(series.GetObservations()[0])
	last.TimePeriod = year(2031)
	last.ValueKind, last.Value, last.Lower, last.Upper = metricsv1.Figure_POINT, number("987654321987"), nil, nil
	series.Observations = append(series.Observations, last)
	now := ticks(chosen)
	must.True(t, len(now) > 0 && !slices.Equal(now, then), "the axes are of now: %s", now)
	must.Equal(t, ticks(chosen+"&as_of=2022-03-08"), now)
}

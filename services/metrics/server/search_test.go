package server_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// search reads all pages of a search and returns the ids.
func (s *service) search(t testing.TB, req *metricsv1.SearchFiguresRequest) (ids []string) {
	t.Helper()
	last := int32(math.MaxInt32)
	for {
		out, err := s.figures.SearchFigures(t.Context(), req)
		must.OK(t, err)
		for _, result := range out.GetResults() {
			must.True(t, req.GetOrderBy() != "" || 0 < result.GetRelevance() && result.GetRelevance() <= last)
			last = result.GetRelevance()
			ids = append(ids, result.GetFigure().GetName()[len("figures/"):])
		}
		must.Equal(t, out.GetRankedOf(), 0)
		if req.PageToken = out.GetNextPageToken(); req.GetPageToken() == "" {
			return ids
		}
	}
}

func TestSearchFigures(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.putMixed(t)
		for query, want := range map[string]string{
			"860":                     "a",
			`"record US$860 billion"`: "a",
			"NOTE":                    "a",
			"mexico":                  "a",
			"trade":                   "a b c",
			"trading":                 "a b c", // the stem of a word of the metric
			`"bilateral trade"`:       "a b c",
			"trade -mexican":          "b c",
			"commerce germany":        "c",
			"deaths":                  "d e",
			"bord*":                   "f",
			"absent":                  "",
			"records":                 "", // what is printed has no stems
		} {
			all := s.search(t, &metricsv1.SearchFiguresRequest{Query: query})
			must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: query, PageSize: 1}), all)
			slices.Sort(all)
			must.Equal(t, strings.Join(all, " "), want)
		}
		must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "trade", Filter: `unit = "EUR"`}), []string{"c"})
		must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "trade", OrderBy: "time_period desc"}), []string{"a", "b", "c"})
		must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "trade", OrderBy: "time_period"}), []string{"c", "b", "a"})
		must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "trade", OrderBy: "create_time"}), []string{"a", "b", "c"})
		out := must.Get(s.figures.SearchFigures(t.Context(), &metricsv1.SearchFiguresRequest{
			Query: "trade", PageSize: 1, Facets: []string{"metric", "year", "document", "value_kind", "claimant"},
		}))(t)
		var facets []string
		for _, facet := range out.GetFacets() {
			for _, value := range facet.GetValues() {
				facets = append(facets, strings.Join([]string{facet.GetField(), value.GetValue(), strings.Repeat("I", int(value.GetCount()))}, " "))
			}
		}
		must.Equal(t, facets, []string{
			"metric metrics/trade III", "year  I", "year 2010 I", "year 2022 I", "document  II", "document documents/d I", "value_kind POINT III", "claimant  III",
		})
	})
}

// TestSearchTakesAnAmountAsItIsPrinted: in the order of its words alone, and once for what is printed once.
func TestSearchTakesAnAmountAsItIsPrinted(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		length := func(id, text, unit string) {
			t.Helper()
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{FigureId: id, Figure: &metricsv1.Figure{
				Metric: "metrics/length", TimePeriod: notStated(), ValueKind: metricsv1.Figure_POINT, Value: number("3000"), Unit: ucum("km"),
				Approximator: metricsv1.Figure_NONE, Origin: &metricsv1.Origin{Producer: "AFP"},
				Reported: &metricsv1.Reported{Text: text, NumberText: "3,000", UnitSymbol: unit},
			}})
			must.OK(t, err)
		}
		length("short", "3,000 km", "")
		length("long", "in all 3,000 km", "km")
		for query, want := range map[string][]string{`"km 3,000"`: nil, `"3,000 km"`: {"short", "long"}, "3,000": {"short", "long"}, "km": {"short", "long"}} {
			must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: query}), want)
		}
	})
}

// A result's own token goes on right after it.
func TestSearchGoesOnAfterAResult(t *testing.T) {
	s := startMixed(t)
	all := s.search(t, &metricsv1.SearchFiguresRequest{Query: "trade", IncludePageTokens: true})
	out := must.Get(s.figures.SearchFigures(t.Context(), &metricsv1.SearchFiguresRequest{Query: "trade", IncludePageTokens: true}))(t)
	for i, result := range out.GetResults() {
		rest := s.search(t, &metricsv1.SearchFiguresRequest{Query: "trade", IncludePageTokens: true, PageToken: result.GetPageToken(), PageSize: 1})
		must.True(t, slices.Equal(rest, all[i+1:]), rest)
	}
	for _, result := range must.Get(s.figures.SearchFigures(t.Context(), &metricsv1.SearchFiguresRequest{Query: "trade"}))(t).GetResults() {
		must.Equal(t, result.GetPageToken(), "")
	}
}

// A search answers as the record stood, also while its metric is renamed and the figure corrected and retracted.
func TestSearchFiguresHonoursTheRecord(t *testing.T) {
	s := startFilled(t)
	before := s.settled()
	s.figure(t, "a", printed())
	first := s.settled()
	_, err := s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
		Metric: &metricsv1.Metric{Name: "metrics/trade", DisplayName: "Exchange of goods"},
	})
	must.OK(t, err)
	must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "exchange"}), nil)
	corrected := must.Get(s.figures.CorrectFigure(t.Context(), &metricsv1.CorrectFigureRequest{
		Name: "figures/a", Kind: typev1.Correction_ERROR, Reason: "another country", UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"dimensions"}},
		Figure: &metricsv1.Figure{Dimensions: map[string]string{"REF_AREA": "CA", "COUNTERPART_AREA": "MX", "FLOW": "TOTAL"}},
	}))(t)
	second := s.settled()
	out := must.Get(s.figures.SearchFigures(t.Context(), &metricsv1.SearchFiguresRequest{Query: "exchange canada", IncludeCorrections: true}))(t)
	must.Equal(t, len(out.GetResults()), 1)
	must.Equal(t, out.GetCorrections(), []*typev1.Correction{corrected.GetCorrection()})
	_, err = s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/a", Reason: "x"})
	must.OK(t, err)
	for _, test := range []struct {
		req  *metricsv1.SearchFiguresRequest
		want []string
	}{
		{&metricsv1.SearchFiguresRequest{Query: "record", ReadTime: before}, nil},
		{&metricsv1.SearchFiguresRequest{Query: "bilateral american", ReadTime: first}, []string{"a"}},
		{&metricsv1.SearchFiguresRequest{Query: "canada", ReadTime: first}, nil},
		{&metricsv1.SearchFiguresRequest{Query: "american", ReadTime: second}, nil},
		{&metricsv1.SearchFiguresRequest{Query: "canada", ReadTime: second}, []string{"a"}},
		{&metricsv1.SearchFiguresRequest{Query: "canada"}, nil},
	} {
		must.Equal(t, s.search(t, test.req), test.want)
	}
}

// Of a withheld text the words of a span are not kept, so they are not found; the
// number that is given with them is.
func TestWithheldWordsAreNotFound(t *testing.T) {
	s := startFilled(t)
	f := printed()
	f.Comment, f.TimePeriod, f.ComparisonClaims = "", period("2022"), nil
	f.Reported = &metricsv1.Reported{NumberText: "860", Value: number("860"), Spans: []*typev1.TextSpan{at("a record US$860 billion", typev1.TextSpan_CONTENT)}}
	_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{
		Figure: f, FigureId: "a", SourceText: text, SourceTextSha256: sourcetext.HashOf(text), TextWithheld: true,
	})
	must.OK(t, err)
	must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "record"}), nil)
	must.Equal(t, s.search(t, &metricsv1.SearchFiguresRequest{Query: "860"}), []string{"a"}) // number_text
}

func TestSearchFiguresRefusals(t *testing.T) {
	s := startFilled(t)
	for _, test := range []struct {
		req           *metricsv1.SearchFiguresRequest
		reason, field string
	}{
		{&metricsv1.SearchFiguresRequest{Query: `"open`}, "UNTERMINATED_PHRASE", "query"},
		{&metricsv1.SearchFiguresRequest{Query: "-trade"}, "ONLY_EXCLUSIONS", "query"},
		{&metricsv1.SearchFiguresRequest{Query: "..."}, "EMPTY_QUERY", "query"},
		{&metricsv1.SearchFiguresRequest{Query: "a*b"}, "MISPLACED_STAR", "query"},
		{&metricsv1.SearchFiguresRequest{Query: "a", OrderBy: "name"}, "UNKNOWN_ORDER_FIELD", "order_by"},
		{&metricsv1.SearchFiguresRequest{Query: "a", OrderBy: "create_time, time_period"}, "ORDER_TOO_LONG", "order_by"},
		{&metricsv1.SearchFiguresRequest{Query: "a", Facets: []string{"unit"}}, "UNKNOWN_GROUP", "facets[0]"},
		{&metricsv1.SearchFiguresRequest{Query: "a", Filter: "speaker:*"}, "UNKNOWN_FILTER_FIELD", "filter"},
		{&metricsv1.SearchFiguresRequest{Query: "a", PageToken: "x"}, "PAGE_TOKEN_MALFORMED", "page_token"},
	} {
		_, err := s.figures.SearchFigures(t.Context(), test.req)
		statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
	}
}

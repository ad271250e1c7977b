package server_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// in is an indirect statement in a language.
func in(language, summary string) *statementsv1.Statement {
	statement := said(summary)
	statement.LanguageCode = language
	return statement
}

func TestS25SearchFindsWordsByTheirStems(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "promised", in("en", "They promised lower taxes"))
		s.create(t, "promise", in("en-GB", "A promise about a tax, in a sentence that goes on for longer than the other one"))
		s.create(t, "haus", in("de", "Die H\u00e4user der Stadt"))
		s.create(t, "unknown", in("und", "Promised again"))
		for query, want := range map[string][]string{
			"promise":            {"promise", "promised"}, // the word itself first
			"promise tax":        {"promise", "promised"},
			"PROMISED":           {"unknown", "promised", "promise"},
			`"promise"`:          {"promise"},
			"promises*":          nil,
			"promises -promised": {"promise"},
			"hauser":             {"haus"},
			"Haus":               {"haus"},
		} {
			must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: query}), want)
			must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: query, PageSize: 1}), want)
		}
		for language, want := range map[string][]string{"en-US": {"promise", "promised"}, "de": {"promise"}, "und": {"promise"}} {
			must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "promise", LanguageCode: language}), want)
		}
	})
}

func TestS25SearchIsOrderedAsAsked(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for i, date := range []string{"2021", "2019", "", "2020"} {
			statement := said(strings.Repeat("more ", 4-i) + "trade")
			if date != "" {
				statement.StatementTime = period(date)
			}
			s.create(t, fmt.Sprint("s", i), statement)
		}
		for order, want := range map[string]string{
			"": "s3 s2 s1 s0", "relevance": "s3 s2 s1 s0", "relevance desc": "s3 s2 s1 s0", "create_time": "s0 s1 s2 s3", "create_time desc": "s3 s2 s1 s0",
			"statement_time": "s2 s1 s3 s0", "statement_time desc": "s0 s3 s1 s2",
		} {
			for _, size := range []int32{1, 3, 100} {
				req := &statementsv1.SearchStatementsRequest{Query: "trade", OrderBy: order, PageSize: size}
				var got []string
				for {
					out, err := s.statements.SearchStatements(t.Context(), req)
					must.OK(t, err)
					for _, result := range out.GetResults() {
						got = append(got, strings.TrimPrefix(result.GetStatement().GetName(), "statements/"))
					}
					if req.PageToken = out.GetNextPageToken(); req.GetPageToken() == "" {
						break
					}
				}
				must.Equal(t, strings.Join(got, " "), want)
			}
		}
		for order, reason := range map[string]string{
			"name": "UNKNOWN_ORDER_FIELD", "relevance asc": "ORDER_MALFORMED", "create_time, relevance": "ORDER_TOO_LONG", "relevance; drop": "ORDER_MALFORMED",
		} {
			_, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade", OrderBy: order})
			statustest.Check(t, err, codes.InvalidArgument, reason, "order_by")
		}
	})
}

func TestS25SearchCountsByFacets(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		for i := range 130 {
			statement := in(fmt.Sprintf("x%c%c", 'a'+i/26, 'a'+i%26), "trade")
			statement.StatementTime = period("2021")
			if i > 0 {
				statement.Topics = []string{"entities/ana", "entities/ben"}[:1+i%2]
			}
			s.create(t, fmt.Sprint("s", i), statement)
		}
		s.create(t, "quote", direct())
		s.create(t, "other", said("nothing of the kind"))
		find := func(facets ...string) []*statementsv1.Facet {
			out, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade", PageSize: 1, Facets: facets})
			must.OK(t, err)
			must.Equal(t, len(out.GetResults()), 1)
			return out.GetFacets()
		}
		must.Equal(t, len(find()), 0)
		facets := find("speaker", "year", "statement_type", "topics", "language_code", "document")
		text := func(facet *statementsv1.Facet) string {
			var values []string
			for _, value := range facet.GetValues() {
				values = append(values, fmt.Sprint(value.GetValue(), "=", value.GetCount()))
			}
			return facet.GetField() + " " + strings.Join(values, " ")
		}
		must.Equal(t, text(facets[0]), "speaker =130 entities/ana=1")
		must.Equal(t, text(facets[1]), "year 2021=130 2023=1")
		must.Equal(t, text(facets[2]), "statement_type INDIRECT=130 DIRECT=1")
		must.Equal(t, text(facets[3]), "topics entities/ana=129 entities/ben=65 =2")
		must.Equal(t, text(facets[5]), "document documents/d=131")
		must.Equal(t, len(facets[4].GetValues()), 100)
		must.Equal(t, facets[4].GetOtherCount(), 31)
		must.Equal(t, facets[3].GetOtherCount(), 0)
		_, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade", Facets: []string{"year", "role"}})
		statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_GROUP", "facets[1]")
	})
}

func TestS25SearchLeavesOutWhatIsDeprecatedUnlessAsked(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "a", said("trade"))
		before := s.settled()
		_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{Statement: &statementsv1.Statement{
			Name: "statements/a", Rank: statementsv1.Statement_DEPRECATED, RankReason: "superseded",
		}})
		must.OK(t, err)
		must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade"}), nil)
		must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade", ShowDeprecated: true}), []string{"a"})
		must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade", ReadTime: before}), []string{"a"})
	})
}

func TestS25PageTokensHoldForOneSearch(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "a", said("trade"))
	s.create(t, "b", said("trade"))
	first := &statementsv1.SearchStatementsRequest{Query: "trade", PageSize: 1}
	out, err := s.statements.SearchStatements(t.Context(), first)
	must.OK(t, err)
	s.create(t, "c", said("trade")) // later than the walk
	for name, change := range map[string]func(*statementsv1.SearchStatementsRequest){
		"query":           func(r *statementsv1.SearchStatementsRequest) { r.Query = "trade*" },
		"filter":          func(r *statementsv1.SearchStatementsRequest) { r.Filter = `event:*` },
		"order_by":        func(r *statementsv1.SearchStatementsRequest) { r.OrderBy = "create_time" },
		"facets":          func(r *statementsv1.SearchStatementsRequest) { r.Facets = []string{"year"} },
		"language_code":   func(r *statementsv1.SearchStatementsRequest) { r.LanguageCode = "en" },
		"show_deprecated": func(r *statementsv1.SearchStatementsRequest) { r.ShowDeprecated = true },
		"corrections":     func(r *statementsv1.SearchStatementsRequest) { r.IncludeCorrections = true },
		"read_time":       func(r *statementsv1.SearchStatementsRequest) { r.ReadTime = s.settled() },
	} {
		t.Run(name, func(t *testing.T) {
			next := proto.CloneOf(first)
			next.PageToken = out.GetNextPageToken()
			change(next)
			_, err := s.statements.SearchStatements(t.Context(), next)
			statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
		})
	}
	next := proto.CloneOf(first)
	next.PageToken, next.PageSize = out.GetNextPageToken(), 50
	rest, err := s.statements.SearchStatements(t.Context(), next)
	must.OK(t, err)
	must.Equal(t, len(rest.GetResults()), 1)
	must.Equal(t, rest.GetResults()[0].GetStatement().GetName(), "statements/a")
}

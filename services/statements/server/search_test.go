package server_test

import (
	"math"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// search reads all pages of a search and returns the ids.
func (s *service) search(t testing.TB, req *statementsv1.SearchStatementsRequest) (ids []string) {
	t.Helper()
	last := int32(math.MaxInt32)
	for {
		out, err := s.statements.SearchStatements(t.Context(), req)
		must.OK(t, err)
		for _, result := range out.GetResults() {
			must.True(t, 0 < result.GetRelevance() && result.GetRelevance() <= last)
			last = result.GetRelevance()
			ids = append(ids, result.GetStatement().GetName()[len("statements/"):])
		}
		must.Equal(t, out.GetRankedOf(), 0)
		if req.PageToken = out.GetNextPageToken(); req.GetPageToken() == "" {
			return ids
		}
	}
}

// said is an indirect statement with a summary.
func said(summary string) *statementsv1.Statement {
	statement := indirect()
	statement.Text = summary
	return statement
}

func TestSearch(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "trade", said("Trade between the countries grows."))
	s.create(t, "wall", said("The border wall grows; trade does not."))
	s.create(t, "both", said("Border trade, border wall, trade."))
	s.create(t, "quote", direct())
	for query, want := range map[string][]string{
		"TRADE":               {"quote", "both", "trade", "wall"},
		"caf\u00c9":           {"quote"},
		`"border wall"`:       {"both", "wall"},
		"trad* -wall":         {"quote"},
		`"stressed the wall"`: {"both", "wall", "trade"}, // the words in the text
		`"not stressed"`:      nil,                       // summary and words are apart
		"absent":              nil,
	} {
		t.Run(query, func(t *testing.T) {
			all := s.search(t, &statementsv1.SearchStatementsRequest{Query: query})
			must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: query, PageSize: 1}), all)
			slices.Sort(all)
			slices.Sort(want)
			must.Equal(t, all, want)
		})
	}
	must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade", Filter: `speaker:"entities/ana"`}), []string{"quote"})
	must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "border -countries", Filter: "statement_type = INDIRECT"}), []string{"both", "wall"})
}

func TestSearchHonoursTheRecord(t *testing.T) {
	s := startFilled(t, false)
	before := s.settled()
	s.create(t, "a", direct())
	between := s.settled()
	_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/a", Event: "entities/ana"},
	})
	must.OK(t, err)
	_, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/a", Reason: "x"})
	must.OK(t, err)
	find := func(req *statementsv1.SearchStatementsRequest) []string {
		req.Query = "trade"
		return s.search(t, req)
	}
	must.Equal(t, find(&statementsv1.SearchStatementsRequest{}), nil)
	must.Equal(t, find(&statementsv1.SearchStatementsRequest{ReadTime: before}), nil)
	must.Equal(t, find(&statementsv1.SearchStatementsRequest{ReadTime: between}), []string{"a"})
	must.Equal(t, find(&statementsv1.SearchStatementsRequest{ReadTime: between, Filter: "event:*"}), nil)
}

func TestSearchTiesGoToTheNewest(t *testing.T) {
	s := startFilled(t, false)
	_, err := s.batch(t, inside("b", ""), inside("a", ""))
	must.OK(t, err)
	s.create(t, "c", direct())
	must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade", PageSize: 1}), []string{"c", "a", "b"})
}

func TestPhrasesDoNotSpanPassages(t *testing.T) {
	s := startFilled(t, false)
	statement := direct()
	statement.Contents = []*typev1.TextSpan{at("Caf\u00e9 trade"), at("up")}
	s.create(t, "a", statement)
	must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: `"trade up"`}), nil)
	must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade up"}), []string{"a"})
}

func TestSearchRefusals(t *testing.T) {
	s := startFilled(t, false)
	for query, reason := range map[string]string{
		`"open`: "UNTERMINATED_PHRASE", "-trade": "ONLY_EXCLUSIONS", "...": "EMPTY_QUERY", "": "INVALID_REQUEST", "a*b": "MISPLACED_STAR",
	} {
		_, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: query})
		statustest.Check(t, err, codes.InvalidArgument, reason, "query")
	}
}

// A result's own token goes on right after it.
func TestSearchGoesOnAfterAResult(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "trade", said("Trade between the countries grows."))
	s.create(t, "wall", said("The border wall grows; trade does not."))
	s.create(t, "quote", direct())
	ask := func(token string) *statementsv1.SearchStatementsRequest {
		return &statementsv1.SearchStatementsRequest{Query: "trade", IncludePageTokens: true, PageToken: token, PageSize: 2}
	}
	all := s.search(t, ask(""))
	must.Equal(t, len(all), 3)
	out, err := s.statements.SearchStatements(t.Context(), ask(""))
	must.OK(t, err)
	for i, result := range out.GetResults() {
		rest := s.search(t, ask(result.GetPageToken()))
		must.True(t, slices.Equal(rest, all[i+1:]), rest)
	}
	out, err = s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade"})
	must.OK(t, err)
	for _, result := range out.GetResults() {
		must.Equal(t, result.GetPageToken(), "")
	}
}

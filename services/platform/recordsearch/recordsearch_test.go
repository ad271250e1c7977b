package recordsearch_test

import (
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestFound(t *testing.T) {
	found := recordsearch.Found[string]{Results: []recordsearch.Result[string]{{Resource: "a"}, {Resource: "b"}}}
	for matches, want := range map[int]int32{
		0: 0, recordsearch.RankLimit: 0, recordsearch.RankLimit + 1: recordsearch.RankLimit + 1, recordsearch.CountLimit: recordsearch.CountLimit,
	} {
		found.Matches = matches
		must.Equal(t, found.RankedOf(), want)
	}
	for limit, want := range [][]string{nil, {"a"}, {"a", "b"}, {"a", "b"}} {
		must.Equal(t, found.First(limit), want)
	}
}

func TestParseOrder(t *testing.T) {
	for text, want := range map[string]struct {
		order     recordsearch.Order
		ascending bool
	}{
		"":                    {recordsearch.ByRelevance, false},
		"relevance desc":      {recordsearch.ByRelevance, false},
		"create_time":         {recordsearch.ByCreateTime, true},
		"create_time desc":    {recordsearch.ByCreateTime, false},
		"statement_time":      {recordsearch.ByOwnTime, true},
		"statement_time desc": {recordsearch.ByOwnTime, false},
	} {
		order, ascending, err := recordsearch.ParseOrder(text, "statement_time")
		must.OK(t, err)
		must.True(t, order == want.order && ascending == want.ascending, text)
	}
	_, _, err := recordsearch.ParseOrder("period", "statement_time")
	statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_ORDER_FIELD", "order_by")
}

func TestCheckFacets(t *testing.T) {
	facets := []string{"metric", "unit"}
	must.OK(t, recordsearch.CheckFacets([]string{"unit", "metric"}, facets))
	must.OK(t, recordsearch.CheckFacets(nil, facets))
	statustest.Check(t, recordsearch.CheckFacets([]string{"unit", "value"}, facets), codes.InvalidArgument, "UNKNOWN_GROUP", "facets[1]")
}

func TestParseQuery(t *testing.T) {
	query, err := recordsearch.ParseQuery("coal")
	must.OK(t, err)
	must.False(t, query.IsZero())
	_, err = recordsearch.ParseQuery(`"coal`)
	statustest.Check(t, err, codes.InvalidArgument, "UNTERMINATED_PHRASE", "query")
}

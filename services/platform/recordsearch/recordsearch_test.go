package recordsearch_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
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

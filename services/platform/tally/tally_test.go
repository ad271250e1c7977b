package tally_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/tally"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestTheMostFrequentComeFirstThenByValue(t *testing.T) {
	all := [][]string{{"b"}, {"a", "c"}, {"c"}, {""}, {"d"}}
	top, others := tally.Top(all, 10)
	must.Equal(t, top, []tally.Count{{"c", 2}, {"", 1}, {"a", 1}, {"b", 1}, {"d", 1}})
	must.Equal(t, others, 0)
}

func TestOthersHaveNoneOfTheMostFrequent(t *testing.T) {
	top, others := tally.Top([][]string{{"a", "x"}, {"a", "y"}, {"y"}, {"z"}}, 1)
	must.Equal(t, top, []tally.Count{{"a", 2}})
	must.Equal(t, others, 2)
}

func TestNothingHasNoCounts(t *testing.T) {
	top, others := tally.Top(nil, 5)
	must.Equal(t, len(top), 0)
	must.Equal(t, others, 0)
}

package recorddb_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestConditions(t *testing.T) {
	var c recorddb.Conditions
	c.Add("a = ? OR b = ?", 1, 2)
	c.Add("")
	c.Add("c")
	must.Equal(t, c.String(), "(a = ? OR b = ?) AND (c)")
	must.Equal(t, c.Args(3), []any{1, 2, 3})
	must.Equal(t, c.Args(4), []any{1, 2, 4})
}

func TestInHoldsEveryValueInFewTexts(t *testing.T) {
	texts := map[string]bool{}
	for n := range 1100 {
		values := make([]string, n)
		for i := range values {
			values[i] = strconv.Itoa(i)
		}
		seen := map[any]bool{}
		must.OK(t, recorddb.In(values, func(list string, args []any) error {
			must.Equal(t, strings.Count(list, "?"), len(args))
			texts[list] = true
			for _, arg := range args {
				seen[arg] = true
			}
			return nil
		}))
		must.Equal(t, len(seen), n)
	}
	must.Equal(t, len(texts), 4)
}

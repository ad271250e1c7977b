package badinput_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// filterMaps are the fields whose keys are what is compared.
var filterMaps = []string{"attributes", "dimensions", "identifiers"}

// TestEveryFieldTakesTheOperatorsThatFiltersPromise: = and :* of each field, one of != and
// of : besides, and < of none but with all its kin. The values may be wrong for the field.
func TestEveryFieldTakesTheOperatorsThatFiltersPromise(t *testing.T) {
	for _, list := range []string{
		"/v1/documents", "/v1/entities", "/v1/statements", "/v1/statements/-/reviews", "/v1/reattributions",
		"/v1/metrics", "/v1/figures", "/v1/corrections",
	} {
		t.Run(list, func(t *testing.T) {
			for _, field := range filterFields(t, list) {
				takes := func(comparison string) bool { return takesComparison(t, list, field+comparison) }
				must.True(t, takes(":*"))
				if slices.Contains(filterMaps, field) {
					field += ".KEY"
					must.True(t, takes(":*"))
				}
				must.True(t, takes(` = "x"`))
				must.True(t, takes(` != "x"`) || takes(`:"x"`))
				for _, operator := range []string{"<=", ">", ">="} {
					must.Equal(t, takes(operator+`"x"`), takes(`<"x"`))
				}
			}
		})
	}
}

// filterFields are the fields of a list, as its refusal of another says.
func filterFields(t *testing.T, list string) []string {
	t.Helper()
	problem := refused(t, client.Request{Path: list + "?filter=nothing:*"}, client.Invalid("UNKNOWN_FILTER_FIELD", "filter"))
	violation, _ := problem.Field("filter")
	_, fields, found := strings.Cut(violation.Description, "the fields are ")
	must.True(t, found)
	return strings.Split(fields, ", ")
}

// takesComparison says whether the field takes the operator, whatever the value.
func takesComparison(t *testing.T, list, filter string) bool {
	t.Helper()
	answer := api.Get(t, list+"?filter="+url.QueryEscape(filter))
	if answer.Code == 200 {
		return true
	}
	problem := answer.Refused(t, client.Invalid("FILTER_VALUE_INVALID|FILTER_OPERATOR_INVALID", "filter"))
	return problem.Reason == "FILTER_VALUE_INVALID"
}

package recordsearch

import (
	"errors"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// ParseQuery reads the words to look for: INVALID_ARGUMENT for the field query.
func ParseQuery(text string) (searchtext.Query, error) {
	query, err := searchtext.ParseQuery(text)
	var fault *searchtext.QueryError
	if errors.As(err, &fault) {
		return searchtext.Query{}, errs.Invalid("query", string(fault.Reason), "%s", fault.Error())
	}
	return query, err
}

// ParseOrder reads order_by, where the time that a resource is about has a name of its own.
// The id decides between equals, whatever is asked for, so it is none of the orders.
func ParseOrder(text, ownTime string) (order Order, ascending bool, err error) {
	field, err := listquery.ParseSearchOrder(listquery.Schema{
		DefaultOrder: "relevance",
		Fields:       []listquery.Field{{Name: "relevance", Sortable: true}, {Name: "create_time", Sortable: true}, {Name: ownTime, Sortable: true}},
	}, text)
	if err != nil {
		return 0, false, err
	}
	switch field.Field {
	case "create_time":
		return ByCreateTime, !field.Desc, nil
	case ownTime:
		return ByOwnTime, !field.Desc, nil
	default:
		return ByRelevance, false, nil
	}
}

// CheckFacets refuses fields that results are not counted by.
func CheckFacets(fields, facets []string) error {
	var faults errs.Violations
	for i, field := range fields {
		if !slices.Contains(facets, field) {
			faults.Add(errs.Index("facets", i), "UNKNOWN_GROUP", "results are counted by %s", strings.Join(facets, ", "))
		}
	}
	return faults.Err()
}

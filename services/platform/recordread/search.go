package recordread

import (
	"errors"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// SearchRequest is what the requests of all searches have.
type SearchRequest interface {
	GetQuery() string
	GetFilter() string
	GetOrderBy() string
	GetFacets() []string
}

// Searched is what a kind of resource is searched by.
type Searched struct {
	// Fields are those of a filter.
	Fields listquery.Schema
	// OwnTime is how order_by names the time that a resource is about.
	OwnTime string
	// Facets are what results are counted by.
	Facets []string
}

// Parse reads what is asked for, but for its page. INVALID_ARGUMENT names every field at fault.
func (s Searched) Parse(req SearchRequest) (search recordsearch.Search, err error) {
	query, queryErr := parseQuery(req.GetQuery())
	filter, filterErr := listquery.ParseFilter(s.Fields, req.GetFilter())
	order, ascending, orderErr := s.parseOrder(req.GetOrderBy())
	if err := errs.Join(queryErr, filterErr, orderErr, s.checkFacets(req.GetFacets())); err != nil {
		return recordsearch.Search{}, err
	}
	return recordsearch.Search{Query: query, Filter: filter, Order: order, Ascending: ascending, Facets: req.GetFacets()}, nil
}

func parseQuery(text string) (searchtext.Query, error) {
	query, err := searchtext.ParseQuery(text)
	var fault *searchtext.QueryError
	if errors.As(err, &fault) {
		return searchtext.Query{}, errs.Invalid("query", string(fault.Reason), "%s", fault.Error())
	}
	return query, err
}

// The id decides between equals, whatever is asked for, so it is none of the orders.
func (s Searched) parseOrder(text string) (order recordsearch.Order, ascending bool, err error) {
	field, err := listquery.ParseSearchOrder(listquery.Schema{
		DefaultOrder: "relevance",
		Fields:       []listquery.Field{{Name: "relevance", Sortable: true}, {Name: "create_time", Sortable: true}, {Name: s.OwnTime, Sortable: true}},
	}, text)
	if err != nil {
		return 0, false, err
	}
	switch field.Field {
	case "create_time":
		return recordsearch.ByCreateTime, !field.Desc, nil
	case s.OwnTime:
		return recordsearch.ByOwnTime, !field.Desc, nil
	default:
		return recordsearch.ByRelevance, false, nil
	}
}

func (s Searched) checkFacets(fields []string) error {
	var faults errs.Violations
	for i, field := range fields {
		if !slices.Contains(s.Facets, field) {
			faults.Add(errs.Index("facets", i), "UNKNOWN_GROUP", "results are counted by %s", strings.Join(s.Facets, ", "))
		}
	}
	return faults.Err()
}

// Rank is the last result of the page before, and how many matches were counted then; nil
// and 0 on the first page. A token with other keys is INVALID_ARGUMENT, reason
// PAGE_TOKEN_MISMATCH.
func (p Page) Rank() (after *recordsearch.Rank, counted int, err error) {
	if len(p.After) == 0 {
		return nil, 0, nil
	}
	if len(p.After) == 4 {
		key, ok1 := p.After[0].(int64)
		created, ok2 := p.After[1].(int64)
		id, ok3 := p.After[2].(string)
		matches, ok4 := p.After[3].(int64)
		if ok1 && ok2 && ok3 && ok4 {
			rank := &recordsearch.Rank{Key: key, Created: recordtime.Time(created), ID: id}
			return rank, int(max(0, min(matches, recordsearch.CountLimit))), nil
		}
	}
	return nil, 0, paging.ErrMismatch()
}

// EndSearch cuts the result off that was found beyond a page, and makes the token of the
// next one; "" on the last page. Each result has the token of what follows it if every
// says so, else "".
func EndSearch[T any](p Page, found recordsearch.Found[T], every bool) (
	page []recordsearch.Result[T], tokens []string, next string, err error,
) {
	page, more := paging.Trim(found.Results, p.Size)
	tokens = make([]string, len(page))
	for i, result := range page {
		last := more && i == len(page)-1
		if !every && !last {
			continue
		}
		token, err := p.Next(result.Key, int64(result.Created), result.ID, int64(found.Matches))
		if err != nil {
			return nil, nil, "", err
		}
		if every {
			tokens[i] = token
		}
		if last {
			next = token
		}
	}
	return page, tokens, next, nil
}

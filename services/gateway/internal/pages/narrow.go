package pages

import (
	"context"
	"net/http"
	"net/url"
	"regexp"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// The kinds of facts that a search can be narrowed to, as the parameter "in".
const (
	inStatements = "statements"
	inFigures    = "figures"
)

// narrowing is one way in which a search of one kind can be narrowed: by a parameter of
// the page, which is a facet of the API too.
type narrowing struct {
	param, title string
	// field is that of the filter; collection is set where the value is the id of a
	// resource in it.
	field, collection string
	// valid reports whether a value is one, where it is no id; words says it for people.
	valid func(value string) bool
	words func(value string) string
}

var fourDigits = regexp.MustCompile(`^[0-9]{4}$`)

// narrowings are what the API has facets of, by kind.
var narrowings = map[string][]narrowing{
	inStatements: {
		{param: "speaker", title: "Speaker", field: "speaker", collection: "entities"},
		{param: "statement_type", title: "Kind", field: "statement_type", valid: isStatementType, words: statementTypeWords},
		{param: "year", title: "Said in", field: "statement_time", valid: fourDigits.MatchString},
		{param: "document", title: "Document", field: "document", collection: "documents"},
	},
	inFigures: {
		{param: "metric", title: "Metric", field: "metric", collection: "metrics"},
		{param: "value_kind", title: "Value", field: "value_kind", valid: isValueKind, words: valueKindWords},
		{param: "year", title: "Period begins in", field: "time_period", valid: fourDigits.MatchString},
		{param: "document", title: "Document", field: "document", collection: "documents"},
	},
}

func isStatementType(value string) bool { return statementsv1.Statement_StatementType_value[value] > 0 }
func isValueKind(value string) bool     { return metricsv1.Figure_ValueKind_value[value] > 0 }
func statementTypeWords(value string) string {
	return statementType(statementsv1.Statement_StatementType(statementsv1.Statement_StatementType_value[value])).Words
}
func valueKindWords(value string) string {
	return valueKind(metricsv1.Figure_ValueKind(metricsv1.Figure_ValueKind_value[value])).Words
}

// narrowingParams are the parameters by which a search of a kind is narrowed, which are the fields
// of its facets.
func narrowingParams(kind string) (names []string) {
	for _, n := range narrowings[kind] {
		names = append(names, n.param)
	}
	return names
}

// narrowFilter is the filter that the parameters of a page ask for.
func narrowFilter(p params, kind string) (string, error) {
	var filter terms
	for _, n := range narrowings[kind] {
		value := p.get(n.param)
		if n.collection != "" {
			value = p.resource(n.param, n.collection)
		} else if value != "" && !n.valid(value) {
			p.problems.Add(n.param, "MALFORMED_PARAMETER", "%q is no value of it", value)
		}
		filter.equal(n.field, value)
	}
	return filter.String(), p.problems.Err()
}

// facetCount is how many of the hits have a value.
type facetCount struct {
	Text, Count, Href string
	// Selected says that only these are shown; Href then shows all again.
	Selected bool
}

// facetView is a way to narrow a search, with the values that hits have.
type facetView struct {
	Title  string
	Values []facetCount
}

// facetValues is how many values of a facet a page offers.
const facetValues = 8

// tally is what a facet counted.
type tally struct {
	values []value
	other  int32
}

type value interface {
	GetValue() string
	GetCount() int32
}

// facet is a facet as either service answers it.
type facet[V value] interface {
	GetOtherCount() int32
	GetValues() []V
}

func tallies[V value, F facet[V]](facets []F) []tally {
	out := make([]tally, len(facets))
	for i, f := range facets {
		out[i].other = f.GetOtherCount()
		for _, v := range f.GetValues() {
			out[i].values = append(out[i].values, v)
		}
	}
	return out
}

// total is how many facts a facet counted that has one value for each.
func (t tally) total() int32 {
	total := t.other
	for _, v := range t.values {
		total += v.GetCount()
	}
	return total
}

// facetViews are the tallies of a search, as links to the same search of fewer facts.
func (e *explorer) facetViews(ctx context.Context, r *http.Request, p params, kind string, tallies []tally) (views []facetView) {
	var wanted []string
	for i, n := range narrowings[kind] {
		if n.collection == "" || i >= len(tallies) {
			continue
		}
		for _, v := range tallies[i].values[:min(facetValues, len(tallies[i].values))] {
			wanted = append(wanted, v.GetValue())
		}
	}
	known := e.resolve(ctx, wanted...)
	for i, n := range narrowings[kind] {
		if i >= len(tallies) {
			break
		}
		view := facetView{Title: n.title}
		for _, v := range tallies[i].values[:min(facetValues, len(tallies[i].values))] {
			if v.GetValue() == "" {
				continue
			}
			id, text := v.GetValue(), v.GetValue()
			switch {
			case n.collection != "":
				id, text = idOf(v.GetValue()), known.of(v.GetValue())
			case n.words != nil:
				text = n.words(v.GetValue())
			}
			count := facetCount{Text: text, Count: words.Grouped(int(v.GetCount())), Selected: p.get(n.param) == id}
			if count.Selected {
				count.Href = searchWith(r, kind, n.param, "")
			} else {
				count.Href = searchWith(r, kind, n.param, id)
			}
			view.Values = append(view.Values, count)
		}
		if len(view.Values) > 0 {
			views = append(views, view)
		}
	}
	return views
}

// searchWith is the first page of the same search of a kind with another value of a
// parameter, "" for none.
func searchWith(r *http.Request, kind, param, value string) string {
	return addressWith(r, func(q url.Values) {
		q.Set("in", kind)
		if q.Del(param); value != "" {
			q.Set(param, value)
		}
	})
}

// kindLinks lead from the search of one kind to that of another, with the number of hits
// where that is known.
func kindLinks(r *http.Request, in string, statements, figures found) []facetCount {
	query := url.Values{"q": {r.URL.Query().Get("q")}}
	if order := r.URL.Query().Get("order"); order != "" {
		query.Set("order", order)
	}
	links := []facetCount{{Text: "Both"}, {Text: "Statements", Count: statements.count()}, {Text: "Figures", Count: figures.count()}}
	for i, kind := range []string{"", inStatements, inFigures} {
		if query.Del("in"); kind != "" {
			query.Set("in", kind)
		}
		links[i].Href, links[i].Selected = "/search?"+query.Encode(), in == kind
	}
	return links
}

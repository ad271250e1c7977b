package pages

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// params are the query parameters that a page knows, each given once.
type params struct {
	one        map[string]string
	dimensions map[string]string
	// beside are the figures that a drawing is to show beside its lines.
	beside []string
	// problems are what is wrong with them.
	problems *errs.Violations
}

func (p params) get(name string) string { return p.one[name] }

// readParams refuses what the page does not know: a parameter is never ignored.
// "dimensions" among the names allows dimensions[ID]=value; only "beside" may be
// repeated.
func readParams(r *http.Request, allowed ...string) (params, error) {
	p := params{one: map[string]string{}, dimensions: map[string]string{}, problems: &errs.Violations{}}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return p, errs.New(errs.InvalidArgument, "MALFORMED_QUERY", "the part of the address after ? is malformed")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		given := values[name]
		if !utf8.ValidString(name) {
			return p, errs.New(errs.InvalidArgument, "INVALID_UTF8", "the address has a parameter whose name is not valid UTF-8")
		}
		if !utf8.ValidString(strings.Join(given, "")) {
			p.problems.Add(name, "INVALID_UTF8", "is not valid UTF-8")
			continue
		}
		id, isDimension := dimensionParam(name)
		switch {
		case name == beside.Parameter && slices.Contains(allowed, name):
			if p.beside = given; beside.Problem(given) != "" {
				p.problems.Add(name, "MALFORMED_PARAMETER", "%s", beside.Problem(given))
			}
		case len(given) > 1:
			p.problems.Add(name, "DUPLICATE_PARAMETER", "is given %d times", len(given))
		case isDimension && slices.Contains(allowed, "dimensions"):
			p.dimensions[id] = given[0]
		case !isDimension && name != "dimensions" && slices.Contains(allowed, name):
			p.one[name] = strings.TrimPrefix(given[0], named[name])
		default:
			p.problems.Add(name, "UNKNOWN_PARAMETER", "is not a parameter of this page%s", known(allowed))
		}
	}
	return p, p.problems.Err()
}

// named are the parameters that name a resource, with what REST has before its id: either is taken.
var named = map[string]string{
	"metric": "metrics/", "rate_metric": "metrics/", "document": "documents/", "entity": "entities/", "speaker": "entities/",
}

func known(allowed []string) string {
	if len(allowed) == 0 {
		return ", which has none"
	}
	return "; it has " + strings.Join(allowed, ", ")
}

// dimensionParam takes ID out of dimensions[ID].
func dimensionParam(name string) (string, bool) {
	id, ok := strings.CutPrefix(name, "dimensions[")
	if !ok || !strings.HasSuffix(id, "]") {
		return "", false
	}
	return strings.TrimSuffix(id, "]"), true
}

// nameOf is the resource that a page's path asks for. An id that no resource can
// have is one that is not there.
func nameOf(r *http.Request, collection string) (string, error) {
	id := r.PathValue("id")
	if !resource.ValidID(id) {
		return "", errs.New(errs.NotFound, "NOT_FOUND", "there is no such resource")
	}
	return collection + "/" + id, nil
}

// readNamed is readParams of a page of a resource, and the resource, as nameOf.
func readNamed(r *http.Request, collection string, allowed ...string) (params, string, error) {
	p, err := readParams(r, allowed...)
	if err != nil {
		return p, "", err
	}
	name, err := nameOf(r, collection)
	return p, name, err
}

// resource is a parameter that names a resource of a collection by its id; empty
// if it is not given.
func (p params) resource(param, collection string) string {
	id := p.get(param)
	switch {
	case id == "":
		return ""
	case !resource.ValidID(id):
		p.problems.Add(param, "MALFORMED_PARAMETER", "%q is not an id", id)
	}
	return collection + "/" + id
}

// day is a parameter that is a day, UTC.
func (p params) day(name string) (day time.Time, given bool) {
	text := p.get(name)
	if text == "" {
		return day, false
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		p.problems.Add(name, "MALFORMED_PARAMETER", "%q is not a day, such as 2023-11-18", text)
	}
	return day, err == nil
}

// key is a parameter that has the dimensions of a series: KIND=AVERAGE,AREA=US.
func (p params) key(name string) map[string]string {
	text := p.get(name)
	if text == "" {
		return nil
	}
	key := map[string]string{}
	for part := range strings.SplitSeq(text, ",") {
		id, code, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || id == "" || code == "" || key[id] != "" {
			p.problems.Add(name, "MALFORMED_PARAMETER", "%q is not of the form DIMENSION=CODE,DIMENSION=CODE", text)
			return nil
		}
		key[id] = code
	}
	return key
}

// enumParam is a parameter that is a name of an enum; an empty one, as a form sends it, is
// not given.
func enumParam[E ~int32](p params, name string, values map[string]int32) E {
	text := p.get(name)
	n := values[text]
	if text != "" && n == 0 {
		p.problems.Add(name, "UNKNOWN_ENUM_VALUE", "%q is not one of %s", text, oneOf(values))
	}
	return E(n)
}

// oneOf lists the names of an enum in the order of its numbers.
func oneOf(values map[string]int32) string {
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int { return int(values[a] - values[b]) })
	return strings.Join(slices.DeleteFunc(names, func(name string) bool { return values[name] == 0 }), ", ")
}

// terms are those of a filter.
type terms []string

// equal adds that a field has a value, which may be empty: then it is not asked for.
func (t *terms) equal(field, value string) {
	if value != "" {
		*t = append(*t, field+" = "+quoted(value))
	}
}

func (t terms) String() string { return strings.Join(t, " AND ") }

// quoted is a string of the filter language.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

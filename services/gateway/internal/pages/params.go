package pages

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
}

func (p params) get(name string) string { return p.one[name] }

// readParams refuses what the page does not know: a parameter is never ignored.
// "dimensions" among the names allows dimensions[ID]=value; only "beside" may be
// repeated.
func readParams(r *http.Request, allowed ...string) (params, error) {
	p := params{one: map[string]string{}, dimensions: map[string]string{}}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return p, errs.New(errs.InvalidArgument, "MALFORMED_QUERY", "the part of the address after ? is malformed")
	}
	var problems errs.Violations
	for _, name := range slices.Sorted(maps.Keys(values)) {
		given := values[name]
		if !utf8.ValidString(name) {
			return p, errs.New(errs.InvalidArgument, "INVALID_UTF8", "the address has a parameter whose name is not valid UTF-8")
		}
		if !utf8.ValidString(strings.Join(given, "")) {
			problems.Add(name, "INVALID_UTF8", "is not valid UTF-8")
			continue
		}
		id, isDimension := dimensionParam(name)
		switch {
		case name == beside.Parameter && slices.Contains(allowed, name):
			if p.beside = given; beside.Problem(given) != "" {
				problems.Add(name, "MALFORMED_PARAMETER", "%s", beside.Problem(given))
			}
		case len(given) > 1:
			problems.Add(name, "DUPLICATE_PARAMETER", "is given %d times", len(given))
		case isDimension && slices.Contains(allowed, "dimensions"):
			p.dimensions[id] = given[0]
		case !isDimension && name != "dimensions" && slices.Contains(allowed, name):
			p.one[name] = strings.TrimPrefix(given[0], named[name])
		default:
			problems.Add(name, "UNKNOWN_PARAMETER", "is not a parameter of this page%s", known(allowed))
		}
	}
	return p, problems.Err()
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

// idParam is a parameter that names a resource of a collection by its id; empty
// if it is not given.
func idParam(p params, param, collection string) (string, error) {
	id := p.get(param)
	if id == "" {
		return "", nil
	}
	if !resource.ValidID(id) {
		return "", errs.Invalid(param, "MALFORMED_PARAMETER", "%q is not an id", id)
	}
	return collection + "/" + id, nil
}

// quoted is a string of the filter language.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

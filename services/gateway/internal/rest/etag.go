package rest

import (
	"net/http"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// ifMatch reads the If-Match header: one entity tag, or "*" for "whatever it is
// now", which asks for nothing. It returns the etag that the request carries
// then, quoted, or "".
func ifMatch(header http.Header, op *operation) (string, error) {
	values := header.Values("If-Match")
	if len(values) == 0 {
		return "", nil
	}
	if op.etag == nil {
		return "", errs.Invalid("", malformedHeader, "If-Match has no meaning for this method: it goes with changes of one resource that is there")
	}
	field := strings.TrimSpace(strings.Join(values, ","))
	if field == "*" {
		return "", nil
	}
	opaque, ok := opaquePart(field)
	if !ok {
		return "", errs.Invalid("", malformedHeader, "If-Match must be * or one entity tag in quotes, such as W/\"1-0a1b2c3d\"")
	}
	return `"` + opaque + `"`, nil
}

// otherConditions refuses the conditions that this server does not weigh: whoever sends
// one counts on it, and a write would be made that was not meant to be.
func otherConditions(r *http.Request) error {
	if r.Header.Get("If-Unmodified-Since") != "" {
		return errs.Invalid("", malformedHeader, "If-Unmodified-Since is not weighed here: send the ETag as If-Match, which is exact")
	}
	if r.Method != http.MethodGet && r.Header.Get("If-None-Match") != "" {
		return errs.Invalid("", malformedHeader, "If-None-Match goes with reads: a create never replaces what is there")
	}
	return nil
}

// opaquePart returns what stands between the quotes of one entity tag, weak or
// strong.
func opaquePart(tag string) (string, bool) {
	tag = strings.TrimPrefix(tag, "W/")
	if len(tag) < 2 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		return "", false
	}
	opaque := tag[1 : len(tag)-1]
	for i := range len(opaque) {
		if c := opaque[i]; c <= ' ' || c > '~' || c == '"' {
			return "", false
		}
	}
	return opaque, true
}

// reconcile checks an If-Match against an etag that the request also carries.
func reconcile(match, given, path string) error {
	if match == "" || given == "" {
		return nil
	}
	want, _ := opaquePart(match)
	if opaque, ok := opaquePart(given); (ok && opaque == want) || given == want {
		return nil
	}
	return errs.Invalid(path, malformedHeader, "If-Match and etag differ: send one")
}

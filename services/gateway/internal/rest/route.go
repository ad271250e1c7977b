package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
)

// routes find what a path leads to, segment by segment. grpc-gateway tries one pattern
// after the other, which with a hundred of them costs as much as reading a statement.
type routes struct{ root place }

// place is where the segments of a path have led to so far. The next one is one of
// literals or, where those are none, any; never both, so that a path has one meaning.
type place struct {
	literals map[string]*place
	any      *place
	// ends are what a path has here that ends, by its custom verb, "" for none.
	ends map[string]*ending
}

// ending is all operations of a path.
type ending struct {
	operations map[string]*operation // by HTTP method
	// allow lists the HTTP methods in order.
	allow []string
}

// add puts an operation where its template leads.
func (r *routes) add(op *operation) error {
	path, verb, _ := strings.Cut(strings.TrimPrefix(op.plain, "/"), ":")
	at := &r.root
	for segment := range strings.SplitSeq(path, "/") {
		at = at.next(segment)
		if at == nil {
			return fmt.Errorf("%s leads where a name and a fixed word would be told apart by luck", op.template)
		}
	}
	end := at.ends[verb]
	if end == nil {
		end = &ending{operations: make(map[string]*operation)}
		if at.ends == nil {
			at.ends = make(map[string]*ending)
		}
		at.ends[verb] = end
	}
	if other := end.operations[op.httpMethod]; other != nil {
		return fmt.Errorf("%s and %s are the same path", op.template, other.template)
	}
	end.operations[op.httpMethod] = op
	end.allow = allowed(end.operations)
	return nil
}

// next is the place after a segment of a template, nil if there can be none.
func (p *place) next(segment string) *place {
	if segment == "*" {
		if p.literals != nil {
			return nil
		}
		if p.any == nil {
			p.any = &place{}
		}
		return p.any
	}
	if p.any != nil {
		return nil
	}
	if p.literals == nil {
		p.literals = make(map[string]*place)
	}
	if p.literals[segment] == nil {
		p.literals[segment] = &place{}
	}
	return p.literals[segment]
}

// find returns what a path leads to, nil for an unknown path. A colon always starts a
// custom verb, so it is in no name.
func (r *routes) find(path string) *ending {
	path, verb, hasVerb := strings.Cut(strings.TrimPrefix(path, "/"), ":")
	if hasVerb && verb == "" {
		return nil
	}
	at := &r.root
	for more := true; more; {
		var segment string
		segment, path, more = strings.Cut(path, "/")
		switch {
		case at.any == nil:
			at = at.literals[segment]
		case segment != "":
			at = at.any
		default:
			return nil
		}
		if at == nil {
			return nil
		}
	}
	return at.ends[verb]
}

// allowed lists the HTTP methods of operations in order.
func allowed(operations map[string]*operation) []string {
	methods := []string{http.MethodOptions}
	for method := range operations {
		methods = append(methods, method)
	}
	if operations[http.MethodGet] != nil {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return methods
}

// inPath returns what a path of the operation says of the request.
func (op *operation) inPath(path string) map[string]string {
	if op.pathField == "" {
		return nil
	}
	value, _, _ := strings.Cut(path[op.before:], ":")
	end := 0
	for range op.segments {
		at := strings.IndexByte(value[end:], '/')
		if at < 0 {
			return map[string]string{op.pathField: value}
		}
		end += at + 1
	}
	return map[string]string{op.pathField: value[:end-1]}
}

type handlerKey struct{}

// noteHandler is the middleware by which bind learns what grpc-gateway does on a route.
func noteHandler(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request, _ map[string]string) {
		op, _ := r.Context().Value(handlerKey{}).(*operation)
		if pattern, ok := runtime.HTTPPattern(r.Context()); ok && op != nil && pattern.String() == op.template {
			op.handler = next
		}
	}
}

// bind gives an operation the handler that grpc-gateway has for its path: it asks for
// one that the template matches.
func (op *operation) bind(ctx context.Context, mux *runtime.ServeMux) error {
	path := strings.ReplaceAll(op.plain, "*", "x")
	r := &http.Request{Method: op.httpMethod, URL: &url.URL{Path: path}, Header: http.Header{}}
	mux.ServeHTTP(nil, r.WithContext(context.WithValue(ctx, handlerKey{}, op)))
	if op.handler == nil {
		return fmt.Errorf("%s %s is not what %s leads to", op.httpMethod, op.template, path)
	}
	return nil
}

// Package methods reads gRPC method names. The server and the client both
// decide by name whether a method only reads; the rule stands here once.
package methods

import "strings"

// reads are the verbs of methods without side effects. The first letter after
// the verb must start a new word: Get matches GetDocument, not Getaway. Verify is
// none of them: it records what it finds.
var reads = []string{
	"Get", "List", "BatchGet", "Search", "Query", "Read", "Count", "Resolve",
	"Brief", "Check", "Cite", "Compare", "Convert", "Diff", "Export", "Find", "Watch",
}

// IsRead reports whether the method has no side effects by its name, so that
// repeating it is safe. It takes a full name ("/pkg.Service/Method").
func IsRead(fullMethod string) bool {
	_, method := Split(fullMethod)
	for _, verb := range reads {
		rest, ok := strings.CutPrefix(method, verb)
		if ok && (rest == "" || rest[0] < 'a' || rest[0] > 'z') {
			return true
		}
	}
	return false
}

// Split returns service and method of a full name; a name without a service
// gives an empty service.
func Split(fullMethod string) (service, method string) {
	name := strings.TrimPrefix(fullMethod, "/")
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

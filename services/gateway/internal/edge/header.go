package edge

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// usedHeaders are the headers of answers, used again: a map of a dozen fields is large.
var usedHeaders = sync.Pool{New: func() any { return make(http.Header, 16) }}

// usualFields is up to how many fields of a header are put in order without a list on the heap.
const usualFields = 24

// sendHeader gives the header of an answer to the server: ready-made where that can be,
// by name as net/http does, but for what net/http goes by itself.
func (p *passage) sendHeader() {
	joinVary(p.header)
	out := p.ResponseWriter.Header()
	head := p.head
	if head == nil {
		head = lifecycle.Head(p.Context)
	}
	var room [usualFields]string
	ready := room[:0]
	for name, values := range p.header {
		if head == nil || lifecycle.Managed(name) || !sendable(values) {
			out[name] = values
			continue
		}
		ready = append(ready, name)
	}
	slices.Sort(ready)
	for _, name := range ready {
		*head = appendField(*head, name, p.header[name])
	}
}

// joinVary puts all that an answer depends on in one field: a cache that knows one only (nginx
// before 1.23 takes the last) would give the answer of one caller to another.
func joinVary(header http.Header) {
	if by := header[vary]; len(by) > 1 {
		header[vary] = []string{strings.Join(by, ", ")}
	}
}

// readyMade takes fields of the header that are ready to be sent; false says that there
// is no place for them.
func (p *passage) readyMade(fields []byte) bool {
	if p.head = lifecycle.Head(p.Context); p.head == nil {
		return false
	}
	*p.head = append(*p.head, fields...)
	return true
}

func appendField(dst []byte, name string, values []string) []byte {
	for _, value := range values {
		dst = append(append(append(append(dst, name...), ": "...), value...), "\r\n"...)
	}
	return dst
}

// sendable reports whether values may be sent as they are; net/http mends others.
func sendable(values []string) bool {
	for _, value := range values {
		for i := range len(value) {
			if c := value[i]; c < ' ' || c == 0x7f {
				return false
			}
		}
	}
	return true
}

package edge

import (
	"net/http"
	"strings"
	"sync"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
)

// usedHeaders are the headers of answers, used again: a map of a dozen fields is large.
var usedHeaders = sync.Pool{New: func() any { return make(http.Header, 16) }}

// sendHeader gives the header of an answer to the server: ready-made where that can be,
// but for what net/http goes by itself.
func (p *passage) sendHeader() {
	out := p.ResponseWriter.Header()
	head := p.head
	if head == nil {
		head = lifecycle.Head(p.Context)
	}
	for name, values := range p.header {
		if head == nil || managed(name) || !sendable(values) {
			out[name] = values
			continue
		}
		*head = appendField(*head, name, values)
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

// managed reports whether net/http looks at a field.
func managed(name string) bool {
	switch name {
	case contentType, "Content-Length", "Content-Encoding", "Connection", "Transfer-Encoding", "Date", "Trailer":
		return true
	}
	return strings.HasPrefix(name, http.TrailerPrefix)
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

package rest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// known remembers of answers that clients have what headers they had, and from which
// state of the record they were made. Who asks for one again is answered 304 if the service
// says that it is in that state still: nothing is read, and nothing encoded. The service is
// asked every time, as whoever asks, so an answer is never taken for the newest because it
// was once.
//
// It holds two generations, of which the older is dropped when the younger is full.
type known struct {
	mu         sync.Mutex
	young, old map[string]*knownAnswer
}

// knownAnswer is what is known of an answer. It is not changed once it is made.
type knownAnswer struct {
	state  string
	header http.Header
}

const (
	// mostKnown is how many answers a generation has.
	mostKnown = 4096
	// longestKnown is the size of the address and headers of an answer that is known, in bytes.
	longestKnown = 2 << 10
)

func (k *known) find(key string) *knownAnswer {
	k.mu.Lock()
	defer k.mu.Unlock()
	if found := k.young[key]; found != nil {
		return found
	}
	found := k.old[key]
	if found != nil {
		k.put(key, found)
	}
	return found
}

func (k *known) put(key string, answer *knownAnswer) {
	if len(k.young) >= mostKnown || k.young == nil {
		k.young, k.old = make(map[string]*knownAnswer), k.young
	}
	k.young[key] = answer
}

// remember notes the answer to a request.
func (k *known) remember(key, state string, header http.Header) {
	answer, size := &knownAnswer{state, make(http.Header, 3)}, len(key)
	for _, name := range [...]string{"Etag", "Link", "Last-Modified"} {
		if values := header[name]; values != nil {
			answer.header[name] = slices.Clip(slices.Clone(values))
			size += len(strings.Join(values, ""))
		}
	}
	if size > longestKnown {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.put(key, answer)
}

// condition is a read of a client that has an answer.
type condition struct {
	key string
	// answer is what they have, if that is known; nil if not.
	answer *knownAnswer
	// state is that from which the service made its answer, "" if it does not say.
	state string
}

// conditionOf finds what is known of the answer that the client of a read has; nil for
// no condition. Whatever may make another answer of a request is in the key, but for what
// the caller may see: that is in the state.
func (h *Handler) conditionOf(r *http.Request, e *edits) *condition {
	if e.conditions["If-None-Match"] == nil { // none but of a GET
		return nil
	}
	var key strings.Builder
	for _, part := range [...]string{e.path, r.URL.RawQuery, h.publicURL(), strings.Join(r.Header["Accept"], ","), strings.Join(r.Header["Accept-Language"], ",")} {
		key.WriteString(part)
		key.WriteByte(0)
	}
	c := &condition{key: key.String()}
	if found := h.known.find(c.key); found != nil && edge.NotModified(r.Header, found.header) {
		c.answer = found
	}
	return c
}

// unless is the state that the service is asked about.
func (c *condition) unless() string {
	if c.answer == nil {
		return ""
	}
	return c.answer.state
}

// unchanged ends an answer that the service did not make, because the client has it.
func unchanged(ctx context.Context, w http.ResponseWriter, _ proto.Message) error {
	e := editsOf(ctx)
	if e == nil || e.condition == nil {
		return nil
	}
	md, _ := runtime.ServerMetadataFromContext(ctx)
	if states := md.HeaderMD[rpcserver.StateKey]; len(states) == 1 {
		e.condition.state = states[0]
	}
	if c := e.condition; c.answer == nil || c.state != c.answer.state {
		return nil
	}
	header := w.Header()
	for name, values := range e.condition.answer.header {
		header[name] = values
	}
	return errNotModified
}

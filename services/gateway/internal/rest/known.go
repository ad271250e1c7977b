package rest

import (
	"context"
	"hash/maphash"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/memory"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// known remembers answers that may change, and from which state of the record they were
// made. Who asks for one again is answered by it, or 304 if they have it, if the service
// says that it is in that state still: nothing is read, and nothing encoded. The service is
// asked every time, as whoever asks, so an answer is never taken for the newest because it
// was once, and nobody gets one who may not read it.
//
// Only answers of one service have a state. One that was made from another is dropped when
// it is met. What was erased is in no state that is, so nobody is answered it; it leaves the
// memory when the erasure is heard of, as all does. A gateway process of its own is told
// states only for callers who see what is restricted: for others it makes each answer.
type known struct {
	*memory.Memory[*knownAnswer]
	asked *asked
}

// knownAnswer is what is known of an answer. It is not changed once it is made.
type knownAnswer struct {
	state  string
	header http.Header
	// size is that of the address and the headers.
	size int
	// updated is when the resource was changed last, the zero time if that is not said.
	updated time.Time
	// body is nil of an answer that is too large, that is no JSON, or of which only the
	// client knows more than the headers.
	body []byte
}

const (
	// knownBytes is how much memory all answers may take.
	knownBytes = 32 << 20
	// largestKnown is the size of the body of one that is known with its body.
	largestKnown = 64 << 10
	// longestKnown is that of the address and headers of one that is known at all.
	longestKnown = 2 << 10
	// knownOverhead is about what an answer takes beside: headers, list and map.
	knownOverhead = 1 << 10
)

func newKnown(live func() bool) known {
	if live == nil {
		live = func() bool { return true }
	}
	return known{memory.New[*knownAnswer](knownBytes, largestKnown+longestKnown+knownOverhead, live), &asked{seed: maphash.MakeSeed()}}
}

// asked notes by a hash which requests were made lately. What is asked for once is not
// worth its memory. There is room for as many as are known, and a bucket of more than its
// four forgets the oldest.
type asked struct {
	seed    maphash.Seed
	buckets [1 << 13][4]atomic.Uint64
}

// before reports whether a request was made before, as far as that is known.
func (a *asked) before(key string) bool {
	sum := maphash.String(a.seed, key)
	bucket := &a.buckets[sum%uint64(len(a.buckets))]
	for i := range bucket {
		if bucket[i].Load() == sum {
			return true
		}
	}
	for i := range bucket {
		sum = bucket[i].Swap(sum)
	}
	return false
}

// condition is a read that was made before.
type condition struct {
	key string
	age memory.Age
	// answer is what can be answered if the service is in its state still; nil for nothing.
	answer *knownAnswer
	// stands says that it is.
	stands bool
	// state is that from which the service made its answer, "" if it does not say.
	state string
	// updated is when the resource was changed last, and made what was answered now.
	updated time.Time
	made    *knownAnswer
}

// conditionOf finds what is known of the answer to a read; nil if that is not of use.
// Whatever may make another answer of a request is in the key, but for what the caller may
// see: that is in the state.
func (h *Handler) conditionOf(r *http.Request, e *edits) *condition {
	if e.conditions == nil || e.op.joined || e.parameters[readTime] != nil || !h.known.Live() {
		return nil
	}
	c := &condition{key: h.keyOf(r, e)}
	var found *knownAnswer
	found, c.age = h.known.Find(c.key)
	switch {
	case found == nil && e.conditions["If-None-Match"] == nil && !h.known.asked.before(c.key):
		return nil
	case found != nil && (found.body != nil || edge.NotModified(r.Header, found.header)):
		c.answer = found
	}
	return c
}

func (h *Handler) keyOf(r *http.Request, e *edits) string {
	publicURL := h.publicURL()
	var key strings.Builder
	key.Grow(len(e.path) + len(r.URL.RawQuery) + len(publicURL) + 64)
	for _, part := range [...]string{e.path, r.URL.RawQuery, publicURL} {
		key.WriteString(part)
		key.WriteByte(0)
	}
	if auth.SeesRestricted(r.Context()) { // or two who see different things forget each other's
		key.WriteByte('+')
	}
	key.WriteByte(0)
	for _, name := range [...]string{"Accept", "Accept-Language"} {
		for _, value := range r.Header[name] {
			key.WriteString(value)
			key.WriteByte(',')
		}
		key.WriteByte(0)
	}
	return key.String()
}

// unless is the state that the service is asked about.
func (c *condition) unless() string {
	if c.answer == nil {
		return ""
	}
	return c.answer.state
}

// unchanged ends an answer that the service did not make, because it is known.
func unchanged(ctx context.Context, w http.ResponseWriter, _ proto.Message) error {
	e := editsOf(ctx)
	if e == nil || e.condition == nil {
		return nil
	}
	md, _ := runtime.ServerMetadataFromContext(ctx)
	if states := md.HeaderMD[rpcserver.StateKey]; len(states) == 1 {
		e.condition.state = states[0]
	}
	c := e.condition
	if c.answer == nil || c.state != c.answer.state {
		return nil
	}
	c.stands = true
	header := w.Header()
	for name, values := range c.answer.header {
		header[name] = values
	}
	setLastModified(header, c.answer.updated)
	if c.answer.body == nil {
		return errNotModified
	}
	return errKnown
}

// note keeps the headers of an answer that the service made, if it says from which state.
func (c *condition) note(header http.Header) {
	if c.state == "" || header["Cache-Control"] != nil {
		return
	}
	made := &knownAnswer{state: c.state, header: make(http.Header, 2), size: len(c.key), updated: c.updated}
	for _, name := range [...]string{"Etag", "Link"} {
		if values := header[name]; values != nil {
			made.header[name] = slices.Clip(slices.Clone(values))
			made.size += len(strings.Join(values, ""))
		}
	}
	if made.size <= longestKnown {
		c.made = made
	}
}

// learn remembers what was answered, and drops what turned out to be another answer.
func (h *Handler) learn(e *edits) {
	c := e.condition
	if c == nil {
		return
	}
	h.known.Count(c.stands)
	switch {
	case c.stands:
	case c.made != nil:
		if e.room != nil && e.form.format == formats.JSON && len(*e.room) <= largestKnown {
			c.made.body = slices.Clone(*e.room)
		}
		h.known.Keep(c.key, c.made, len(c.made.body)+c.made.size+knownOverhead, c.age)
	case c.answer != nil:
		h.known.Drop(c.key)
	}
}

package edge

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/onrecord/onrecord/services/gateway/internal/memory"
)

// Kept are answers that never change, so that an address that was asked for before
// is answered without doing the work again. They are those that say themselves that
// they are immutable.
//
// Nothing but an erasure may change them. So they are used only while erasures are
// heard of, and all are forgotten when there is one.
type Kept struct{ memory *memory.Memory[*entry] }

// entry is one answer. It is not changed once it is kept.
type entry struct {
	header     http.Header // without what differs from request to request
	ready      []byte      // what of it may be sent ready-made
	others     []field     // what not
	route      string
	body, gzip []byte // gzip is nil where compression does not pay
	length     [2][]string
}

// field is a header of an answer.
type field struct {
	name   string
	values []string
}

// largestShare is the part of all bytes that one answer may take.
const largestShare = 8

// entryOverhead is about what an entry takes beside its bodies and its key: headers,
// list and map.
const entryOverhead = 2 << 10

// NewKept returns a place for answers of up to so many bytes in all, which is used
// while live says that every erasure is heard of.
func NewKept(bytes int, live func() bool) *Kept {
	return &Kept{memory.New[*entry](bytes, bytes/largestShare, live)}
}

// Forget empties it. An answer that was being made meanwhile is not kept: it may hold
// what was erased.
func (k *Kept) Forget() { k.memory.Forget() }

// Register shows on a registry how much the kept answers are of use.
func (k *Kept) Register(registry prometheus.Registerer) {
	k.memory.Register(registry, "immutable_answers", "answers that never change")
}

// keep keeps an answer that was begun at an age.
func (k *Kept) keep(key string, e *entry, age memory.Age) {
	k.memory.Keep(key, e, len(e.body)+len(e.gzip)+2*len(key)+entryOverhead, age)
}

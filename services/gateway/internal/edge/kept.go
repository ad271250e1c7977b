package edge

import (
	"container/list"
	"net/http"
	"sync"
	"sync/atomic"
)

// Kept are answers that never change, so that an address that was asked for before
// is answered without doing the work again. They are those that say themselves that
// they are immutable; the least recently asked for give way when there are too many.
//
// Nothing but an erasure may change them. So they are used only while erasures are
// heard of, and all are forgotten when there is one.
type Kept struct {
	bytes int
	live  func() bool

	hits, misses, evictions, forgotten atomic.Int64

	mu      sync.Mutex
	entries map[string]*list.Element // of *entry
	order   list.List                // the most recently asked for first
	used    int
	age     uint64
}

// entry is one answer. It is not changed once it is kept.
type entry struct {
	key        string
	header     http.Header // without what differs from request to request
	ready      []byte      // what of it may be sent ready-made
	others     []field     // what not
	route      string
	body, gzip []byte // gzip is nil where compression does not pay
	length     [2][]string
	size       int
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
	return &Kept{bytes: bytes, live: live, entries: make(map[string]*list.Element)}
}

// Forget empties it. An answer that was being made meanwhile is not kept: it may hold
// what was erased.
func (k *Kept) Forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forgotten.Add(1)
	k.age++
	k.used = 0
	clear(k.entries)
	k.order.Init()
}

// find returns an answer, nil if there is none, and the age to keep a new one with.
func (k *Kept) find(key string) (*entry, uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.entries[key]
	if !ok {
		k.misses.Add(1)
		return nil, k.age
	}
	k.hits.Add(1)
	k.order.MoveToFront(found)
	return found.Value.(*entry), k.age
}

// keep keeps an answer that was begun at an age.
func (k *Kept) keep(e *entry, age uint64) {
	e.size = len(e.body) + len(e.gzip) + 2*len(e.key) + entryOverhead
	if e.size > k.bytes/largestShare || !k.live() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if age != k.age {
		return
	}
	if there, ok := k.entries[e.key]; ok {
		k.remove(there)
	}
	k.entries[e.key] = k.order.PushFront(e)
	k.used += e.size
	for k.used > k.bytes {
		k.evictions.Add(1)
		k.remove(k.order.Back())
	}
}

func (k *Kept) remove(element *list.Element) {
	old, _ := k.order.Remove(element).(*entry)
	delete(k.entries, old.key)
	k.used -= old.size
}

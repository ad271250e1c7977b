// Package memory is where the gateway keeps answers, up to so many bytes: those that it was
// asked for least recently give way. All are dropped when something is erased, and none is
// answered while it is not known whether something was.
//
// What may go here: how long what is kept stays. What may be kept and who is answered by it,
// its users say.
package memory

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// Memory keeps values by keys.
type Memory[V any] struct {
	bytes, most int
	live        func() bool

	hits, misses, evictions, forgotten atomic.Int64

	mu      sync.Mutex
	entries map[string]*list.Element // of *entry[V]
	order   list.List                // the most recently asked for first
	used    int
	age     Age
}

// Age counts how often all was forgotten.
type Age uint64

type entry[V any] struct {
	key   string
	value V
	size  int
}

// New returns a memory of so many bytes in all, of which one value may take most. It is
// used while live says that every erasure is heard of.
func New[V any](bytes, most int, live func() bool) *Memory[V] {
	return &Memory[V]{bytes: bytes, most: most, live: live, entries: make(map[string]*list.Element)}
}

// Live reports whether it may be used now. If it may not, it is emptied: something may have
// been erased.
func (m *Memory[V]) Live() bool {
	if m.live() {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.entries) > 0 {
		m.forget()
	}
	return false
}

// Forget empties it. A value that is being made meanwhile is not kept: it may hold what
// was erased.
func (m *Memory[V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
}

func (m *Memory[V]) forget() {
	m.forgotten.Add(1)
	m.age++
	m.used = 0
	clear(m.entries)
	m.order.Init()
}

// Find returns a value, the zero one if there is none, and the age to keep a new one with.
func (m *Memory[V]) Find(key string) (V, Age) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.entries[key]
	if !ok {
		var none V
		return none, m.age
	}
	m.order.MoveToFront(found)
	return found.Value.(*entry[V]).value, m.age
}

// Count counts a request that was answered by what is kept, or could not be.
func (m *Memory[V]) Count(hit bool) {
	if hit {
		m.hits.Add(1)
	} else {
		m.misses.Add(1)
	}
}

// Keep keeps a value that was begun at an age, unless it is too large.
func (m *Memory[V]) Keep(key string, value V, size int, age Age) {
	if size > m.most || !m.live() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if age != m.age {
		return
	}
	if there, ok := m.entries[key]; ok {
		m.remove(there)
	}
	m.entries[key] = m.order.PushFront(&entry[V]{key, value, size})
	m.used += size
	for m.used > m.bytes {
		m.evictions.Add(1)
		m.remove(m.order.Back())
	}
}

// Drop forgets one value.
func (m *Memory[V]) Drop(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if there, ok := m.entries[key]; ok {
		m.remove(there)
	}
}

func (m *Memory[V]) remove(element *list.Element) {
	old, _ := m.order.Remove(element).(*entry[V])
	delete(m.entries, old.key)
	m.used -= old.size
}

func (m *Memory[V]) size() (count, bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.entries), m.used
}

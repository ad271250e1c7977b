package api

import (
	linked "container/list"
	"sync"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// maxTexts is how many bytes of texts are kept in memory.
const maxTexts = 16 << 20

// texts keeps the texts that were asked for last, ready to verify spans against: who
// writes statements of one document one by one would have it read and normalised each
// time. A text never changes, and its hash names it. It is safe for concurrent use.
type texts struct {
	mu     sync.Mutex
	bytes  int
	byHash map[string]*linked.Element
	recent *linked.List // of keptText, the newest first
}

type keptText struct {
	hash string
	text *sourcetext.Text
}

func newTexts() *texts { return &texts{byHash: map[string]*linked.Element{}, recent: linked.New()} }

// get returns the text of a hash, nil if it is not kept.
func (t *texts) get(hash string) *sourcetext.Text {
	t.mu.Lock()
	defer t.mu.Unlock()
	element, kept := t.byHash[hash]
	if !kept {
		return nil
	}
	t.recent.MoveToFront(element)
	found, _ := element.Value.(keptText)
	return found.text
}

// put keeps a text, in the place of those asked for longest ago.
func (t *texts) put(hash string, text *sourcetext.Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, kept := t.byHash[hash]; kept {
		return
	}
	t.byHash[hash] = t.recent.PushFront(keptText{hash, text})
	t.bytes += len(text.String())
	for t.bytes > maxTexts {
		t.remove(t.recent.Back())
	}
}

// clear drops all texts, since one was erased. Other processes keep it until they need
// the room; nobody can ask for it, because an erased version has no hash.
func (t *texts) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.recent.Len() > 0 {
		t.remove(t.recent.Back())
	}
}

func (t *texts) remove(element *linked.Element) {
	gone, _ := t.recent.Remove(element).(keptText)
	delete(t.byHash, gone.hash)
	t.bytes -= len(gone.text.String())
}

package searchtext

import (
	"strings"
	"sync"
)

// maxKnown is how many stems a generation of knownStems holds.
const maxKnown = 20_000

// knownStems keeps the stems of the words that came up last. Most words of any text are a few thousand, and to look one
// up costs a tenth of stemming it. Two generations take turns: when the newer is full, the older goes. It is safe for
// concurrent use.
type knownStems struct {
	mu           sync.Mutex
	newer, older map[wordIn]string
}

type wordIn struct{ language, word string }

var known = &knownStems{newer: map[wordIn]string{}}

// stem returns stemToken of a word.
func (k *knownStems) stem(language, word string) string {
	if token, found := k.find(wordIn{language, word}); found {
		return token
	}
	token := stemToken(language, word)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.put(wordIn{language, word}, token)
	return token
}

func (k *knownStems) find(word wordIn) (token string, found bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if token, found = k.newer[word]; found {
		return token, true
	}
	if token, found = k.older[word]; found {
		k.put(word, token)
	}
	return token, found
}

func (k *knownStems) put(word wordIn, token string) {
	if len(k.newer) >= maxKnown {
		k.newer, k.older = make(map[wordIn]string, maxKnown), k.newer
	}
	word.word = strings.Clone(word.word) // it may be a part of a long text
	k.newer[word] = token
}

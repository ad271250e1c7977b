package auth

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxRemembered is how many tokens are remembered. When there are more, those whose
	// time is over are forgotten, else any, which only costs another verification.
	maxRemembered = 10_000
	// rememberedFor is how long a token is not verified again: its issuer may have
	// withdrawn the key that signed it.
	rememberedFor = 5 * time.Minute
)

// remembered are tokens that were verified, by their hash: to verify one costs as much
// as a read, and a caller shows the same one at each call.
type remembered struct {
	now func() time.Time

	hits, misses atomic.Int64

	mu     sync.Mutex
	tokens map[[sha256.Size]byte]verifiedToken
}

type verifiedToken struct {
	identity Identity
	until    time.Time
}

func newRemembered(now func() time.Time) *remembered {
	return &remembered{now: now, tokens: make(map[[sha256.Size]byte]verifiedToken)}
}

// get returns who a token speaks for, if it was verified not long ago and has not
// expired since.
func (r *remembered) get(token string) (Identity, bool) {
	hash := sha256.Sum256([]byte(token))
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.tokens[hash]
	if !ok || now.After(found.until) {
		r.misses.Add(1)
		return nobody, false
	}
	r.hits.Add(1)
	return found.identity, true
}

// put remembers a token that was verified now and is good until it expires.
func (r *remembered) put(token string, identity Identity, expiry time.Time) {
	now := r.now()
	until := now.Add(rememberedFor)
	if expiry.Before(until) {
		until = expiry
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tokens) >= maxRemembered {
		r.forget(now)
	}
	r.tokens[sha256.Sum256([]byte(token))] = verifiedToken{identity, until}
}

// forget makes place for one token.
func (r *remembered) forget(now time.Time) {
	for hash, token := range r.tokens {
		if now.After(token.until) {
			delete(r.tokens, hash)
		}
	}
	for hash := range r.tokens {
		if len(r.tokens) < maxRemembered {
			return
		}
		delete(r.tokens, hash)
	}
}

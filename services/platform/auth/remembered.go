package auth

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxRemembered is how many tokens are remembered at most. Once half as many came
	// or were shown again, those that were not meanwhile are forgotten, which only costs
	// another verification.
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

	mu sync.Mutex
	// recent are those that came or were shown since the others became older.
	recent, older map[tokenHash]verifiedToken
}

type tokenHash = [sha256.Size]byte

type verifiedToken struct {
	identity Identity
	until    time.Time
}

func newRemembered(now func() time.Time) *remembered {
	return &remembered{now: now, recent: make(map[tokenHash]verifiedToken)}
}

// get returns who a token speaks for, if it was verified not long ago and has not
// expired since.
func (r *remembered) get(token string) (Identity, bool) {
	hash := sha256.Sum256([]byte(token))
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	found, recent := r.recent[hash]
	if !recent {
		found = r.older[hash] // if it is there at all
	}
	if now.After(found.until) {
		r.misses.Add(1)
		return nobody, false
	}
	if !recent {
		r.keep(hash, found)
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
	r.keep(sha256.Sum256([]byte(token)), verifiedToken{identity, until})
}

// keep has a token among the recent ones.
func (r *remembered) keep(hash tokenHash, token verifiedToken) {
	if len(r.recent) >= maxRemembered/2 {
		r.older, r.recent = r.recent, make(map[tokenHash]verifiedToken)
	}
	r.recent[hash] = token
}

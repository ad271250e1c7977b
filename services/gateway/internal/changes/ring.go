package changes

import (
	"slices"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
)

const (
	// ringChanges is how many changes of a service are kept: more than one request of an import
	// makes, so that it does not send all watchers to streams of their own.
	ringChanges = 16384
	// ringBytes is how large they may be together, as on the wire.
	ringBytes = 16 << 20
)

// change is one change of a service. It is shared by all watchers, so it is
// never altered.
type change struct {
	place changefeed.Place
	// token is the service's own, of place.
	token string
	// answer has the change set, and nothing else.
	answer *gatewayv1.WatchResponse
	// public is what readers are sent, nil for nothing.
	public *gatewayv1.WatchResponse
	about  *about
}

// ring keeps the newest changes of a service, in order, without a gap.
type ring struct {
	changes []*change
	sizes   []int
	bytes   int
	// floor is the place before the oldest.
	floor changefeed.Place
	// floorToken is the service's token of floor, publicToken the one that readers get there.
	floorToken, publicToken string
}

// start says where the ring begins: between changes, or after one that anybody may hear of.
func (r *ring) start(place changefeed.Place, token string) {
	r.floor, r.floorToken, r.publicToken = place, token, token
}

// add puts a change at the end and drops old ones over the limits.
func (r *ring) add(c *change) {
	size := proto.Size(c.answer)
	r.changes, r.sizes, r.bytes = append(r.changes, c), append(r.sizes, size), r.bytes+size
	for len(r.changes) > 1 && (len(r.changes) > ringChanges || r.bytes > ringBytes) {
		oldest := r.changes[0]
		r.floor, r.floorToken, r.bytes = oldest.place, oldest.token, r.bytes-r.sizes[0]
		if oldest.public != nil {
			r.publicToken = oldest.token
		}
		r.changes[0] = nil // the array behind the slice must not keep it
		r.changes, r.sizes = r.changes[1:], r.sizes[1:]
	}
}

// drop begins the ring after its newest change.
func (r *ring) drop() {
	public := r.lastToken(false)
	r.floor, r.floorToken = r.last()
	r.publicToken, r.changes, r.sizes, r.bytes = public, nil, nil, 0
}

// last is the place of the newest change, and its token.
func (r *ring) last() (changefeed.Place, string) {
	if n := len(r.changes); n > 0 {
		return r.changes[n-1].place, r.changes[n-1].token
	}
	return r.floor, r.floorToken
}

// lastToken is the token of the newest change that a watcher may hear of: that of one
// which they may not would say when it was recorded.
func (r *ring) lastToken(seesRestricted bool) string {
	for _, c := range slices.Backward(r.changes) {
		if c.sentTo(seesRestricted) != nil {
			return c.token
		}
	}
	if seesRestricted {
		return r.floorToken
	}
	return r.publicToken
}

// after returns up to limit changes after a place that is not before floor.
func (r *ring) after(place changefeed.Place, limit int) []*change {
	at, found := slices.BinarySearchFunc(r.changes, place, func(c *change, p changefeed.Place) int { return c.place.Compare(p) })
	if found {
		at++
	}
	return slices.Clone(r.changes[at:min(at+limit, len(r.changes))])
}

// knows says whether a place is one where the ring can be joined without asking
// the service if the place is still on its record.
func (r *ring) knows(place changefeed.Place) bool {
	if place == r.floor {
		return true
	}
	last, _ := r.last()
	if place.Compare(r.floor) < 0 || place.Compare(last) > 0 {
		return false
	}
	if place.Kind == 0 {
		return true // between changes: nothing is claimed to be on record
	}
	_, found := slices.BinarySearchFunc(r.changes, place, func(c *change, p changefeed.Place) int { return c.place.Compare(p) })
	return found
}

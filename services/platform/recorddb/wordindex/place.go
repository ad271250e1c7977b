package wordindex

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Places is an index of words that answers with the places of entries.
type Places struct {
	// Column is the column of search_entries that has the place of an entry.
	Column string
	// Find finds the places that match, the greatest first: at most limit of them, the greatest if newest says so, else any.
	// Count counts them, up to limit.
	Find  func(conn recorddb.Conn, match PlaceMatch, newest bool, limit int) ([]Place, error)
	Count func(conn recorddb.Conn, match PlaceMatch, limit int) (int, error)
	// Newest is the newest record time in the database.
	Newest func(conn recorddb.Conn) (recordtime.Time, error)
}

// PlaceMatch matches places.
type PlaceMatch struct {
	// Expression is one of searchtext.
	Expression string
	// Hidden are the parts of a place that none of these has.
	Hidden Place
}

// Place is the number of an entry in an index of words. It grows with the record time, and says of the entry what can be
// told without reading it: whether it ended, its flags, its length. An entry that changes in these gets another place.
type Place int64

// The parts of a place, from the lowest bit on: the length, 8 bits; the flags, 2; whether it ended; whether it is out of
// order; the rest is its place in the order.
const (
	placeFlags = 8
	placeEnded = 1 << 10
	placeLate  = 1 << 11
	// PlaceStep lies between two places in the order.
	PlaceStep = 1 << 12
)

// PlaceOf returns the place of an entry, which keeps the order of another, 0 for none. late says that it is later in the
// order than its time is.
func PlaceOf(order Place, entry Entry, late bool) Place {
	place := order&^(PlaceStep-1) | Place(entry.Flags())<<placeFlags | Place(min(searchtext.Length(entry.Tokens), searchtext.MaxLength))
	if entry.To != recordtime.Forever {
		place |= placeEnded
	}
	if late || order.Late() {
		place |= placeLate
	}
	return place
}

// Late reports whether the order of a place says nothing of its time.
func (p Place) Late() bool { return p&placeLate != 0 }

func (p Place) length() int { return int(p & searchtext.MaxLength) }

// hidden are the parts of places that a search does not find now.
func (s question) hidden() Place {
	hidden := Place(placeEnded)
	if !s.ShowDeprecated {
		hidden |= deprecated << placeFlags
	}
	if !s.showRestricted {
		hidden |= restricted << placeFlags
	}
	return hidden
}

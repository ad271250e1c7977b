package store

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// Limits of the work that resolving a name takes.
const (
	// ResolveKeyLimit is how many entities with one word are looked at, the newest.
	ResolveKeyLimit = 500
	// ResolveWordLimit is how many words of a name are looked up.
	ResolveWordLimit = 32
	// ResolveLimit is how many entities are compared with a name: those that share
	// most of its words.
	ResolveLimit = 200
)

// Resolve asks for the entities that a name may mean.
type Resolve struct {
	At   recordtime.Time
	Name domain.NameQuery
	// Type is that of the entities; "" for any. A merged entity may have another
	// than what it was merged into: it is found too.
	Type string
}

// EntityResolver finds entities by what they are called.
type EntityResolver interface {
	// ResolveEntities returns entities that have an identifier, a name or a word of a
	// name in common with the query, in no order. Merged ones are found, retracted
	// and erased ones are not. Those with the identifier or the name are always
	// among them, as far as there are no more than ResolveKeyLimit.
	ResolveEntities(query Resolve) ([]domain.Entity, error)
	// MemberOf returns the id of an entity on record, not hidden, with a membership
	// in an organization; found is false if there is none.
	MemberOf(organization string) (id string, found bool, err error)
	// MergedInto returns the id of an entity on record, not erased, that is merged into
	// one, by name.
	MergedInto(target string) (id string, found bool, err error)
}

package changefeed

import (
	"cmp"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Place is where a change stands in the order of all changes of a service: by
// record time, then kind, id and revision. The zero Place is before all changes
// since 1970.
type Place struct {
	Time recordtime.Time
	// Kind is the kind of the resource, from 1, in an order of the service's own.
	// 0 is before every change of Time.
	Kind int
	ID   string
	// Revision counts from 1.
	Revision int64
}

// Through is the place after everything recorded at or before a time.
func Through(t recordtime.Time) Place { return Place{Time: t + 1} }

// Compare orders places: it is negative if p comes before q.
func (p Place) Compare(q Place) int {
	return cmp.Or(
		cmp.Compare(p.Time, q.Time),
		cmp.Compare(p.Kind, q.Kind),
		strings.Compare(p.ID, q.ID),
		cmp.Compare(p.Revision, q.Revision),
	)
}

// seen is the newest record time of which somebody at this place has something.
func (p Place) seen() recordtime.Time {
	if p.Kind == 0 {
		return p.Time - 1
	}
	return p.Time
}

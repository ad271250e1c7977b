package query

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
)

// standOn says of an observation what is to be known of another one that its numbers are computed of: a provisional base makes a provisional
// change. What fills a gap is the number of an earlier period: from that on it is a change.
func standOn(o, base *domain.Observation) {
	o.BasePeriod = &base.Period
	if from := base.FilledFrom; from != nil && from.Start < base.Period.Start {
		o.BasePeriod = from
	}
	o.Corrected, o.Stale = o.Corrected || base.Corrected, o.Stale || base.Stale
	restrict(o, base)
	statuses := slices.Clip(o.ObsStatus) // others have the same slice
	for _, status := range base.ObsStatus {
		if !slices.Contains(statuses, status) {
			statuses = append(statuses, status)
		}
	}
	o.ObsStatus = statuses
}

// restrict says of an observation that only editors read it, if that is so of another one that its numbers are computed of.
func restrict(o, base *domain.Observation) {
	if o.About == nil || base.About == nil || !base.About.Restricted {
		return
	}
	about := *o.About // others have the same one
	about.Restricted, about.EmbargoEnd = true, max(about.EmbargoEnd, base.About.EmbargoEnd)
	about.ConfStatus = stricter(about.ConfStatus, base.About.ConfStatus)
	o.About = &about
}

package api

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// laterChunk is how many figures are read at once to find one that counts: mostly it is the first.
const laterChunk = 64

// goesOn reports whether a series has a figure after the window of some points that counts in the query.
func (q *querying) goesOn(points store.SeriesPoints) (bool, error) {
	end := points.Window.End
	if end == recordtime.Forever {
		return false, nil
	}
	points.Window = &domain.Window{Start: end, End: recordtime.Forever}
	points.After, points.Limit = &store.Place{SeriesPlace: points.Series, Start: end}, laterChunk
	for {
		rows, err := q.reader.ObservationsOf(points)
		if err != nil {
			return false, err
		}
		for i := range rows {
			if counts(q, &rows[i].Observation, end) {
				return true, nil
			}
		}
		if len(rows) < points.Limit {
			return false, nil
		}
		points.After, points.Limit = &rows[len(rows)-1].Place, wholeChunk
	}
}

// counts reports whether a figure begins at a time or later, and is answered.
func counts(q *querying, o *domain.Observation, from recordtime.Time) bool {
	return o.Period.Dated() && o.Period.Start >= from && q.plan.Public(o)
}

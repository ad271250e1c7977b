package query

import (
	"cmp"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Part is the part of a series that is answered: the observations that start at From or later, of which nothing lies at Before or later.
type Part struct {
	From, Before recordtime.Time
	// Later says that a later figure than those read counts: see LooksAhead.
	Later bool
}

// Everything is the whole of a series.
var Everything = Part{From: domain.Undated, Before: recordtime.Forever}

// Run does all steps but alignment with the chosen figures of one series. They are all of the series that the plan's ReadWindow holds, or
// those from ReadFrom of the part on: then only the observations of the part that later figures cannot change are answered.
//
// Errors are those of a series that the plan cannot be applied to (CheckSeries), of rates (RATE_BASIS_REQUIRED, RATE_NOT_FOUND) and
// SERIES_TOO_LONG.
func (p *Plan) Run(frequency string, chosen []*domain.Observation, part Part) ([]*domain.Observation, error) {
	if err := p.CheckSeries(frequency); err != nil {
		return nil, err
	}
	if p.Plain() && p.Unit == nil && !p.Best {
		return p.filtered(chosen), nil
	}
	rows := make([]row, len(chosen))
	for i, o := range chosen {
		rows[i].o = o
	}
	if err := p.convert(frequency, rows); err != nil {
		return nil, err
	}
	rows = p.aggregate(frequency, rows, part)
	frequency = p.Answered(frequency)
	others := rows
	if p.transforms() {
		for i := range rows {
			rows[i].says() // once, for the row and for those that are compared with it
		}
	}
	if p.Best {
		rows = best(rows)
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		return !p.inWindow(r.o.Period) || part.From != domain.Undated && r.o.Period.SortKey() < part.From
	})
	rows, err := p.fillGaps(frequency, rows)
	if err != nil {
		return nil, err
	}
	rows = p.transform(frequency, rows, others)
	return p.finish(rows)
}

// finish rounds the rows that are answered.
func (p *Plan) finish(rows []row) ([]*domain.Observation, error) {
	if p.SkipMissing {
		rows = slices.DeleteFunc(rows, func(r row) bool { return !r.hasNumber() })
	}
	if p.LastN > 0 && len(rows) > p.LastN {
		rows = rows[len(rows)-p.LastN:]
	}
	if err := faultOf(rows); err != nil {
		return nil, err
	}
	answer := make([]*domain.Observation, len(rows))
	for i := range rows {
		answer[i] = rows[i].finish(p.Decimals)
	}
	return answer, nil
}

// filtered drops of figures that are answered as they stand what is outside the window, what has no number, if that is asked for, and all but
// the last so many.
func (p *Plan) filtered(observations []*domain.Observation) []*domain.Observation {
	kept := observations
	if p.SkipMissing || p.Window != nil {
		kept = slices.DeleteFunc(slices.Clone(observations), func(o *domain.Observation) bool {
			return !p.inWindow(o.Period) || p.SkipMissing && !numbered(o)
		})
	}
	if p.LastN > 0 && len(kept) > p.LastN {
		kept = kept[len(kept)-p.LastN:]
	}
	return kept
}

// sort puts rows into the order of an answer: the sources of each period by the newest figure that they have for it.
func (p *Plan) sort(rows []row) {
	type sourceOf struct {
		id     string
		period periodKey
	}
	newest := map[sourceOf]int64{}
	standings := make(map[*domain.Observation]standing, len(rows))
	for i := range rows {
		if o := rows[i].o; o.About != nil {
			at := sourceOf{o.About.Source.ID, keyOf(o.Period)}
			standings[o] = p.standingOf(o)
			if released, known := newest[at]; !known || standings[o].released > released {
				newest[at] = standings[o].released
			}
		}
	}
	for o, s := range standings {
		s.released = newest[sourceOf{s.id, keyOf(o.Period)}]
		standings[o] = s
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(comparePeriods(a.o.Period, b.o.Period), compareStandings(standings[a.o], standings[b.o]))
	})
}

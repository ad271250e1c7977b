package api

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// maxAligned is how many series are aligned.
const maxAligned = 100

// wholeChunk is how many figures of a series that must be read whole are read at once; most is how many of any other.
const wholeChunk, mostChunk = 4096, 16384

// querying is the reading of a page.
type querying struct {
	reader store.Reader
	metric string // id
	at     recordtime.Time
	plan   *query.Plan
	size   int
	series *seriesWalk
	read   int // figures of series that are read whole
}

// page reads the page after a position; nil: the first.
func (q *querying) page(from *queryPosition) (*answer, error) {
	if q.plan.Align {
		return q.alignedPage(from)
	}
	if from != nil {
		if err := q.series.resume(from.seriesPosition); err != nil {
			return nil, err
		}
	}
	page := &answer{}
	for room := q.size; ; from = nil {
		found, ok, err := q.series.next()
		if err != nil || !ok {
			return page, err
		}
		q.read = 0
		observations, err := q.observations(found.at.series, from, room+1)
		if err != nil {
			return nil, err
		}
		if room -= page.take(found, observations, from, room); page.more {
			return page, nil
		}
	}
}

// take adds what there is room for and returns how many that are.
func (a *answer) take(found foundSeries, observations []*domain.Observation, from *queryPosition, room int) int {
	if len(observations) > room {
		observations, a.more = observations[:room], true
	}
	if len(observations) == 0 {
		return 0
	}
	a.series = append(a.series, answered{found: found, observations: observations})
	a.last = queryPosition{seriesPosition: found.at, start: observations[len(observations)-1].Period.SortKey()}
	for i := len(observations) - 1; i >= 0 && observations[i].Period.SortKey() == a.last.start; i-- {
		a.last.skip++
	}
	if a.last.skip == len(observations) && from != nil && from.start == a.last.start {
		a.last.skip += from.skip
	}
	return len(observations)
}

// observations reads what is answered of one series after a position: all if there are fewer than wanted, else at least so many.
func (q *querying) observations(series store.SeriesPlace, from *queryPosition, wanted int) ([]*domain.Observation, error) {
	if err := q.plan.CheckSeries(series.Frequency); err != nil {
		return nil, err
	}
	points := store.SeriesPoints{Metric: q.metric, Series: series, At: q.at, Window: q.plan.ReadWindow(series.Frequency)}
	part, answered := query.Everything, 0
	switch {
	case q.plan.Whole():
		points.Limit = wholeChunk
	case from != nil:
		part.From, answered = from.start, from.skip
		points.After = &store.Place{SeriesPlace: series, Start: q.plan.ReadFrom(series.Frequency, from.start)}
	}
	if points.Limit == 0 {
		points.Limit = min(q.plan.Figures(series.Frequency, wanted+answered), mostChunk)
	}
	chooser := q.plan.NewChooser()
	for {
		rows, err := q.reader.ObservationsOf(points)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			chooser.Add(&rows[i].Observation)
		}
		ended := len(rows) < points.Limit
		if ended {
			chooser.Close()
		} else {
			points.After = &rows[len(rows)-1].Place
			points.Limit = min(2*points.Limit, mostChunk)
		}
		if q.plan.Whole() {
			if q.read += len(rows); q.read > query.MaxFigures {
				return nil, query.TooLong()
			}
			if !ended {
				continue
			}
		}
		chosen, before := chooser.Chosen()
		if !ended && len(chosen) < wanted+answered && q.plan.Plain() {
			continue
		}
		part.Before = before
		if ended && points.Window != nil && q.plan.LooksAhead(series.Frequency) {
			if part.Later, err = q.goesOn(points); err != nil {
				return nil, err
			}
		}
		observations, err := q.run(series.Frequency, chosen, part)
		if err != nil {
			return nil, err
		}
		if observations = after(observations, from); ended || len(observations) >= wanted {
			return observations, nil
		}
	}
}

// run applies the plan to the figures of one series that were chosen.
func (q *querying) run(frequency string, chosen []*domain.Observation, part query.Part) ([]*domain.Observation, error) {
	if rates, isReader := q.plan.Rates.(*rateReader); isReader {
		if err := rates.load(frequency, chosen); err != nil {
			return nil, err
		}
	}
	return q.plan.Run(frequency, chosen, part)
}

// after drops what was answered up to a position in the same series.
func after(observations []*domain.Observation, from *queryPosition) []*domain.Observation {
	if from == nil {
		return observations
	}
	skip := from.skip
	for len(observations) > 0 {
		switch start := observations[0].Period.SortKey(); {
		case start < from.start:
		case start == from.start && skip > 0:
			skip--
		default:
			return observations
		}
		observations = observations[1:]
	}
	return observations
}

// alignedPage reads all series whole and answers a page of them.
func (q *querying) alignedPage(from *queryPosition) (*answer, error) {
	var all []foundSeries
	var observations [][]*domain.Observation
	byFrequency := map[string][]int{}
	for {
		found, ok, err := q.series.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		of, err := q.observations(found.at.series, nil, 0)
		if err != nil {
			return nil, err
		}
		if len(of) == 0 {
			continue
		}
		if len(all) == maxAligned {
			return nil, errs.New(errs.FailedPrecondition, "SERIES_TOO_LONG", "there are more than %d series to align: say which by dimensions", maxAligned).
				Field("align", "name fewer series by dimensions")
		}
		answered := q.plan.Answered(found.at.series.Frequency)
		byFrequency[answered] = append(byFrequency[answered], len(all))
		all, observations = append(all, found), append(observations, of)
	}
	for _, places := range byFrequency {
		group := make([][]*domain.Observation, len(places))
		for i, place := range places {
			group[i] = observations[place]
		}
		query.Align(group)
		for i, place := range places {
			observations[place] = group[i]
		}
	}
	return q.pageOf(all, observations, from), nil
}

// pageOf is the page after a position of what was read whole.
func (q *querying) pageOf(all []foundSeries, observations [][]*domain.Observation, from *queryPosition) *answer {
	page := &answer{}
	room := q.size
	reached := from == nil
	for i, found := range all {
		var position *queryPosition
		if !reached {
			if found.at != from.seriesPosition {
				continue
			}
			reached, position = true, from
		}
		if room -= page.take(found, after(observations[i], position), position, room); page.more {
			break
		}
	}
	return page
}

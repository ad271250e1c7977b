package api

import (
	"maps"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/paging"
)

// seriesChunk is how many series are looked up at once.
const seriesChunk = 64

// seriesPosition is a series among those that a query finds.
type seriesPosition struct {
	series store.SeriesPlace
	side   int
}

// foundSeries is a series that a query finds.
type foundSeries struct {
	at seriesPosition
	// answered are its dimensions as they are answered.
	answered map[string]string
}

// side is one way in which the dimensions that are asked for can stand on record.
type side struct {
	query store.SeriesQuery
	// exchange says that the two symmetric dimensions are asked for the other way round.
	exchange bool
}

// seriesWalk lists the series that a query is about. Those of a symmetric metric stand on record in one order only, so that one code is
// looked for on both sides, one after the other.
type seriesWalk struct {
	reader    store.Reader
	symmetric []string
	sides     []side
	at        int // the side
	from      store.SeriesPlace
	read      []store.SeriesPlace
	ended     bool // whether the side has no more than read
}

// newSeriesWalk starts before the first series.
func newSeriesWalk(r store.Reader, metric domain.Metric, query store.SeriesQuery) *seriesWalk {
	w := &seriesWalk{reader: r, symmetric: metric.Symmetric}
	for _, dimensions := range metric.SeriesFilters(query.Dimensions) {
		of := query
		of.Dimensions = dimensions
		w.sides = append(w.sides, side{query: of, exchange: !maps.Equal(dimensions, query.Dimensions)})
	}
	return w
}

// exchanged are dimensions with the codes of the two symmetric ones exchanged.
func (w *seriesWalk) exchanged(dimensions map[string]string) map[string]string {
	first, second := w.symmetric[0], w.symmetric[1]
	out := maps.Clone(dimensions)
	delete(out, first)
	delete(out, second)
	if code, has := dimensions[first]; has {
		out[second] = code
	}
	if code, has := dimensions[second]; has {
		out[first] = code
	}
	return out
}

// resume goes on in the series of a position: it is the next one.
func (w *seriesWalk) resume(at seriesPosition) error {
	if at.side >= len(w.sides) {
		return paging.ErrMismatch()
	}
	w.at, w.from, w.read = at.side, at.series, []store.SeriesPlace{at.series}
	return nil
}

// next returns the next series.
func (w *seriesWalk) next() (found foundSeries, ok bool, err error) {
	for w.at < len(w.sides) {
		if len(w.read) == 0 && !w.ended {
			w.read, err = w.reader.SeriesKeys(w.sides[w.at].query, w.from, seriesChunk)
			if err != nil {
				return found, false, err
			}
			w.ended = len(w.read) < seriesChunk
			if len(w.read) > 0 {
				w.from = w.read[len(w.read)-1]
			}
		}
		if len(w.read) == 0 {
			w.at, w.from, w.ended = w.at+1, store.SeriesPlace{}, false
			continue
		}
		found.at = seriesPosition{series: w.read[0], side: w.at}
		w.read = w.read[1:]
		dimensions, err := domain.ParseDimensions(found.at.series.Dimensions)
		if err != nil {
			return found, false, err
		}
		found.answered = dimensions
		if w.sides[w.at].exchange {
			if len(w.sides) > 1 && dimensions[w.symmetric[0]] == dimensions[w.symmetric[1]] {
				continue // found on the first side
			}
			found.answered = w.exchanged(dimensions)
		}
		return found, true, nil
	}
	return found, false, nil
}

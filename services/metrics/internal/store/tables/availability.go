package tables

import (
	"fmt"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// How many series one query looks at, and how many figures of each it counts: a series that has more is counted by itself.
const (
	countingChunk = 128
	spanChunk     = 512
	chunkCount    = 1000
)

// span is what there is of one series.
type span struct {
	row         seriesRow
	count       int
	first, last recordtime.Time // domain.Undated if no figure has a date
}

// Availability tells what there is of series.
func (r reader) Availability(queries []store.SeriesQuery) (found store.Availability, err error) {
	a := &availability{reader: r, left: store.FigureLimit + 1, seen: map[store.SeriesPlace]bool{}, codes: map[string]map[string]bool{}}
	for _, query := range queries {
		if err := a.walk(query); err != nil {
			return found, err
		}
	}
	return a.result()
}

// availability is a walk over series.
type availability struct {
	reader
	at store.SeriesQuery
	// left is how many figures are still counted.
	left, figures, walked int
	seen                  map[store.SeriesPlace]bool
	series                int
	codes                 map[string]map[string]bool
	frequencies           []string
	first, last           *span
}

func (a *availability) walk(query store.SeriesQuery) error {
	query.At = visible(query.At)
	a.at = query
	for after := (store.SeriesPlace{}); a.walked <= store.SeriesLimit; {
		size, counted := spanChunk, 1 // whether there is one
		if a.left > 0 {
			size, counted = countingChunk, chunkCount
		}
		spans, err := a.spansAfter(query, after, counted, size)
		if err != nil {
			return err
		}
		for i := range spans {
			after = spans[i].row.place
			if spans[i].count >= chunkCount && a.left > chunkCount {
				if spans[i].count, err = a.countOf(spans[i].row, query.At, a.left); err != nil {
					return err
				}
			}
			if err := a.add(&spans[i]); err != nil {
				return err
			}
		}
		if a.walked += len(spans); len(spans) < size {
			return nil
		}
	}
	return nil
}

func (a *availability) add(s *span) error {
	if s.count == 0 || a.seen[s.row.place] {
		return nil
	}
	a.seen[s.row.place] = true
	a.series++
	counted := min(s.count, a.left)
	a.left -= counted
	a.figures += counted
	dimensions, err := domain.ParseDimensions(s.row.place.Dimensions)
	if err != nil {
		return err
	}
	for id, code := range dimensions {
		if a.codes[id] == nil {
			a.codes[id] = map[string]bool{}
		}
		a.codes[id][code] = true
	}
	if !slices.Contains(a.frequencies, s.row.place.Frequency) {
		a.frequencies = append(a.frequencies, s.row.place.Frequency)
	}
	if s.first == domain.Undated {
		return nil
	}
	if a.first == nil || s.first < a.first.first {
		a.first = s
	}
	if a.last == nil || s.last > a.last.last {
		a.last = s
	}
	return nil
}

func (a *availability) result() (found store.Availability, err error) {
	found = store.Availability{
		Series: a.series, Figures: min(a.figures, store.FigureLimit), Exact: a.left > 0, TooMany: a.walked > store.SeriesLimit,
		Codes: map[string][]string{},
	}
	for id, codes := range a.codes {
		found.Codes[id] = slices.Sorted(maps.Keys(codes))
	}
	found.Frequencies = slices.Sorted(slices.Values(a.frequencies))
	for _, end := range []struct {
		of   *span
		into *domain.TimePeriod
		last bool
	}{{a.first, &found.First, false}, {a.last, &found.Last, true}} {
		if end.of == nil {
			continue
		}
		start := end.of.first
		if end.last {
			start = end.of.last
		}
		if *end.into, err = a.periodAt(end.of.row.place, start); err != nil {
			return found, err
		}
	}
	return found, nil
}

// periodAt reads a period of a series that begins at a time.
func (a *availability) periodAt(place store.SeriesPlace, start recordtime.Time) (domain.TimePeriod, error) {
	points, err := a.ObservationsOf(store.SeriesPoints{
		Metric: a.at.Metric, Series: place, At: a.at.At, After: &store.Place{SeriesPlace: place, Start: start}, Limit: 1,
	})
	if err != nil || len(points) == 0 {
		return domain.TimePeriod{}, err
	}
	period := points[0].Observation.Period
	period.Printed = nil
	return period, nil
}

// spanPoints are the figures of a series q at a time that have rows of their own, spanImported the others.
func (r reader) spanPoints() string {
	return " FROM series_points p WHERE p.series = q.series AND p.record_from <= ? AND ? < p.record_to" + r.ofPublic()
}

const (
	spanImported = " FROM observations p WHERE p.series = q.number AND p.deleted = 0 AND p.record_from <= ? AND (p.ended = 0 OR ? < p.ended)"
	countSpan    = "(SELECT COUNT(*) FROM (SELECT 1%s " + recorddb.Limit + ") c)"
)

// countOf counts up to limit figures of a series, and as many again if it has imported ones.
func (r reader) countOf(row seriesRow, at recordtime.Time, limit int) (count int, err error) {
	_, err = r.Conn.QueryOne("SELECT "+fmt.Sprintf(countSpan, r.spanPoints())+", "+fmt.Sprintf(countSpan, spanImported)+
		" FROM (SELECT CAST(? AS TEXT) AS series, CAST(? AS BIGINT) AS number) q", func(found recorddb.Row) error {
		count = int(found.Int64(0) + found.Int64(1))
		return nil
	}, at, at, limit, at, at, limit, row.series, row.number)
	return count, err
}

// spansAfter lists a chunk of the series that match a query, from a place on, with what they have. counted is how many figures of each are
// counted at most.
func (r reader) spansAfter(query store.SeriesQuery, from store.SeriesPlace, counted, limit int) (spans []span, err error) {
	table, _, where := r.seriesWhere(query, from)
	sql := "SELECT q.dimensions, q.frequency, q.series, q.number, q.points"
	var args []any
	for _, source := range []struct {
		rows, start string
		undated     int64
	}{{r.spanPoints(), "p.period_start", int64(domain.Undated)}, {spanImported, "p.start_second", undatedSecond}} {
		sql += ", " + fmt.Sprintf(countSpan, source.rows)
		args = append(args, query.At, query.At, counted)
		for _, order := range []string{"", " DESC"} {
			sql += ", (SELECT " + source.start + source.rows + " AND " + source.start + " > ? ORDER BY " + source.start + order + " LIMIT 1)"
			args = append(args, query.At, query.At, source.undated)
		}
	}
	sql += " FROM (SELECT s.metric, s." + r.Place + ", s.frequency FROM " + table + " WHERE " + where.String() +
		" ORDER BY s." + r.Place + ", s.frequency " + recorddb.Limit + ") k JOIN series q ON q.metric = k.metric AND q." + r.Place +
		" = k." + r.Place + " AND q.frequency = k.frequency ORDER BY k." + r.Place + ", k.frequency"
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		s := span{
			row:   seriesRowOf(row),
			count: int(row.Int64(5) + row.Int64(8)), first: recordtime.Forever, last: domain.Undated,
		}
		if !row.IsNull(6) {
			s.first, s.last = recorddb.Time(row, 6), recorddb.Time(row, 7)
		}
		if !row.IsNull(9) {
			s.first, s.last = min(s.first, startOf(row.Int64(9))), max(s.last, startOf(row.Int64(10)))
		}
		if s.last == domain.Undated {
			s.first = domain.Undated
		}
		spans = append(spans, s)
		return nil
	}, append(args, where.Args(limit)...)...)
	return spans, err
}

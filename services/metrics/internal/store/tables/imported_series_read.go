package tables

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ObservationsOf lists points of one series: one range of the primary key of each table that has some.
func (r reader) ObservationsOf(query store.SeriesPoints) (points []store.Point, err error) {
	query.At = visible(query.At)
	var row seriesRow
	found, err := r.Conn.QueryOne("SELECT dimensions, frequency, series, number, points, longest FROM series WHERE metric = ? AND "+r.Place+
		" = ? AND frequency = ?", func(read recorddb.Row) error {
		row = seriesRowOf(read)
		row.longest = read.Int64(5)
		return nil
	}, query.Metric, r.PlaceOf(query.Series.Dimensions), query.Series.Frequency)
	if err != nil || !found {
		return nil, err
	}
	if row.number == 0 {
		return r.widePointsOf(row, query)
	}
	if points, err = r.importedPointsOf(row, query); err != nil || !row.points {
		return points, err
	}
	wide, err := r.widePointsOf(row, query)
	if err != nil || len(wide) == 0 {
		return points, err
	}
	points = append(points, wide...)
	slices.SortStableFunc(points, func(a, b store.Point) int {
		return cmp.Or(cmp.Compare(a.Place.Start, b.Place.Start), strings.Compare(a.Place.Figure, b.Place.Figure))
	})
	return points[:min(len(points), query.Limit)], nil
}

// SeriesKeys lists the places of series.
func (r reader) SeriesKeys(query store.SeriesQuery, from store.SeriesPlace, limit int) (places []store.SeriesPlace, err error) {
	rows, err := r.seriesAfter(query, from, limit)
	for _, row := range rows {
		places = append(places, row.place)
	}
	return places, err
}

// importedPointsOf lists the points of one series that only imports changed.
func (r reader) importedPointsOf(row seriesRow, query store.SeriesPoints) (points []store.Point, err error) {
	series, err := r.seriesNumbered(row.number)
	if err != nil {
		return nil, err
	}
	second, slot := int64(math.MinInt64), int64(-1)
	if query.After != nil {
		second, slot = secondOf(query.After.Start), slotBefore(row.number, query.After.Start, query.After.Figure)
	}
	sql := "SELECT " + importedColumns + ` FROM observations s WHERE s.series = ? AND (s.start_second, s.slot) > (?, ?)
		AND ` + importedVisible + ` AND s.deleted = 0`
	var end []any
	if query.Window != nil {
		if first := row.firstSecond(query.Window.Start); first > second {
			second, slot = first, -1
		}
		if query.Window.End != recordtime.Forever {
			sql, end = sql+" AND s.start_second < ?", []any{ceilSecond(query.Window.End)}
		}
	}
	limit := query.Limit
	for len(points) < query.Limit {
		args := append([]any{row.number, second, slot, query.At, query.At}, end...)
		rows, err := r.importedRows(sql+" ORDER BY s.start_second, s.slot "+recorddb.Limit, append(args, limit)...)
		if err != nil {
			return nil, err
		}
		if points, err = r.appendImported(row.place, series.metric, rows, query, points); err != nil {
			return nil, err
		}
		if len(rows) < limit {
			break
		}
		second, slot = secondOf(rows[len(rows)-1].key.Start), rows[len(rows)-1].key.Slot
		limit = max(query.Limit-len(points), importedBatch) // most that began before the window ended before it, too
	}
	return points, nil
}

// appendImported appends the points of rows that are in the window of a query, up to its limit.
func (r reader) appendImported(
	place store.SeriesPlace, metric string, rows []importedRow, query store.SeriesPoints, points []store.Point,
) ([]store.Point, error) {
	for _, read := range rows {
		if len(points) >= query.Limit {
			break
		}
		points = roomFor(points, query.Limit)
		points = points[:len(points)+1] // zero, as in widePointsOf
		point := &points[len(points)-1]
		if err := r.observationOf(metric, read, &point.Observation); err != nil {
			return nil, err
		}
		point.Place.SeriesPlace, point.Place.Start, point.Place.Figure = place, read.key.Start, point.Observation.Figure
		if query.Window != nil && (!point.Observation.Period.Dated() || point.Observation.Period.End <= query.Window.Start) {
			*point = store.Point{}
			points = points[:len(points)-1]
		}
	}
	return points, nil
}

// firstSecond is a second before which no imported figure begins whose period reaches into a window from start on.
func (s *seriesRow) firstSecond(start recordtime.Time) int64 {
	return floorSecond(start) - s.longest
}

// slotBefore is the greatest slot of a series and start whose id is not after a figure's, which may be any figure's; -1 if there is none.
func slotBefore(series int64, start recordtime.Time, figure string) int64 {
	if key, imported := domain.ParseImportedID(figure); imported && key.Series == series && key.Start == start {
		return key.Slot
	}
	return int64(sort.Search(maxSlot, func(slot int) bool {
		return domain.ImportedID{Series: series, Start: start, Slot: int64(slot)}.String() > figure
	})) - 1
}

// maxSlot is above every slot.
const maxSlot = 1 << 40

// seriesRowOf reads dimensions, frequency, series, number and points.
func seriesRowOf(row recorddb.Row) seriesRow {
	return seriesRow{
		place:  store.SeriesPlace{Dimensions: row.Text(0), Frequency: row.Text(1)},
		series: row.Text(2), number: row.Int64(3), points: row.Int64(4) != 0,
	}
}

// importedSummary adds to a summary the points of a series that only imports changed.
func (r reader) importedSummary(number int64, at recordtime.Time, series *domain.Series) error {
	const points = " FROM observations s WHERE s.series = ? AND " + importedVisible + " AND s.deleted = 0"
	count := 0
	_, err := r.Conn.QueryOne("SELECT COUNT(*)"+points, func(row recorddb.Row) error {
		count = int(row.Int64(0))
		return nil
	}, number, at, at)
	if err != nil || count == 0 {
		return err
	}
	series.Count += count
	for _, end := range []struct {
		order string
		into  *domain.TimePeriod
		sign  int
	}{{"s.start_second, s.slot", &series.First, 1}, {"s.start_second DESC, s.slot DESC", &series.Last, -1}} {
		rows, err := r.importedRows("SELECT "+importedColumns+points+" AND s.start_second > ? ORDER BY "+end.order+" LIMIT 1",
			number, at, at, undatedSecond)
		if err != nil {
			return err
		}
		for _, row := range rows {
			var f domain.Figure
			if err := decodeImported(row.data, &f, row.key.Start); err != nil {
				return err
			}
			if !end.into.Dated() || end.sign*cmp.Compare(f.Period.Start, end.into.Start) < 0 {
				*end.into = f.Period
			}
		}
	}
	return nil
}

// hasImported says whether a metric has a figure that only imports changed: whether one of its series has.
func (r reader) hasImported(metric string, at recordtime.Time) (bool, error) {
	return r.Conn.QueryOne(`SELECT 1 FROM series n WHERE n.metric = ? AND n.number IS NOT NULL AND EXISTS (
		SELECT 1 FROM observations s WHERE s.series = n.number AND `+importedVisible+` AND s.deleted = 0) LIMIT 1`,
		nil, metric, visible(at), visible(at))
}

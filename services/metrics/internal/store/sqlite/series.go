package sqlite

import (
	"bytes"
	"maps"
	"math"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
)

// seriesChunk is how many series keys are read ahead of their points.
const seriesChunk = 64

// seriesRow is a row of the table of series.
type seriesRow struct {
	place  store.SeriesPlace
	series string
}

// openPoint puts a new figure into its series.
func (w writer) openPoint(figure domain.Figure) error {
	key := figure.Series()
	canonical, series := domain.CanonicalDimensions(key.Dimensions), key.Text()
	err := w.tx.Exec("INSERT OR IGNORE INTO series (metric, dimensions, frequency, series) VALUES (?, ?, ?, ?)",
		key.Metric, canonical, key.Frequency, series)
	if err != nil {
		return err
	}
	if w.tx.Changes() > 0 {
		for dimension, code := range key.Dimensions {
			err := w.tx.Exec(`INSERT INTO series_dimensions (metric, dimension, code, dimensions, frequency, series)
				VALUES (?, ?, ?, ?, ?, ?)`, key.Metric, dimension, code, canonical, key.Frequency, series)
			if err != nil {
				return err
			}
		}
	}
	observation, err := encodeObservation(figure.Observation())
	if err != nil {
		return err
	}
	return w.putPoint(figure, observation)
}

// putPoint starts a point. One that began in the same transaction was never anybody's answer.
func (w writer) putPoint(figure domain.Figure, observation []byte) error {
	end := recordtime.Time(math.MinInt64)
	if figure.Period.Dated() {
		end = figure.Period.End
	}
	return w.tx.Exec(`INSERT OR REPLACE INTO series_points (series, period_start, figure, record_from, record_to, period_end, observation)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, figure.Series().Text(), figure.Period.SortKey(), figure.ID, w.tx.RecordTime, recordtime.Forever, end, observation)
}

// closePoint ends the point of a figure that is retracted.
func (w writer) closePoint(figure domain.Figure) error {
	return w.tx.Exec("UPDATE series_points SET record_to = ? WHERE "+currentPoint,
		w.tx.RecordTime, figure.Series().Text(), figure.Period.SortKey(), figure.ID, recordtime.Forever)
}

// currentPoint is the condition of the point of a figure that has not ended.
const currentPoint = "series = ? AND period_start = ? AND figure = ? AND record_to = ?"

// changePoint replaces the point of a figure if a revision changes it.
func (w writer) changePoint(figure domain.Figure) error {
	observation, err := encodeObservation(figure.Observation())
	if err != nil {
		return err
	}
	same := false
	_, err = w.conn.QueryOne("SELECT observation FROM series_points WHERE "+currentPoint, func(row *sqlitedb.Row) error {
		same = bytes.Equal(sqlitedb.Bytes(row, 0), observation)
		return nil
	}, figure.Series().Text(), figure.Period.SortKey(), figure.ID, recordtime.Forever)
	if err != nil || same {
		return err
	}
	if err := w.closePoint(figure); err != nil {
		return err
	}
	return w.putPoint(figure, observation)
}

// HasFigures says whether a metric has a figure.
func (r reader) HasFigures(metric string, at recordtime.Time) (bool, error) {
	return r.conn.QueryOne("SELECT 1 FROM figure_revisions WHERE metric = ? AND deleted = 0 AND "+revtable.Visible("")+" LIMIT 1", nil,
		metric, visible(at), visible(at))
}

// SeriesOf lists the series of a metric.
func (r reader) SeriesOf(metric string, at recordtime.Time, after store.SeriesPlace, limit int) (found []domain.Series, err error) {
	at = visible(at)
	for len(found) < limit {
		rows, err := r.seriesAfter(store.Observations{Metric: metric}, after, false)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			after = row.place
			series, err := r.summary(metric, row, at)
			if err != nil {
				return nil, err
			}
			if series.Count > 0 && len(found) < limit {
				found = append(found, series)
			}
		}
		if len(rows) < seriesChunk {
			break
		}
	}
	return found, nil
}

// summary counts the points of a series and finds its ends.
func (r reader) summary(metric string, row seriesRow, at recordtime.Time) (series domain.Series, err error) {
	series.Key = domain.SeriesKey{Metric: metric, Frequency: row.place.Frequency}
	if series.Key.Dimensions, err = domain.ParseDimensions(row.place.Dimensions); err != nil {
		return series, err
	}
	const points = " FROM series_points WHERE series = ? AND record_from <= ? AND ? < record_to"
	_, err = r.conn.QueryOne("SELECT COUNT(*)"+points, func(row *sqlitedb.Row) error {
		series.Count = row.ColumnInt(0)
		return nil
	}, row.series, at, at)
	if err != nil || series.Count == 0 {
		return series, err
	}
	for _, end := range []struct {
		order string
		into  *domain.TimePeriod
	}{{"period_start, figure", &series.First}, {"period_start DESC, figure DESC", &series.Last}} {
		_, err := r.conn.QueryOne("SELECT observation"+points+" AND period_start > ? ORDER BY "+end.order+" LIMIT 1",
			func(row *sqlitedb.Row) error {
				observation, err := decodeObservation(sqlitedb.Bytes(row, 0))
				*end.into = observation.Period
				end.into.Printed = nil
				return err
			}, row.series, at, at, domain.Undated)
		if err != nil {
			return series, err
		}
	}
	return series, nil
}

// seriesAfter lists a chunk of the series that have the dimensions and frequency of a query, from a place on. The most selective index is
// that of one dimension; the others are compared there.
func (r reader) seriesAfter(query store.Observations, from store.SeriesPlace, include bool) (rows []seriesRow, err error) {
	var where sqlitedb.Conditions
	table, first := "series s", true
	for _, dimension := range slices.Sorted(maps.Keys(query.Dimensions)) { // one text of SQL for one set of dimensions
		code := query.Dimensions[dimension]
		if first {
			table, first = "series_dimensions s", false
			where.Add("s.metric = ? AND s.dimension = ? AND s.code = ?", query.Metric, dimension, code)
			continue
		}
		where.Add(`EXISTS (SELECT 1 FROM series_dimensions o WHERE o.metric = s.metric AND o.dimension = ? AND o.code = ?
			AND o.dimensions = s.dimensions AND o.frequency = s.frequency)`, dimension, code)
	}
	if first {
		where.Add("s.metric = ?", query.Metric)
	}
	if query.Frequency != "" {
		where.Add("s.frequency = ?", query.Frequency)
	}
	after := "(s.dimensions, s.frequency) > (?, ?)"
	if include {
		after = "(s.dimensions, s.frequency) >= (?, ?)"
	}
	where.Add(after, from.Dimensions, from.Frequency)
	sql := "SELECT s.dimensions, s.frequency, s.series FROM " + table + " WHERE " + where.String() +
		" ORDER BY s.dimensions, s.frequency " + sqlitedb.Limit
	err = r.conn.Query(sql, func(row *sqlitedb.Row) error {
		rows = append(rows, seriesRow{
			place:  store.SeriesPlace{Dimensions: row.ColumnText(0), Frequency: row.ColumnText(1)},
			series: row.ColumnText(2),
		})
		return nil
	}, where.Args(seriesChunk)...)
	return rows, err
}

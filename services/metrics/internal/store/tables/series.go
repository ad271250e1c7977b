package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// seriesChunk is how many series keys are read ahead of their points.
const seriesChunk = 64

// seriesRow is a row of the table of series.
type seriesRow struct {
	place  store.SeriesPlace
	series string
	number int64 // 0 without imported figures
	points bool  // series_points has some of it
	// longest is how long in seconds the longest period of its imported figures is; only ObservationsOf reads it.
	longest int64
}

var insertPoint = recorddb.NewInsert("series_points",
	"series", "period_start", "figure", "record_from", "record_to", "period_end", "observation", "restricted")

// openPoint puts a new figure into its series.
func (w writer) openPoint(figure domain.Figure) error {
	if err := w.openSeries(figure.Series()); err != nil {
		return err
	}
	observation, err := encodeObservation(figure.Observation())
	if err != nil {
		return err
	}
	return w.putPoint(figure, observation)
}

// putPoint starts a point.
func (w writer) putPoint(figure domain.Figure, observation []byte) error {
	return w.insertPoint(figure, observation, w.Tx.RecordTime(), recordtime.Forever)
}

// closePoint ends the point of a figure that is retracted.
func (w writer) closePoint(figure domain.Figure) error {
	return w.Tx.Exec("UPDATE series_points SET record_to = ? WHERE "+currentPoint,
		w.Tx.RecordTime(), figure.Series().Text(), figure.Period.SortKey(), figure.ID, recordtime.Forever)
}

// currentPoint is the condition of the point of a figure that has not ended.
const currentPoint = "series = ? AND period_start = ? AND figure = ? AND record_to = ?"

// changePoint replaces the point of a figure: each revision shows its number and time.
func (w writer) changePoint(figure domain.Figure) error {
	observation, err := encodeObservation(figure.Observation())
	if err != nil {
		return err
	}
	if err := w.closePoint(figure); err != nil {
		return err
	}
	// A point that began in this transaction was never anybody's answer.
	err = w.Tx.Exec("DELETE FROM series_points WHERE series = ? AND period_start = ? AND figure = ? AND record_from = ?",
		figure.Series().Text(), figure.Period.SortKey(), figure.ID, w.Tx.RecordTime())
	if err != nil {
		return err
	}
	return w.putPoint(figure, observation)
}

// samePlace reports whether two revisions of a figure have their point at one place.
func samePlace(a, b domain.Figure) bool {
	return a.Period.SortKey() == b.Period.SortKey() && a.Series().Text() == b.Series().Text()
}

// movePoint ends the point of a figure at its old place and starts one at the new.
func (w writer) movePoint(before, figure domain.Figure) error {
	if err := w.closePoint(before); err != nil {
		return err
	}
	if figure.Retracted() {
		return nil
	}
	if err := w.openSeries(figure.Series()); err != nil {
		return err
	}
	return w.changePoint(figure)
}

// HasFigures says whether a metric has a figure. The order is that of the index by metric: without it a planner that expects many figures
// reads the table until it finds one.
func (r reader) HasFigures(metric string, at recordtime.Time) (bool, error) {
	found, err := r.Conn.QueryOne("SELECT 1 FROM figure_revisions WHERE metric = ? AND "+revtable.Shown("", false, r.showRestricted)+
		" AND "+revtable.Visible("")+
		" ORDER BY create_time LIMIT 1", nil, metric, visible(at), visible(at))
	if err != nil || found {
		return found, err
	}
	return r.hasImported(metric, at)
}

// SeriesOf lists the series of a metric.
func (r reader) SeriesOf(query store.SeriesQuery, after store.SeriesPlace, limit int) (found []domain.Series, err error) {
	at := visible(query.At)
	for len(found) < limit {
		rows, err := r.seriesAfter(query, after, seriesChunk)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			after = row.place
			series, err := r.summary(query.Metric, row, at)
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
	points := " FROM series_points WHERE series = ? AND record_from <= ? AND ? < record_to" + r.ofPublic()
	_, err = r.Conn.QueryOne("SELECT COUNT(*)"+points, func(row recorddb.Row) error {
		series.Count = int(row.Int64(0))
		return nil
	}, row.series, at, at)
	if err != nil {
		return series, err
	}
	for _, end := range []struct {
		order string
		into  *domain.TimePeriod
	}{{"period_start, figure", &series.First}, {"period_start DESC, figure DESC", &series.Last}} {
		_, err := r.Conn.QueryOne("SELECT observation"+points+" AND period_start > ? ORDER BY "+end.order+" LIMIT 1",
			func(row recorddb.Row) error {
				var observation domain.Observation
				err := decodeObservation(row.Text(0), &observation)
				*end.into = observation.Period
				end.into.Printed = nil
				return err
			}, row.series, at, at, domain.Undated)
		if err != nil {
			return series, err
		}
	}
	if row.number != 0 {
		err = r.importedSummary(row.number, at, &series)
	}
	return series, err
}

// seriesAfter lists a chunk of the series that have the dimensions and frequency of a query, from a place on. The most selective index is
// that of one dimension; the others are compared there.
func (r reader) seriesAfter(query store.SeriesQuery, from store.SeriesPlace, limit int) (rows []seriesRow, err error) {
	table, of, where := r.seriesWhere(query, from)
	imported := "s.number, s.points"
	if of != "" {
		imported = "(SELECT n.number" + of + "), (SELECT n.points" + of + ")"
	}
	sql := "SELECT s.dimensions, s.frequency, s.series, " + imported + " FROM " + table + " WHERE " + where.String() +
		" ORDER BY s." + r.Place + ", s.frequency " + recorddb.Limit
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		rows = append(rows, seriesRowOf(row))
		return nil
	}, where.Args(limit)...)
	return rows, err
}

// seriesWhere is the table that has the series of a query, as s, where else their numbers are, and the condition that picks them. That place
// is for a subquery: a planner without statistics would join by going through all series of the metric. To the public a series is on record
// from its first figure on that is not restricted; what has a number has figures that are not.
func (r reader) seriesWhere(query store.SeriesQuery, from store.SeriesPlace) (table, numbers string, where recorddb.Conditions) {
	table = "series s"
	for _, dimension := range slices.Sorted(maps.Keys(query.Dimensions)) { // one text of SQL for one set of dimensions
		code := query.Dimensions[dimension]
		if numbers == "" {
			table = "series_dimensions s"
			numbers = " FROM series n WHERE n.metric = s.metric AND n." + r.Place + " = s." + r.Place + " AND n.frequency = s.frequency"
			where.Add("s.metric = ? AND s.dimension = ? AND s.code = ?", query.Metric, dimension, code)
			continue
		}
		where.Add(`EXISTS (SELECT 1 FROM series_dimensions o WHERE o.metric = s.metric AND o.dimension = ? AND o.code = ?
			AND o.`+r.Place+` = s.`+r.Place+` AND o.frequency = s.frequency)`, dimension, code)
	}
	if numbers == "" {
		where.Add("s.metric = ?", query.Metric)
	}
	if !r.showRestricted {
		number := "s.number"
		if numbers != "" {
			number = "(SELECT n.number" + numbers + ")"
		}
		where.Add(number+` IS NOT NULL OR EXISTS (SELECT 1 FROM series_points p WHERE p.series = s.series AND p.record_from <= ?
			AND p.restricted = 0)`, visible(query.At))
	}
	if query.Frequency != "" {
		where.Add("s.frequency = ?", query.Frequency)
	}
	where.Add("(s."+r.Place+", s.frequency) > (?, ?)", r.PlaceOf(from.Dimensions), from.Frequency)
	return table, numbers, where
}

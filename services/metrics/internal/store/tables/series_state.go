package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// seriesState is what a transaction knows of a series.
type seriesState struct {
	text             string // domain.SeriesKey.Text
	onRecord, points bool   // points: series_points has some of it
	number           int64  // 0 without imported figures
	fresh            bool   // the number is new in this transaction
	longest          int64  // as in seriesRow
}

// learnSeries finds out with few queries what is on record of the series of figures.
func (w writer) learnSeries(figures []domain.Figure) error {
	var keys []domain.SeriesKey
	for i := range figures {
		if key := figures[i].Series(); i == 0 || !sameKey(keys[len(keys)-1], key) {
			keys = append(keys, key)
		}
	}
	return w.learnKeys(keys)
}

func (w writer) learnKeys(keys []domain.SeriesKey) error {
	type group struct{ metric, frequency string }
	groups := map[group]map[string]*seriesState{} // by place
	for _, key := range keys {
		text := key.Text()
		if w.series[text] != nil {
			continue
		}
		of := group{key.Metric, key.Frequency}
		if groups[of] == nil {
			groups[of] = map[string]*seriesState{}
		}
		series := &seriesState{text: text}
		w.series[text], groups[of][w.placeOf(key)] = series, series
	}
	for of, series := range groups {
		err := recorddb.In(slices.Sorted(maps.Keys(series)), func(list string, args []any) error {
			return w.Conn.Query("SELECT "+w.Place+", number, points, longest FROM series WHERE metric = ? AND frequency = ? AND "+w.Place+" IN ("+list+")",
				func(row recorddb.Row) error {
					one := series[row.Text(0)]
					one.onRecord, one.number, one.points, one.longest = true, row.Int64(1), row.Int64(2) != 0, row.Int64(3)
					return nil
				}, append([]any{of.metric, of.frequency}, args...)...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stateOf is what is known of a series.
func (w writer) stateOf(key domain.SeriesKey) (*seriesState, error) {
	text := key.Text()
	if w.series[text] == nil {
		if err := w.learnKeys([]domain.SeriesKey{key}); err != nil {
			return nil, err
		}
	}
	return w.series[text], nil
}

// placeOf is the place of a series among those of its metric and frequency.
func (w writer) placeOf(key domain.SeriesKey) string {
	return w.PlaceOf(domain.CanonicalDimensions(key.Dimensions))
}

func sameKey(a, b domain.SeriesKey) bool {
	return a.Metric == b.Metric && a.Frequency == b.Frequency && maps.Equal(a.Dimensions, b.Dimensions)
}

// openSeries puts a series on record if it is new, as one that has points.
func (w writer) openSeries(key domain.SeriesKey) error {
	series, err := w.stateOf(key)
	if err != nil || series.points {
		return err
	}
	series.points = true
	if series.onRecord { // with imported figures only
		return w.Tx.Exec("UPDATE series SET points = 1 WHERE metric = ? AND "+w.Place+" = ? AND frequency = ?", key.Metric, w.placeOf(key), key.Frequency)
	}
	return w.insertSeriesRows(series, key)
}

// numberSeries gives a series, which may not be on record yet, a number.
func (w writer) numberSeries(series *seriesState, key domain.SeriesKey, number int64) error {
	series.number = number
	if series.onRecord {
		return w.Tx.ExecOne("UPDATE series SET number = ? WHERE metric = ? AND "+w.Place+" = ? AND frequency = ?", number,
			key.Metric, w.placeOf(key), key.Frequency)
	}
	return w.insertSeriesRows(series, key)
}

// insertSeriesRows inserts the rows of a new series.
func (w writer) insertSeriesRows(series *seriesState, key domain.SeriesKey) error {
	series.onRecord = true
	canonical := domain.CanonicalDimensions(key.Dimensions)
	placed := func(values ...any) []any {
		if w.placed() {
			values = append(values, w.PlaceOf(canonical))
		}
		return values
	}
	var number any
	if series.number != 0 {
		number = series.number
	}
	if err := w.Tx.Insert(w.insertSeries, placed(key.Metric, key.Frequency, series.text, canonical, number, series.points)...); err != nil {
		return err
	}
	for dimension, code := range key.Dimensions {
		if err := w.Tx.Insert(w.insertDimension, placed(key.Metric, key.Frequency, series.text, dimension, code, canonical)...); err != nil {
			return err
		}
	}
	return nil
}

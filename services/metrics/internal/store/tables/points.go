package tables

import (
	"math"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Observations lists points: a page goes on in the series where the one before ended.
func (r reader) Observations(query store.Observations) (points []store.Point, err error) {
	query.At = visible(query.At)
	points = make([]store.Point, 0, min(query.Limit, seriesChunk))
	var from store.SeriesPlace
	if query.After != nil {
		from = query.After.SeriesPlace
	}
	include := query.After != nil
	for {
		rows, err := r.seriesAfter(query, from, include)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if points, err = r.pointsOf(row, query, points); err != nil {
				return nil, err
			}
			if len(points) >= query.Limit {
				return points, nil
			}
		}
		if len(rows) < seriesChunk {
			return points, nil
		}
		from, include = rows[len(rows)-1].place, false
	}
}

// pointsOf appends the points of one series, up to the limit of the query: one range of the primary key.
func (r reader) pointsOf(row seriesRow, query store.Observations, points []store.Point) ([]store.Point, error) {
	start, figure := recordtime.Time(math.MinInt64), ""
	if query.After != nil && query.After.SeriesPlace == row.place {
		start, figure = query.After.Start, query.After.Figure
	}
	sql := `SELECT period_start, figure, observation FROM series_points
		WHERE series = ? AND (period_start, figure) > (?, ?) AND record_from <= ? AND ? < record_to`
	args := []any{row.series, start, figure, query.At, query.At}
	if query.Window != nil {
		sql += " AND period_start < ? AND period_end > ?"
		args = append(args, query.Window.End, query.Window.Start)
	}
	err := r.conn.Query(sql+" ORDER BY period_start, figure "+recorddb.Limit, func(r recorddb.Row) error {
		observation, err := decodeObservation(r.Bytes(2))
		if err != nil {
			return err
		}
		observation.Figure = r.Text(1)
		points = append(points, store.Point{
			Place:       store.Place{SeriesPlace: row.place, Start: recorddb.Time(r, 0), Figure: observation.Figure},
			Observation: observation,
		})
		return nil
	}, append(args, query.Limit-len(points))...)
	return points, err
}

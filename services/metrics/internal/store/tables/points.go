package tables

import (
	"math"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// widePointsOf lists the points of one series in series_points.
func (r reader) widePointsOf(row seriesRow, query store.SeriesPoints) (points []store.Point, err error) {
	start, figure := recordtime.Time(math.MinInt64), ""
	if query.After != nil {
		start, figure = query.After.Start, query.After.Figure
	}
	sql := `SELECT period_start, figure, observation FROM series_points
		WHERE series = ? AND (period_start, figure) > (?, ?) AND record_from <= ? AND ? < record_to` + r.ofPublic()
	args := []any{row.series, start, figure, query.At, query.At}
	if query.Window != nil {
		sql += " AND period_start < ? AND period_end > ?"
		args = append(args, query.Window.End, query.Window.Start)
	}
	var decode observations
	err = r.Conn.Query(sql+" ORDER BY period_start, figure "+recorddb.Limit, func(r recorddb.Row) error {
		points = roomFor(points, query.Limit)
		points = points[:len(points)+1] // zero already: a Point is large, and writing one again costs a third of the read
		point := &points[len(points)-1]
		point.Place.SeriesPlace, point.Place.Start, point.Place.Figure = row.place, recorddb.Time(r, 0), r.Text(1)
		point.Observation.Figure = point.Place.Figure
		return decode.decode(r.Text(2), &point.Observation)
	}, append(args, query.Limit)...)
	return points, err
}

// firstPoints and morePoints are for how many points there is room at once. A page of usual size is moved once while it grows.
const firstPoints, morePoints = 16, 1024

// roomFor returns points with room for one more, of a page of at most so many.
func roomFor(points []store.Point, limit int) []store.Point {
	if len(points) < cap(points) {
		return points
	}
	more := firstPoints
	if len(points) > 0 {
		more = min(max(limit-len(points), 1), morePoints)
	}
	return slices.Grow(points, more)
}

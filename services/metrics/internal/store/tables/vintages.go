package tables

import (
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Vintages lists vintages.
func (r reader) Vintages(query store.Vintages) (vintages []domain.Vintage, err error) {
	var within map[vintage]bool
	if len(query.Dimensions) > 0 {
		if within, err = r.vintagesWithin(query); err != nil || len(within) == 0 {
			return nil, err
		}
	}
	page := query
	for {
		rows, err := r.vintagesAfter(page)
		if err != nil {
			return nil, err
		}
		for _, v := range rows {
			if within == nil || within[vintage{query.Metric, v.Source.ID, domain.ReleaseText(v.Release)}] {
				vintages = append(vintages, v)
			}
			if len(vintages) == query.Limit {
				return vintages, nil
			}
		}
		if len(rows) < query.Limit {
			return vintages, nil
		}
		page.After = &rows[len(rows)-1]
	}
}

// vintagesAfter reads a page of the vintages of a metric.
func (r reader) vintagesAfter(query store.Vintages) (vintages []domain.Vintage, err error) {
	from, end, listed := "v.record_from", "v.release_end", "v.snapshot"
	if !r.showRestricted {
		from, end, listed = "v.public_from", "v.public_end", "COALESCE(v.public_snapshot, v.snapshot)"
	}
	var where recorddb.Conditions
	at := visible(query.At)
	where.Add("v.metric = ? AND "+from+" <= ?", query.Metric, at)
	where.Add(lastGap+" <= ?", !r.showRestricted, at, at)
	if len(query.Sources) > 0 {
		sources := make([]any, len(query.Sources))
		for i, source := range query.Sources {
			sources[i] = source
		}
		where.Add("v.source IN ("+recorddb.Placeholders(len(sources))+")", sources...)
	}
	if after := query.After; after != nil {
		released := after.Released()
		where.Add(end+" <= ? AND ("+end+" < ? OR v.source > ? OR v.source = ? AND v.release > ?)",
			released, released, after.Source.ID, after.Source.ID, domain.ReleaseText(after.Release))
	}
	sql := "SELECT " + listed + ", " + from + " FROM vintages v WHERE " + where.String() +
		" ORDER BY " + end + " DESC, v.source, v.release " + recorddb.Limit
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		vintages = append(vintages, domain.Vintage{RecordTime: recorddb.Time(row, 1)})
		return snapshot.Read(row.Text(0), &vintages[len(vintages)-1], vintageFields)
	}, where.Args(query.Limit)...)
	return vintages, err
}

// vintagesWithin are the vintages of the series that have some dimensions.
func (r reader) vintagesWithin(query store.Vintages) (map[vintage]bool, error) {
	found := map[vintage]bool{}
	series := store.SeriesQuery{Metric: query.Metric, At: query.At, Dimensions: query.Dimensions}
	numbers := map[int64]bool{}
	for after := (store.SeriesPlace{}); ; {
		rows, err := r.seriesAfter(series, after, seriesChunk)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			after = row.place
			if err := r.numbersWithin(row, visible(query.At), numbers); err != nil {
				return nil, err
			}
			if err := r.wideVintages(query.Metric, row, visible(query.At), found); err != nil {
				return nil, err
			}
		}
		if len(rows) < seriesChunk {
			break
		}
	}
	if len(numbers) == 0 {
		return found, nil
	}
	err := r.Conn.Query("SELECT number, source, release FROM vintage_numbers WHERE metric = ?", func(row recorddb.Row) error {
		if numbers[row.Int64(0)] {
			found[vintage{query.Metric, row.Text(1), row.Text(2)}] = true
		}
		return nil
	}, query.Metric)
	return found, err
}

// numbersWithin adds the numbers of the vintages that a series has imported figures of.
func (r reader) numbersWithin(row seriesRow, at recordtime.Time, numbers map[int64]bool) error {
	if row.number == 0 {
		return nil
	}
	return r.Conn.Query("SELECT DISTINCT s.slot / "+strconv.Itoa(slotsPerVintage)+" FROM observations s WHERE s.series = ? AND s.deleted = 0 AND "+importedVisible, func(row recorddb.Row) error {
		numbers[row.Int64(0)] = true
		return nil
	}, row.number, at, at)
}

// wideVintages adds the vintages of the other figures of a series.
func (r reader) wideVintages(metric string, row seriesRow, at recordtime.Time, found map[vintage]bool) error {
	if !row.points {
		return nil
	}
	query := store.SeriesPoints{At: at, Limit: seriesChunk * seriesChunk}
	for {
		points, err := r.widePointsOf(row, query)
		if err != nil {
			return err
		}
		for i := range points {
			about := points[i].Observation.About
			found[vintage{metric, about.Source.ID, domain.ReleaseText(about.Release)}] = true
		}
		if len(points) < query.Limit {
			return nil
		}
		query.After = &points[len(points)-1].Place
	}
}

package tables

import (
	"maps"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// importedRow is a row of observations.
type importedRow struct {
	key      domain.ImportedID
	from     recordtime.Time
	revision int64
	created  recordtime.Time
	deleted  bool
	about    int64
	data     string
}

// importedColumns are what importedRowOf reads, of the table as s.
const importedColumns = "s.series, s.start_second, s.slot, s.record_from, s.revision, s.create_time, s.deleted, s.about, s.data"

func importedRowOf(row recorddb.Row) importedRow {
	read := importedRow{
		key:  domain.ImportedID{Series: row.Int64(0), Start: startOf(row.Int64(1)), Slot: row.Int64(2)},
		from: recorddb.Time(row, 3), revision: row.Int64(4), created: recorddb.Time(row, 5), deleted: row.Int64(6) != 0,
		about: row.Int64(7), data: row.Text(8),
	}
	if row.IsNull(5) {
		read.created = read.from
	}
	return read
}

// importedVisible is the condition that a row was the record's answer at a time, its two parameters.
const importedVisible = "s.record_from <= ? AND (s.ended = 0 OR ? < s.ended)"

// undatedSecond stands for a period without a date: before every date, and of few bytes.
const undatedSecond = domain.FirstImportedSecond

// secondOf is the stored form of the start of a period; those that have a date are whole seconds.
func secondOf(start recordtime.Time) int64 {
	if start == domain.Undated {
		return undatedSecond
	}
	return floorSecond(start)
}

// floorSecond is the second in which a time is, ceilSecond the first that is not before it: of both also before 1970.
func floorSecond(t recordtime.Time) int64 {
	second := int64(t) / microsPerSecond
	if t%microsPerSecond < 0 {
		second--
	}
	return second
}

func ceilSecond(t recordtime.Time) int64 {
	second := floorSecond(t)
	if t%microsPerSecond != 0 {
		second++
	}
	return second
}

// startOf is the start of a period by its stored form.
func startOf(second int64) recordtime.Time {
	if second == undatedSecond {
		return domain.Undated
	}
	return recordtime.Time(second * microsPerSecond)
}

const microsPerSecond = 1_000_000

// ofKey is the condition of the rows of one imported figure.
const ofKey = "s.series = ? AND s.start_second = ? AND s.slot = ?"

// importedFigure reads an imported figure at a time at which an import was the last to change it.
func (r reader) importedFigure(key domain.ImportedID, at recordtime.Time) (figure domain.Figure, found bool, err error) {
	var row importedRow
	found, err = r.Conn.QueryOne("SELECT "+importedColumns+" FROM observations s WHERE "+ofKey+" AND "+importedVisible,
		func(r recorddb.Row) error {
			row = importedRowOf(r)
			return nil
		}, key.Series, secondOf(key.Start), key.Slot, visible(at), visible(at))
	if err == nil && found {
		figure, err = r.figureOf(row)
	}
	return figure, found, err
}

// figureOf makes the figure of a row.
func (r reader) figureOf(row importedRow) (domain.Figure, error) {
	series, err := r.seriesNumbered(row.key.Series)
	if err != nil {
		return domain.Figure{}, err
	}
	shared, err := r.about(series.metric, row.about)
	if err != nil {
		return domain.Figure{}, err
	}
	f := shared.template
	// What is shared stays as it is, whatever is done to the figure.
	f.Attributes, f.ObsStatus = maps.Clone(f.Attributes), slices.Clone(f.ObsStatus)
	if f.Origin != nil {
		origin := *f.Origin
		f.Origin = &origin
	}
	f.Metric, f.Frequency = series.metric, series.place.Frequency
	if len(f.Dimensions) > 0 {
		f.Dimensions, f.SeriesDimensions = maps.Clone(f.Dimensions), maps.Clone(series.dimensions)
	} else if len(series.dimensions) > 0 {
		f.Dimensions = maps.Clone(series.dimensions)
	}
	f.Meta = domain.Meta{
		ID: row.key.String(), Revision: row.revision, CreateTime: row.created, UpdateTime: row.from,
		Note: domain.RevisionNote{Tag: domain.TagImport}, Filed: true,
	}
	f.UID = domain.ImportedUID(f.ID, row.created)
	return f, decodeImported(row.data, &f, row.key.Start)
}

// observationOf makes the point of a row, into one that is zero.
func (r reader) observationOf(metric string, row importedRow, into *domain.Observation) error {
	shared, err := r.about(metric, row.about)
	if err != nil {
		return err
	}
	f := domain.Figure{UnitMult: shared.template.UnitMult}
	if err := decodeImported(row.data, &f, row.key.Start); err != nil {
		return err
	}
	t := &shared.template
	into.Figure, into.Period, into.Kind, into.Normalized = row.key.String(), f.Period, t.Kind, f.Normalized
	into.Approximator, into.Missing, into.Corrected, into.Stale = t.Approximator, t.Missing, f.Corrected, t.Stale
	into.Written = domain.Written{Value: f.Value, Values: f.Values, Lower: f.Lower, Upper: f.Upper}
	into.Revision, into.CreateTime, into.UpdateTime = row.revision, row.created, row.from
	into.ObsStatus, into.BasePeriod, into.RoundingInterval, into.About = t.ObsStatus, t.BasePeriod, t.RoundingInterval, shared.shared
	into.Normalized.Unit = t.Normalized.Unit
	return nil
}

// importedChunks are how many figures are read by one query: few lengths, so that there are few texts of SQL.
var importedChunks = []int{1, 8, 64, 256}

// importedByKey reads many imported figures into a map by id.
func (r reader) importedByKey(keys []domain.ImportedID, at recordtime.Time, into map[string]domain.Figure) error {
	at = visible(at)
	for len(keys) > 0 {
		size := importedChunks[len(importedChunks)-1]
		if i := slices.IndexFunc(importedChunks, func(s int) bool { return s >= len(keys) }); i >= 0 {
			size = importedChunks[i]
		}
		args := []any{at, at}
		for i := range size {
			key := keys[min(i, len(keys)-1)]
			args = append(args, key.Series, secondOf(key.Start), key.Slot)
		}
		const one = "(CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT))"
		sql := "SELECT " + importedColumns + " FROM observations s WHERE " + importedVisible + " AND " +
			"(s.series, s.start_second, s.slot) IN (VALUES " + one + strings.Repeat(", "+one, size-1) + ")"
		rows, err := r.importedRows(sql, args...)
		if err != nil {
			return err
		}
		for _, row := range rows {
			figure, err := r.figureOf(row)
			if err != nil {
				return err
			}
			into[figure.ID] = figure
		}
		keys = keys[min(size, len(keys)):]
	}
	return nil
}

// importedRows reads rows. What a row refers to is read afterwards: one connection answers one query at a time.
func (r reader) importedRows(sql string, args ...any) (rows []importedRow, err error) {
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		rows = append(rows, importedRowOf(row))
		return nil
	}, args...)
	return rows, err
}

// importedInterval is a row and when it ended.
type importedInterval struct {
	row importedRow
	to  recordtime.Time
}

// importedIntervals reads rows and ended behind their columns.
func (r reader) importedIntervals(sql string, args ...any) (rows []importedInterval, err error) {
	err = r.Conn.Query(sql, func(row recorddb.Row) error {
		read := importedInterval{importedRowOf(row), recorddb.Time(row, 9)}
		if read.to == 0 {
			read.to = recordtime.Forever
		}
		rows = append(rows, read)
		return nil
	}, args...)
	return rows, err
}

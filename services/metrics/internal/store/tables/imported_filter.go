package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// importedFilter evaluates a filter on rows, on as little of them as it takes: on the series, then on what a row shares with others, then on
// its numbers.
type importedFilter struct {
	reader
	expr listquery.Expr
	// series has No of those that cannot match, shared what is known of a series and an about.
	series map[int64]listquery.Verdict
	shared map[sharedKey]listquery.Verdict
}

type sharedKey struct{ series, about int64 }

// maxVerdicts bounds what is remembered of one request.
const maxVerdicts = 100_000

func newImportedFilter(r reader, expr listquery.Expr) *importedFilter {
	return &importedFilter{reader: r, expr: expr, series: map[int64]listquery.Verdict{}, shared: map[sharedKey]listquery.Verdict{}}
}

// matches says whether the figure of a row does.
func (f *importedFilter) matches(row importedRow) (bool, error) {
	if f.expr == nil {
		return true, nil
	}
	key := sharedKey{row.key.Series, row.about}
	verdict, known := f.shared[key]
	if !known {
		var err error
		if verdict, err = f.judge(key); err != nil {
			return false, err
		}
		if len(f.shared) >= maxVerdicts {
			clear(f.shared)
		}
		f.shared[key] = verdict
	}
	if verdict != listquery.Maybe {
		return verdict == listquery.Yes, nil
	}
	return f.matchesRow(row)
}

// judge evaluates the filter on what the rows of a series with an about have in common.
func (f *importedFilter) judge(key sharedKey) (listquery.Verdict, error) {
	series, err := f.seriesNumbered(key.series)
	if err != nil || f.judgeSeries(series) == listquery.No {
		return listquery.No, err
	}
	shared, err := f.about(series.metric, key.about)
	if err != nil {
		return listquery.No, err
	}
	return listquery.Match(f.expr, func(field string) listquery.Operand { return sharedOperand(series, &shared.template, field) }), nil
}

// sharedOperand is the operand of a figure of which no more is known than its series and what it shares with others.
func sharedOperand(series *importedSeries, template *domain.Figure, field string) listquery.Operand {
	switch field {
	case nameField, "create_time", "update_time", "time_period", "value", "normalized.value", "normalized.lower", "normalized.upper":
		return listquery.Operand{Unknown: true}
	case "dimensions":
		if len(template.Dimensions) > 0 {
			return listquery.Operand{Map: template.Dimensions}
		}
		return listquery.Operand{Map: series.dimensions}
	case "metric", "frequency":
		return (&domain.Figure{Metric: series.metric, Frequency: series.place.Frequency}).Operand(field)
	default:
		return template.Operand(field)
	}
}

// matchesRow evaluates the filter on all of a row.
func (f *importedFilter) matchesRow(row importedRow) (bool, error) {
	series, err := f.seriesNumbered(row.key.Series)
	if err != nil {
		return false, err
	}
	shared, err := f.about(series.metric, row.about)
	if err != nil {
		return false, err
	}
	own := domain.Figure{Meta: domain.Meta{CreateTime: row.created, UpdateTime: row.from}, UnitMult: shared.template.UnitMult}
	if err := decodeImported(row.data, &own, row.key.Start); err != nil {
		return false, err
	}
	return listquery.Match(f.expr, func(field string) listquery.Operand {
		operand := sharedOperand(series, &shared.template, field)
		if !operand.Unknown {
			return operand
		}
		if field == nameField {
			own.ID = row.key.String()
		}
		return own.Operand(field)
	}) == listquery.Yes, nil
}

// judgeSeries evaluates the filter on a series alone. A figure of a symmetric metric may have two of the codes the other way round.
func (f *importedFilter) judgeSeries(series *importedSeries) listquery.Verdict {
	verdict, known := f.series[series.number]
	if known {
		return verdict
	}
	verdict = f.judgeDimensions(series, series.dimensions)
	keys := slices.Sorted(maps.Keys(series.dimensions))
	for i := range keys {
		for _, other := range keys[:i] {
			if verdict != listquery.No {
				break
			}
			turned := maps.Clone(series.dimensions)
			turned[keys[i]], turned[other] = turned[other], turned[keys[i]]
			verdict = f.judgeDimensions(series, turned)
		}
	}
	if verdict == listquery.Yes {
		verdict = listquery.Maybe
	}
	if len(f.series) >= maxVerdicts {
		clear(f.series)
	}
	f.series[series.number] = verdict
	return verdict
}

func (f *importedFilter) judgeDimensions(series *importedSeries, dimensions map[string]string) listquery.Verdict {
	return listquery.Match(f.expr, func(field string) listquery.Operand {
		switch field {
		case "metric", "frequency", "dimensions":
			return (&domain.Figure{Metric: series.metric, Frequency: series.place.Frequency, Dimensions: dimensions}).Operand(field)
		default:
			return domain.ImportedOperand(field)
		}
	})
}

// maxMembers is how many series of a metric are compared with a filter before their rows are read.
const maxMembers = 4096

// pickSeries finds out which series may match; some is false if none does.
func (l *importedList) pickSeries() (some bool, err error) {
	if l.metric = metricOf(l.query.Filter); l.metric == "" {
		return true, nil
	}
	const numbered = " FROM series WHERE metric = ? AND number IS NOT NULL ORDER BY number "
	for _, end := range []struct {
		order string
		into  *int64
	}{{"LIMIT 1", &l.first}, {"DESC LIMIT 1", &l.last}} {
		some, err = l.Conn.QueryOne("SELECT number"+numbered+end.order, func(row recorddb.Row) error {
			*end.into = row.Int64(0)
			return nil
		}, l.metric)
		if err != nil || !some {
			return false, err
		}
	}
	count := 0
	members := []int64{}
	err = l.Conn.Query("SELECT number, dimensions, frequency, series"+numbered+recorddb.Limit, func(row recorddb.Row) error {
		count++
		series, err := l.seriesOf(row)
		if err == nil && l.filter.judgeSeries(series) != listquery.No {
			members = append(members, series.number)
		}
		return err
	}, l.metric, maxMembers+1)
	if err != nil || count > maxMembers {
		return true, err // the rows tell
	}
	l.members = members
	return len(members) > 0, nil
}

// seriesOf reads number, dimensions, frequency and series of the metric.
func (l *importedList) seriesOf(row recorddb.Row) (*importedSeries, error) {
	number := row.Int64(0)
	if found, ok := remembered(l.known, l.known.series, number); ok {
		return found, nil
	}
	read := &importedSeries{
		number: number, metric: l.metric, text: row.Text(3), place: store.SeriesPlace{Dimensions: row.Text(1), Frequency: row.Text(2)},
	}
	var err error
	read.dimensions, err = domain.ParseDimensions(read.place.Dimensions)
	if err == nil && l.settled {
		remember(l.known, l.known.series, number, read)
	}
	return read, err
}

// seriesRun is a range of numbers of series.
type seriesRun struct{ first, last int64 }

// maxGap is how many series that cannot match are read over rather than asked past.
const maxGap = 8

// nextRun is the place from which a scan goes on that has come to a place, past the series that cannot match, and up to which series it goes
// at once; some is false if none is left.
func (l *importedList) nextRun(place *domain.ImportedID, desc bool) (next *domain.ImportedID, run seriesRun, some bool) {
	if l.metric == "" {
		return place, seriesRun{0, maxSlot}, true
	}
	if l.members == nil {
		return place, seriesRun{l.first, l.last}, true
	}
	var series int64
	if place != nil {
		series = place.Series
	} else if desc {
		series = maxSlot
	}
	i, found := slices.BinarySearch(l.members, series)
	if !found {
		if desc {
			i--
		}
		if i < 0 || i >= len(l.members) {
			return nil, run, false
		}
		place = besideSeries(l.members[i], desc)
	}
	step := 1
	if desc {
		step = -1
	}
	run = seriesRun{l.members[i], l.members[i]}
	for i += step; i >= 0 && i < len(l.members); i += step {
		number := l.members[i]
		if number-run.last > maxGap || run.first-number > maxGap {
			break
		}
		run = seriesRun{min(run.first, number), max(run.last, number)}
	}
	return place, run, true
}

// beyond is the place at which the series after a run begin; nil if it was the last.
func (l *importedList) beyond(run seriesRun, desc bool) *domain.ImportedID {
	step, end := 1, run.last
	if desc {
		step, end = -1, run.first
	}
	i, found := slices.BinarySearch(l.members, end)
	if i += step; !found || i < 0 || i >= len(l.members) {
		return nil
	}
	return besideSeries(l.members[i], desc)
}

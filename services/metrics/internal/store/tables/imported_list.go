package tables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// withImported puts the figures that only imports changed into a page of a list.
func (r reader) withImported(query store.List, figures []domain.Figure) ([]domain.Figure, error) {
	if query.Limit <= 0 || listquery.Match(query.Filter, domain.ImportedOperand) == listquery.No {
		return figures, nil
	}
	list := importedList{reader: r, query: query, at: visible(query.At), filter: newImportedFilter(r, query.Filter)}
	imported, err := list.page()
	if err != nil || len(imported) == 0 {
		return figures, err
	}
	figures = append(figures, imported...)
	slices.SortStableFunc(figures, func(a, b domain.Figure) int { return compareBy(query.Order, &a, &b) })
	return figures[:min(len(figures), query.Limit)], nil
}

// metricOf is the id of the metric that a filter asks for, "" if it does not ask for one.
func metricOf(filter listquery.Expr) string {
	switch e := filter.(type) {
	case listquery.And:
		return cmp.Or(metricOf(e.Left), metricOf(e.Right))
	case listquery.Compare:
		if e.Field == "metric" && e.Op == listquery.OpEq {
			return e.Value.Text
		}
	}
	return ""
}

// compareBy compares two figures by an order.
func compareBy(order listquery.Order, a, b *domain.Figure) int {
	for _, by := range order {
		if c := compareKeys(a.OrderKey(by.Field), b.OrderKey(by.Field), by.Desc); c != 0 {
			return c
		}
	}
	return 0
}

// compareKeys compares two order keys of one field: texts or numbers.
func compareKeys(a, b any, desc bool) int {
	if desc {
		a, b = b, a
	}
	if text, ok := a.(string); ok {
		other, _ := b.(string)
		return strings.Compare(text, other)
	}
	number, _ := a.(int64)
	other, _ := b.(int64)
	return cmp.Compare(number, other)
}

// orderKey is domain.Figure.OrderKey of the figure of a row.
func (r *importedRow) orderKey(field string) any {
	switch field {
	case "create_time":
		return int64(r.created)
	case "update_time":
		return int64(r.from)
	case "time_period":
		return int64(r.key.Start)
	default:
		return r.key.String()
	}
}

// importedList reads a page of the figures that only imports changed. They have few columns, so the filter is evaluated on the rows; figures
// are made of those of the page.
type importedList struct {
	reader
	query  store.List
	at     recordtime.Time
	filter *importedFilter
	metric string // "" for any
	// first and last are the numbers of the first and the last series of the metric, members those of its series that may match; nil for any.
	first, last int64
	members     []int64
	rows        []importedRow
	looked      int
}

// importedBatch is how many rows are read at once where a filter may pass over most.
const importedBatch = 512

// maxLooked is how many rows are looked at for one page: a few seconds.
const maxLooked = 2_000_000

// page reads the page in the order of its first field: each has an index. What has one key of it is sorted if the next is not the name.
func (l *importedList) page() ([]domain.Figure, error) {
	if some, err := l.pickSeries(); err != nil || !some {
		return nil, err
	}
	read := l.groups
	if l.query.Order[0].Field == nameField {
		read = l.byName
	}
	if err := read(); err != nil {
		return nil, err
	}
	figures := make([]domain.Figure, len(l.rows))
	for i, row := range l.rows {
		var err error
		if figures[i], err = l.figureOf(row); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

const nameField = "name"

// byName reads the page in the order of names.
func (l *importedList) byName() error {
	desc := l.query.Order[0].Desc
	place, some := l.afterName(0, desc)
	if !some {
		return nil
	}
	return l.scan(wholeGroup(), desc, place, l.batch(), func(row importedRow) bool {
		l.rows = append(l.rows, row)
		return !l.full()
	})
}

// full says that the page has all that it may have.
func (l *importedList) full() bool { return len(l.rows) >= l.query.Limit }

// batch is how many rows are read at once in an order that is that of the page.
func (l *importedList) batch() int {
	room := l.query.Limit - len(l.rows)
	if l.query.Filter != nil {
		room = max(room, importedBatch)
	}
	return room
}

// afterName is the place after which a page begins that comes after a name, the i-th of its keys; nil without one. some is false if nothing
// comes after it.
func (l *importedList) afterName(i int, desc bool) (place *domain.ImportedID, some bool) {
	if i >= len(l.query.After) {
		return nil, true
	}
	name, _ := l.query.After[i].(string)
	if id, imported := domain.ParseImportedID(name); imported {
		return &id, true
	}
	id, found := domain.LastImportedID(name)
	if !found {
		return nil, !desc
	}
	const earliest = undatedSecond * microsPerSecond
	switch {
	case id.Start != domain.Undated && id.Start <= earliest:
		id.Start, id.Slot = domain.Undated, maxSlot
	case id.Start != domain.Undated && id.Start%microsPerSecond != 0:
		id.Start, id.Slot = startOf(floorSecond(id.Start)), maxSlot
	case desc:
		id.Slot++ // that id is before the name, too
	}
	return &id, true
}

// scan calls take with the rows of a group that match, in the order of their ids, after a place, until it returns false.
func (l *importedList) scan(group importedGroup, desc bool, place *domain.ImportedID, batch int, take func(importedRow) bool) error {
	for {
		from, run, some := l.nextRun(place, desc)
		if !some {
			return nil
		}
		sql, args := l.sql(group, desc, from, run)
		rows, err := l.importedRows(sql, append(args, batch)...)
		if err != nil {
			return err
		}
		if err := l.look(len(rows)); err != nil {
			return err
		}
		for _, row := range rows {
			matches, err := l.filter.matches(row)
			if err != nil {
				return err
			}
			if matches && !take(row) {
				return nil
			}
		}
		if len(rows) < batch {
			if place = l.beyond(run, desc); place == nil {
				return nil
			}
			continue
		}
		place = &rows[len(rows)-1].key
		if verdict, known := l.filter.series[place.Series]; known && verdict == listquery.No {
			place = besideSeries(place.Series, !desc)
		}
	}
}

// look counts what was looked at, a query as some rows.
func (l *importedList) look(rows int) error {
	const query = 32
	if l.looked += query + rows; l.looked > l.MaxLooked {
		return errs.New(errs.FailedPrecondition, "FILTER_TOO_WIDE", "too many imported figures would have to be looked at one by one:"+
			" let the filter say `metric = \"metrics/…\"` and dimensions, or read the series of a metric with QueryMetric")
	}
	return nil
}

// besideSeries is the place after or before all rows of a series.
func besideSeries(series int64, after bool) *domain.ImportedID {
	if after {
		return &domain.ImportedID{Series: series, Start: recordtime.Forever, Slot: maxSlot}
	}
	return &domain.ImportedID{Series: series, Start: domain.Undated, Slot: -1}
}

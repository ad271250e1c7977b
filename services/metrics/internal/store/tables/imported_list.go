package tables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// withImported puts the figures that only imports changed into a page of a list.
func (r reader) withImported(query store.List, figures []domain.Figure) ([]domain.Figure, error) {
	if listquery.Match(query.Filter, domain.ImportedOperand) == listquery.No {
		return figures, nil
	}
	list := importedList{reader: r, query: query, at: visible(query.At), metric: metricOf(query.Filter)}
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
		if c := compareKeys(a.OrderKey(by.Field), b.OrderKey(by.Field)); c != 0 {
			if by.Desc {
				return -c
			}
			return c
		}
	}
	return 0
}

// compareKeys compares two order keys of one field: texts or numbers.
func compareKeys(a, b any) int {
	if text, ok := a.(string); ok {
		other, _ := b.(string)
		return strings.Compare(text, other)
	}
	number, _ := a.(int64)
	other, _ := b.(int64)
	return cmp.Compare(number, other)
}

// importedList reads a page of the figures that only imports changed. They have few columns, so the filter is evaluated on the figures.
type importedList struct {
	reader
	query  store.List
	at     recordtime.Time
	metric string // "" for any
	taken  []domain.Figure
}

// importedBatch is how many rows are read at once where a filter may pass over most.
const importedBatch = 512

// page reads the page. An order by one field and then by name is read in its order; any other needs all that matches.
func (l *importedList) page() ([]domain.Figure, error) {
	order := l.query.Order
	first, name := order[0], order[len(order)-1]
	var err error
	switch {
	case len(order) == 1 && first.Field == "name":
		err = l.rows(importedGroup{}, name.Desc, l.afterName(l.query.After))
	case len(order) == 2 && name.Field == "name":
		err = l.groups(first, name.Desc)
	default:
		err = l.best()
	}
	return l.taken, err
}

// full says that the page has all that it may have.
func (l *importedList) full() bool { return len(l.taken) >= l.query.Limit }

// afterName is the name that a page comes after, "" for none.
func (l *importedList) afterName(keys []any) string {
	if len(keys) == 0 {
		return ""
	}
	name, _ := keys[len(keys)-1].(string)
	return name
}

// take adds a row to the page if it matches.
func (l *importedList) take(row importedRow) error {
	figure, err := l.figureOf(row)
	if err == nil && listquery.Match(l.query.Filter, figure.Operand) == listquery.Yes {
		l.taken = append(l.taken, figure)
	}
	return err
}

// best keeps the first of all rows in an order that no index has.
func (l *importedList) best() error {
	whole := *l
	whole.query.Limit = importedBatch
	after := ""
	for {
		whole.taken = nil
		if err := whole.rows(importedGroup{}, false, after); err != nil {
			return err
		}
		for i := range whole.taken {
			if l.comesAfter(&whole.taken[i]) {
				l.taken = append(l.taken, whole.taken[i])
			}
		}
		slices.SortStableFunc(l.taken, func(a, b domain.Figure) int { return compareBy(l.query.Order, &a, &b) })
		l.taken = l.taken[:min(len(l.taken), l.query.Limit)]
		if !whole.full() {
			return nil
		}
		after = whole.taken[len(whole.taken)-1].ID
	}
}

// comesAfter says whether a figure is behind the page before.
func (l *importedList) comesAfter(f *domain.Figure) bool {
	for i, key := range l.query.After {
		by := l.query.Order[i]
		c := compareKeys(f.OrderKey(by.Field), key)
		if by.Desc {
			c = -c
		}
		if c != 0 {
			return c > 0
		}
	}
	return len(l.query.After) == 0
}

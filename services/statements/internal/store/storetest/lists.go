package storetest

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Every order, with and without a filter that an index serves, pages through the
// same rows in the same order as the whole list, and that order is bytewise.
func lists(t *testing.T, open Open) {
	f := start(t, open)
	var all []domain.Statement
	for i, id := range []string{"b", "a-b", "a1", "a", "0", "z9", "a--b"} {
		all = append(all, f.put(id, func(s *domain.Statement) {
			if i%3 > 0 {
				s.Time = domain.Period{EDTF: "x", HasStart: true, Start: all[0].Created + 5, HasEnd: i%2 == 0, End: all[0].Created + 9}
			}
			if i%2 == 1 {
				s.Speakers = append(s.Speakers, domain.Speaker{Entity: "entities/odd"}, domain.Speaker{Entity: "entities/odd", Role: "r"})
			}
		}))
	}
	all[2] = f.revise(all[2], func(s *domain.Statement) { s.Comment = "c" })
	at := all[2].Updated
	all[5] = f.retract(all[5])
	for _, by := range []string{"", "create_time", "update_time", "update_time desc", "statement_time", "statement_time desc, name", "name", "name desc"} {
		for _, with := range []string{"", `document = "documents/d"`, `speaker:"entities/odd"`, `NOT speaker:"entities/odd"`} {
			t.Run(by+" "+with, func(t *testing.T) {
				query := store.List{
					At: at, Filter: filter(t, domain.StatementFields, with), Order: order(t, domain.StatementFields, by), Limit: 100,
				}
				f.read(func(r store.Reader) error {
					whole, err := r.Statements(query)
					must.OK(t, err)
					must.True(t, slices.IsSortedFunc(whole, func(a, b domain.Statement) int { return compareBy(query, a, b) }))
					must.Equal(t, ids(pages(t, r, query)), ids(whole))
					return nil
				})
			})
		}
	}
	f.read(func(r store.Reader) error {
		now := store.List{At: all[5].Updated, Order: order(t, domain.StatementFields, "name"), Limit: 100}
		got, err := r.Statements(now)
		must.Equal(t, ids(got), []string{"0", "a", "a--b", "a-b", "a1", "b"})
		must.OK(t, err)
		now.ShowDeleted = true
		got, err = r.Statements(now)
		must.Equal(t, len(got), len(all))
		must.OK(t, err)
		now.At = store.Newest
		got, err = r.Statements(now)
		must.Equal(t, len(got), len(all))
		must.OK(t, err)
		now.At = all[0].Created - 1
		got, err = r.Statements(now)
		must.Equal(t, len(got), 0)
		return err
	})
}

// pages reads a list two rows at a time.
func pages(t testing.TB, r store.Reader, query store.List) (all []domain.Statement) {
	t.Helper()
	query.Limit = 2
	for {
		page, err := r.Statements(query)
		must.OK(t, err)
		all = append(all, page...)
		if len(page) < query.Limit {
			return all
		}
		query.After = nil
		for _, field := range query.Order {
			query.After = append(query.After, page[len(page)-1].OrderKey(field.Field))
		}
	}
}

// compareBy is an order in Go.
func compareBy(query store.List, a, b domain.Statement) int {
	for _, field := range query.Order {
		less := lessKey(a.OrderKey(field.Field), b.OrderKey(field.Field))
		if less == 0 {
			continue
		}
		if field.Desc {
			return -less
		}
		return less
	}
	return 0
}

// lessKey compares two keys of one field: texts byte by byte.
func lessKey(a, b any) int {
	if number, ok := a.(int64); ok {
		other, _ := b.(int64)
		return cmp.Compare(number, other)
	}
	return strings.Compare(a.(string), b.(string)) //nolint:forcetypeassert // keys are numbers or texts
}

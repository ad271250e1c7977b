package storetest

import (
	"cmp"
	"slices"
	"strconv"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Counts are those of the list with the same filter, by whatever field, at any time.
func count(t *testing.T, open Open) {
	f := start(t, open)
	var all []domain.Statement
	for i := range 12 {
		all = append(all, f.put("s"+strconv.Itoa(i), func(s *domain.Statement) { vary(s, i) }))
	}
	early := f.Settled()
	f.revise(all[3], func(s *domain.Statement) { s.Topics, s.Rank = nil, domain.Deprecated })
	f.retract(all[4])
	f.revise(all[5], func(s *domain.Statement) { s.Speakers = []domain.Speaker{{ValueType: domain.None}} })
	for _, by := range append([]string{""}, domain.GroupFields...) {
		for _, with := range []string{"", `speaker:"entities/e1"`, `speaker:"entities/e1" OR speaker:"entities/e1"`, `statement_type = DIRECT`, `topics:*`} {
			t.Run(by+" "+with, func(t *testing.T) {
				query := store.Count{Filter: filter(t, domain.StatementFields, with), GroupBy: by, Limit: 100}
				f.countsAgree(t, query)
				query.ShowDeleted, query.ShowDeprecated, query.At = true, true, f.Settled()
				f.countsAgree(t, query)
				query.At = early
				f.countsAgree(t, query)
			})
		}
	}
}

// vary makes statements of many kinds.
func vary(s *domain.Statement, i int) {
	s.Type = []string{domain.Direct, "INDIRECT", domain.Written}[i%3]
	s.LanguageCode = []string{"en", "de"}[i%2]
	s.Document = "d" + strconv.Itoa(i%4)
	s.Speakers = []domain.Speaker{{Entity: "entities/e" + strconv.Itoa(i%3), Role: "r" + strconv.Itoa(i%2), SourceType: "NAMED_INDIVIDUAL"}}
	if i%4 == 0 {
		s.Speakers = append(s.Speakers, domain.Speaker{AttributionText: "x", SourceType: "UNNAMED_GROUP"}, s.Speakers[0])
	}
	if i%2 == 0 {
		s.Topics, s.Event = []string{"entities/t1", "entities/t" + strconv.Itoa(i)}, "entities/t1"
		s.Extraction = &domain.Extraction{Method: "MODEL", Tool: "m", Confidence: "0." + strconv.Itoa(i)}
	}
	if i%5 == 0 {
		s.LatestAnchor = &domain.VersionAnchor{Version: "documents/d/versions/2", State: domain.Moved}
	}
}

// countsAgree compares counts, whole and cut off, with those of a list.
func (f fixture) countsAgree(t *testing.T, query store.Count) {
	t.Helper()
	if query.At == 0 {
		query.At = f.Settled()
	}
	f.read(func(r store.Reader) error {
		rows, err := r.Statements(store.List{
			At: query.At, Filter: query.Filter, Order: order(t, domain.StatementFields, ""), Limit: 100,
			ShowDeleted: query.ShowDeleted, ShowDeprecated: query.ShowDeprecated,
		})
		must.OK(t, err)
		want := grouped(rows, query.GroupBy)
		got, err := r.Count(query)
		must.OK(t, err)
		must.Equal(t, got, store.Counts{Total: len(rows), Groups: want})
		query.Limit = 2
		cut, err := r.Count(query)
		must.OK(t, err)
		must.Equal(t, cut, store.Counts{Total: len(rows), Groups: want[:min(2, len(want))], Others: max(0, len(want)-2)})
		return nil
	})
}

// grouped counts statements by a field.
func grouped(rows []domain.Statement, by string) (groups []store.Group) {
	if by == "" {
		return nil
	}
	counts := map[string]int{}
	for _, s := range rows {
		for _, value := range valuesBy(s, by) {
			counts[value]++
		}
	}
	for value, count := range counts {
		groups = append(groups, store.Group{Value: value, Count: count})
	}
	slices.SortFunc(groups, func(a, b store.Group) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return groups
}

// valuesBy are the values that a statement has of a field, "" for none.
func valuesBy(s domain.Statement, by string) (values []string) {
	switch by {
	case "statement_type":
		return []string{s.Type}
	case "language_code":
		return []string{s.LanguageCode}
	case "rank":
		return []string{s.RankName()}
	case "extraction.method":
		if s.Extraction == nil {
			return []string{""}
		}
		return []string{s.Extraction.Method}
	case "latest_anchor.anchor_state":
		if s.LatestAnchor == nil {
			return []string{""}
		}
		return []string{s.LatestAnchor.State}
	}
	for _, ref := range s.Refs() {
		if ref.Kind == domain.RefFields[by] {
			values = append(values, ref.Value)
		}
	}
	slices.Sort(values)
	if values == nil {
		values = []string{""}
	}
	return slices.Compact(values)
}

package server_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// merges is a model of statements that are merged into each other: by id, into
// which; one that was retracted is in neither map's keys.
type merges struct {
	into      map[string]string // "" stands by itself
	published map[string]int    // the day
	order     []string          // as they were put on record
	speaker   string            // of all of them, and of no other
}

// root is what a statement is merged into in the end.
func (m merges) root(id string) string {
	for m.into[id] != "" {
		id = m.into[id]
	}
	return id
}

// within are those that are merged into a statement, however many steps away.
func (m merges) within(id string) (ids []string) {
	for other, into := range m.into {
		for ; into != ""; into = m.into[into] {
			if into == id {
				ids = append(ids, other)
			}
		}
	}
	return ids
}

// mayMerge reports whether one can be merged into another, or is.
func (m merges) mayMerge(id, target string) bool {
	return m.into[id] == target || m.into[id] == "" && m.into[target] == "" && id != target
}

// first is the version that printed the words of a statement first.
func (m merges) first(id string) string {
	all := append(m.within(id), id)
	slices.SortFunc(all, func(a, b string) int { return slices.Index(m.order, a) - slices.Index(m.order, b) })
	first := slices.MinFunc(all, func(a, b string) int { return m.published[a] - m.published[b] })
	return "documents/" + first + "/versions/1"
}

func TestPropertyMergesAndTheirUndoing(t *testing.T) {
	s, runs := start(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		m := merges{into: map[string]string{}, published: map[string]int{}, speaker: fmt.Sprint("speaker-", runs)}
		s.entity(t, m.speaker)
		for i := range rapid.IntRange(2, 6).Draw(rt, "statements") {
			id := fmt.Sprintf("s-%d-%d", runs, i)
			m.published[id] = rapid.IntRange(1, 3).Draw(rt, "day")
			s.print(t, id, prints["afp"], func(req *statementsv1.CreateDocumentRequest) {
				req.InitialVersion.PublishTime = period(fmt.Sprintf("2023-11-%02d", m.published[id]))
			})
			in := quote(t, id, prints["afp"], "The caf\u00e9 trade is up.")
			in.Speakers[0].Entity = "entities/" + m.speaker
			s.create(t, id, in)
			m.into[id], m.order = "", append(m.order, id)
		}
		one := rapid.SampledFrom(m.order)
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			id, target := one.Draw(rt, "id"), one.Draw(rt, "target")
			_, stands := m.into[id]
			_, targetStands := m.into[target]
			switch rapid.SampledFrom([]string{"merge", "merge", "unmerge", "retract"}).Draw(rt, "step") {
			case "merge":
				_, err := s.merge(t, id, target)
				must.Equal(t, err == nil, stands && targetStands && m.mayMerge(id, target))
				if err == nil {
					m.into[id] = target
				}
			case "unmerge":
				_, err := s.unmerge(t, id)
				must.Equal(t, err == nil, stands && m.into[id] != "")
				if err == nil {
					m.into[id] = ""
				}
			case "retract":
				_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/" + id, Reason: "r"})
				must.Equal(t, err == nil, stands && m.into[id] == "")
				if err == nil {
					delete(m.into, id)
					for other, into := range m.into {
						if into == id {
							m.into[other] = ""
						}
					}
				}
			}
			m.check(t, s)
		}
	})
}

// check compares the record with the model.
func (m merges) check(t testing.TB, s *service) {
	t.Helper()
	var roots []string
	for id, into := range m.into {
		got := must.Get(s.get(t.Context(), id))(t)
		if into != "" {
			must.Equal(t, got.GetRedirectTo(), "statements/"+into)
		} else {
			must.Equal(t, got.GetRedirectTo(), "")
			roots = append(roots, id)
		}
		if m.root(id) != id {
			continue // what it lists is as it was when it was merged
		}
		var want []string
		for _, other := range m.within(id) {
			want = append(want, "statements/"+other)
			must.True(t, slices.Contains(s.list(t, &statementsv1.ListStatementsRequest{
				Filter: fmt.Sprintf("document = %q", "documents/"+other),
			}), id), "%s is not found where it appears", id)
		}
		slices.Sort(want)
		listed := appearing(got)
		slices.Sort(listed)
		must.Equal(t, listed, want)
		must.Equal(t, int(got.GetAppearanceCount()), 1+len(want))
		must.Equal(t, got.GetFirstAppearance(), m.first(id))
	}
	slices.Sort(roots)
	must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{
		Filter: fmt.Sprintf("speaker = %q", "entities/"+m.speaker), OrderBy: "name",
	}), roots)
}

package server_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// world is what one run of the walk property knows to be on record.
type world struct {
	*service
	t       *rapid.T
	base    testing.TB
	speaker string // all statements of this run, and no others, have it
	present map[string]bool
	made    int
}

// write does one random write.
func (w *world) write() {
	ids := slices.Sorted(maps.Keys(w.present))
	kind := rapid.IntRange(0, 2).Draw(w.t, "write")
	if len(ids) == 0 {
		kind = 0
	}
	switch kind {
	case 0:
		w.make(rapid.IntRange(1, 3).Draw(w.t, "created"))
	case 1:
		_, err := w.statements.UpdateStatement(w.base.Context(), &statementsv1.UpdateStatementRequest{Statement: &statementsv1.Statement{
			Name: "statements/" + rapid.SampledFrom(ids).Draw(w.t, "updated"), Comment: fmt.Sprint("note ", w.made, len(ids)),
		}})
		must.OK(w.t, err)
	default:
		id := rapid.SampledFrom(ids).Draw(w.t, "retracted")
		_, err := w.statements.DeleteStatement(w.base.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/" + id, Reason: "x"})
		must.OK(w.t, err)
		delete(w.present, id)
	}
}

// make puts statements on record in one batch.
func (w *world) make(count int) {
	if count == 0 {
		return
	}
	var requests []*statementsv1.CreateStatementRequest
	for range count {
		w.made++
		// Ids do not follow the time.
		one := inside(fmt.Sprintf("%s-%02d", w.speaker, w.made*37%100), "")
		one.Statement.Speakers[0].Entity = "entities/" + w.speaker
		one.Statement.StatementTime = period(rapid.SampledFrom([]string{"2020", "2021", "../2022"}).Draw(w.t, "said"))
		requests = append(requests, one)
		w.present[one.GetStatementId()] = true
	}
	_, err := w.batch(w.base, requests...)
	must.OK(w.t, err)
}

// walk reads pages of a list or a search, with writes between them, and returns
// the ids in their order.
func (w *world) walk(read func(token string) (ids []string, next string)) (walked []string) {
	for token := ""; ; {
		ids, next := read(token)
		must.True(w.t, len(ids) > 0 || token == "", "an empty page follows another")
		walked = append(walked, ids...)
		if token = next; token == "" {
			return walked
		}
		for range rapid.IntRange(0, 2).Draw(w.t, "writes") {
			w.write()
		}
	}
}

func (w *world) listPage(req *statementsv1.ListStatementsRequest, token string) (ids []string, next string) {
	req.PageToken = token
	out, err := w.statements.ListStatements(w.base.Context(), req)
	must.OK(w.t, err)
	for _, statement := range out.GetStatements() {
		ids = append(ids, statement.GetName()[len("statements/"):])
	}
	return ids, out.GetNextPageToken()
}

func (w *world) searchPage(req *statementsv1.SearchStatementsRequest, token string) (ids []string, next string) {
	req.PageToken = token
	out, err := w.statements.SearchStatements(w.base.Context(), req)
	must.OK(w.t, err)
	for _, result := range out.GetResults() {
		ids = append(ids, result.GetStatement().GetName()[len("statements/"):])
	}
	return ids, out.GetNextPageToken()
}

// Whoever walks the pages of a list or a search sees every row that was there at
// the first page exactly once, in order, whatever is written meanwhile.
func TestWalksShowEveryRowOnce(t *testing.T) {
	s := startFilled(t, false)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		w := &world{service: s, t: rt, base: t, speaker: fmt.Sprint("run", run), present: map[string]bool{}}
		s.entity(t, w.speaker)
		w.make(rapid.IntRange(0, 9).Draw(rt, "seed"))
		for range rapid.IntRange(0, 2).Draw(rt, "before") {
			w.write()
		}
		filter := fmt.Sprintf("speaker:%q", "entities/"+w.speaker)
		size := rapid.Int32Range(1, 4).Draw(rt, "size")
		order := rapid.SampledFrom([]string{
			"", "create_time", "update_time desc", "statement_time, create_time desc", "name desc",
		}).Draw(rt, "order")
		want, at := slices.Sorted(maps.Keys(w.present)), s.settled()
		var walked, whole []string
		if rapid.Bool().Draw(rt, "search") {
			walked = w.walk(func(token string) ([]string, string) {
				return w.searchPage(&statementsv1.SearchStatementsRequest{Query: "trade", Filter: filter, PageSize: size}, token)
			})
			whole, _ = w.searchPage(&statementsv1.SearchStatementsRequest{Query: "trade", Filter: filter, PageSize: 1000, ReadTime: at}, "")
		} else {
			walked = w.walk(func(token string) ([]string, string) {
				return w.listPage(&statementsv1.ListStatementsRequest{Filter: filter, OrderBy: order, PageSize: size}, token)
			})
			whole, _ = w.listPage(&statementsv1.ListStatementsRequest{Filter: filter, OrderBy: order, PageSize: 1000, ReadTime: at}, "")
		}
		must.Equal(rt, walked, whole)
		slices.Sort(walked)
		must.Equal(rt, walked, want)
	})
}

package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// figureSearch checks that every search answers what a model does, at every time.
func figureSearch(t *testing.T, open Open) {
	t.Run("orders", func(t *testing.T) { searchOrders(t, open(t)) })
	t.Run("more than are ranked", func(t *testing.T) { searchMany(t, open(t)) })
	st := open(t)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		m := &wordModel{tb: t, st: st, run: run, figures: map[string][]domain.Figure{}}
		times := []recordtime.Time{st.Settled()}
		for range rapid.IntRange(1, 10).Draw(t, "transactions") {
			times = append(times, m.transaction(t))
		}
		for range 3 {
			query, err := searchtext.ParseQuery(modelQueries.Draw(t, "query"))
			if err != nil {
				continue // no query
			}
			query = query.Stemmed(rapid.SampledFrom([]string{"", "en", "de"}).Draw(t, "language"))
			for _, at := range times {
				must.Equal(t, m.found(query, at), m.want(query, at))
			}
		}
	})
}

// The words that texts and queries are made of: forms of a word, and what a query language could trip over.
var (
	modelWords   = []string{"export", "exports", "trade", "860", "US$860", "1,000", "Mexico", "o'neill", `back\slash`, "a&b", "!no", "日本", "§enexport", "␞", "or"}
	modelTexts   = rapid.Map(rapid.SliceOfN(rapid.SampledFrom(modelWords), 0, 5), func(words []string) string { return strings.Join(words, " ") })
	modelQueries = rapid.Custom(func(t *rapid.T) string {
		term := rapid.Custom(func(t *rapid.T) string {
			word := strings.Join(rapid.SliceOfN(rapid.SampledFrom(modelWords), 1, 2).Draw(t, "words"), " ")
			if rapid.Bool().Draw(t, "phrase") {
				word = `"` + word + `"`
			}
			if rapid.Bool().Draw(t, "prefix") {
				word += "*"
			}
			return rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "sign") + word
		})
		return strings.Join(rapid.SliceOfN(term, 1, 3).Draw(t, "terms"), " ")
	})
)

// wordModel is all revisions of the figures of one run, and of its metric.
type wordModel struct {
	tb
	st      store.Store
	run     int
	figures map[string][]domain.Figure
	metrics []domain.Metric
	// words are what a figure was found by from its revision on.
	words map[string][]string
}

func (m *wordModel) metric() string { return fmt.Sprint("m", m.run) }

// transaction changes some figures and perhaps their metric.
func (m *wordModel) transaction(t *rapid.T) (at recordtime.Time) {
	if m.words == nil {
		m.words = map[string][]string{}
	}
	must.OK(t, m.st.Write(t.Context(), func(w store.Writer) error {
		at = w.RecordTime()
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				must.OK(t, m.changeMetric(t, w))
				continue
			}
			must.OK(t, m.changeFigure(t, w))
		}
		return nil
	}))
	present := &domain.Metric{}
	if len(m.metrics) > 0 {
		present = &m.metrics[len(m.metrics)-1]
	}
	for id, revisions := range m.figures {
		if last := revisions[len(revisions)-1]; last.UpdateTime == at {
			m.words[id][len(revisions)-1] = searchtext.Entry(last.SearchParts(present)...)
		}
	}
	return at
}

func (m *wordModel) changeMetric(t *rapid.T, w store.Writer) error {
	next := metric(m.metric(), modelTexts.Draw(t, "name"))
	if next.Meta = next.First(w.RecordTime()); len(m.metrics) > 0 {
		next.Meta = m.metrics[len(m.metrics)-1].Next(w.RecordTime())
	}
	m.metrics = append(m.metrics, next)
	return w.PutMetric(next, caller)
}

func (m *wordModel) changeFigure(t *rapid.T, w store.Writer) error {
	id := fmt.Sprintf("r%d-%d", m.run, rapid.IntRange(0, 3).Draw(t, "figure"))
	revisions := m.figures[id]
	next := domain.Figure{Metric: m.metric(), Kind: domain.Point, Period: domain.TimePeriod{Missing: domain.NotStated}}
	if len(revisions) == 0 {
		next.Meta = domain.Meta{ID: id, UID: id}
		next.Meta = next.First(w.RecordTime())
	} else {
		next = revisions[len(revisions)-1]
		if next.Retracted() {
			return nil
		}
		next.Meta = next.Next(w.RecordTime())
	}
	switch rapid.IntRange(0, 4).Draw(t, "edit") {
	case 0:
		next.Comment = modelTexts.Draw(t, "comment")
	case 1:
		next.Reported = &domain.Reported{Text: modelTexts.Draw(t, "printed")}
	case 2:
		next.Dimensions = map[string]string{"REF_AREA": rapid.SampledFrom([]string{"MX", "US", "ZZ"}).Draw(t, "area")}
	case 3:
		next.CountedObject = modelTexts.Draw(t, "object")
	default:
		if len(revisions) > 0 && rapid.Bool().Draw(t, "retract") {
			next.Meta = revisions[len(revisions)-1].Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: caller})
		}
	}
	m.figures[id] = append(revisions, next)
	m.words[id] = append(m.words[id], "")
	return w.PutFigure(next, caller)
}

// want is what a search must answer at a time: ids with their relevance.
func (m *wordModel) want(query searchtext.Query, at recordtime.Time) []string {
	var ranks []recordsearch.Rank
	for id, revisions := range m.figures {
		last := -1
		for i, f := range revisions {
			if f.UpdateTime <= at {
				last = i
			}
		}
		if last < 0 || revisions[last].Retracted() {
			continue
		}
		if score := query.Score(searchtext.StoredTokens(m.words[id][last])); score > 0 {
			ranks = append(ranks, recordsearch.Rank{Relevance: int32(max(1, score/1000)), Created: revisions[last].CreateTime, ID: id}) //nolint:gosec // it fits
		}
	}
	slices.SortFunc(ranks, func(a, b recordsearch.Rank) int {
		return cmp.Or(cmp.Compare(b.Relevance, a.Relevance), cmp.Compare(b.Created, a.Created), strings.Compare(a.ID, b.ID))
	})
	out := make([]string, len(ranks))
	for i, rank := range ranks {
		out[i] = fmt.Sprint(rank.ID, " ", rank.Relevance)
	}
	return out
}

// found is what a search answers of this run's metric.
func (m *wordModel) found(query searchtext.Query, at recordtime.Time) []string {
	filter := must.Get(listquery.ParseFilter(domain.FigureFields, `metric = "metrics/`+m.metric()+`"`))(m)
	out := []string{}
	must.OK(m, m.st.Read(m.Context(), func(r store.Reader) error {
		got, err := r.SearchFigures(store.Search{At: at, Query: query, Filter: filter, Limit: 100})
		for _, result := range got.Results {
			must.Equal(m, result.Resource.ID, result.ID)
			out = append(out, fmt.Sprint(result.ID, " ", result.Relevance))
		}
		must.Equal(m, got.Matches, len(got.Results))
		return err
	}))
	return out
}

// find searches at a time, with what edit changes of the question.
func find(t *testing.T, st store.Store, query string, edit func(*store.Search)) (found []string, all store.Found) {
	t.Helper()
	ask := store.Search{At: st.Settled(), Query: must.Get(searchtext.ParseQuery(query))(t).Stemmed(""), Limit: 100}
	if edit != nil {
		edit(&ask)
	}
	read(t, st, func(r store.Reader) {
		var err error
		all, err = r.SearchFigures(ask)
		must.OK(t, err)
	})
	for _, result := range all.Results {
		found = append(found, result.ID)
	}
	return found, all
}

// searchOrders pages through each order.
func searchOrders(t *testing.T, st store.Store) {
	for _, f := range []struct{ id, comment, period string }{
		{"a", "word and more", "2003"}, {"b", "word", "2001"}, {"c", "word and yet more", ""}, {"d", "word", "2001"},
	} {
		next := figure(t, f.id, f.period, "1", nil)
		next.Comment = f.comment
		putFigure(t, st, next)
	}
	for _, test := range []struct {
		order     recordsearch.Order
		ascending bool
		want      string
	}{
		{recordsearch.ByRelevance, false, "d b a c"}, {recordsearch.ByCreateTime, false, "d c b a"}, {recordsearch.ByCreateTime, true, "a b c d"},
		{recordsearch.ByOwnTime, false, "a d b c"}, {recordsearch.ByOwnTime, true, "c d b a"},
	} {
		for _, limit := range []int{1, 2, 3, 4} {
			var got []string
			for after := (*recordsearch.Rank)(nil); ; {
				page, all := find(t, st, "word", func(s *store.Search) {
					s.Order, s.Ascending, s.After, s.Limit = test.order, test.ascending, after, limit
				})
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
				after = &all.Results[len(page)-1].Rank
			}
			must.Equal(t, strings.Join(got, " "), test.want)
		}
	}
	_, all := find(t, st, "word", func(s *store.Search) { s.Limit, s.Facets = 1, []string{"year", "metric"} })
	slices.SortFunc(all.Facets[0].Values, slices.Compare)
	must.Equal(t, all.Facets[0].Values, [][]string{{""}, {"2001"}, {"2001"}, {"2003"}})
	must.Equal(t, all.Facets[1].Values, [][]string{{"metrics/m"}, {"metrics/m"}, {"metrics/m"}, {"metrics/m"}})
	found, _ := find(t, st, "word", func(s *store.Search) {
		s.Filter = must.Get(listquery.ParseFilter(domain.FigureFields, `time_period = "2001" AND value = "1"`))(t)
	})
	must.Equal(t, found, []string{"d", "b"})
}

// searchMany checks that only those whose words are newest are ranked, and all are counted.
func searchMany(t *testing.T, st store.Store) {
	old := figure(t, "old", "2020", "1", nil)
	old.Comment = "needle needle needle"
	putFigure(t, st, old)
	const many = recordsearch.RankLimit
	write(t, st, func(w store.Writer) error {
		figures := make([]domain.Figure, many)
		for i := range figures {
			figures[i] = figure(t, fmt.Sprintf("f%05d", i*7919%many), "", "1", nil)
			figures[i].Comment = "a needle"
			figures[i].Meta = figures[i].First(w.RecordTime())
		}
		return w.PutFigures(figures, caller)
	})
	found, all := find(t, st, "needle", func(s *store.Search) { s.Limit = 1 })
	must.Equal(t, all.Matches, many+1)
	must.Equal(t, found, []string{"f00000"})
	_, all = find(t, st, "needle", func(s *store.Search) { s.Counted, s.Limit = 77, 1 })
	must.Equal(t, all.Matches, 77)
	newest := figure(t, "newest", "2020", "1", nil)
	newest.Comment = "a needle"
	putFigure(t, st, newest)
	found, _ = find(t, st, "needle", func(s *store.Search) { s.Order, s.Ascending, s.Limit = recordsearch.ByCreateTime, true, 1 })
	must.Equal(t, found, []string{"f00001"})
}

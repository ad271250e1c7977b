package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func historyOf(t *testing.T, open Open) {
	t.Run("revisions are listed the newest first", func(t *testing.T) { listedRevisions(t, open(t)) })
	t.Run("corrections are found by what they are of", func(t *testing.T) { corrections(t, open(t)) })
	t.Run("figures are found by what they are computed from", func(t *testing.T) { citing(t, open(t)) })
	t.Run("a point moves with its figure", func(t *testing.T) { movedPoint(t, open(t)) })
}

// revise puts the next revision of a figure on record and returns when.
func revise(t testing.TB, st store.Store, id string, edit func(*domain.Figure)) recordtime.Time {
	t.Helper()
	return write(t, st, func(w store.Writer) error {
		f, _, err := w.Figure(id, store.Newest)
		if err != nil {
			return err
		}
		f.Meta = f.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagCorrect, Comment: "why"})
		edit(&f)
		return w.PutFigure(f, caller)
	})
}

func listedRevisions(t *testing.T, st store.Store) {
	putFigure(t, st, figure(t, "f", "2020", "1", nil))
	var times []recordtime.Time
	for i := range 4 {
		times = append(times, revise(t, st, "f", func(f *domain.Figure) { f.Comment = fmt.Sprint(i + 2) }))
	}
	numbers := func(at recordtime.Time, before int64, limit int) []int64 {
		numbers := []int64{}
		read(t, st, func(r store.Reader) {
			found, err := r.FigureRevisions("f", at, before, limit)
			must.OK(t, err)
			for _, revision := range found {
				must.Equal(t, revision.Caller, caller)
				numbers = append(numbers, revision.Figure.Revision)
			}
		})
		return numbers
	}
	must.Equal(t, numbers(times[3], 0, 10), []int64{5, 4, 3, 2, 1})
	must.Equal(t, numbers(times[3], 4, 2), []int64{3, 2})
	must.Equal(t, numbers(times[0], 0, 10), []int64{2, 1})
	must.Equal(t, numbers(times[3], 1, 10), []int64{})
	read(t, st, func(r store.Reader) {
		revision, found, err := r.FigureRevision("f", 3, times[3])
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, revision.Figure.Comment, "3")
		must.Equal(t, revision.Figure.Note, domain.RevisionNote{Tag: domain.TagCorrect, Comment: "why"})
		for _, missing := range []struct {
			id     string
			number int64
			at     recordtime.Time
		}{{"f", 6, times[3]}, {"f", 0, times[3]}, {"f", 5, times[2]}, {"g", 1, times[3]}} {
			_, found, err := r.FigureRevision(missing.id, missing.number, missing.at)
			must.OK(t, err)
			must.False(t, found, missing)
		}
	})
}

// aCorrection is a correction of a subject with every field set.
func aCorrection(id, kind, subject, document string) domain.Correction {
	return domain.Correction{
		ID: id, Kind: kind, Subject: subject, Document: document, Reason: "why", Caller: caller, PreviousRevision: 3, NewRevision: 4,
		NoticeText: "We were wrong.", NoticeVersion: "documents/n/versions/2",
	}
}

func corrections(t *testing.T, st store.Store) {
	put := func(all ...domain.Correction) recordtime.Time {
		return write(t, st, func(w store.Writer) error {
			for _, c := range all {
				c.Recorded = w.RecordTime()
				if err := w.PutCorrection(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	first := put(aCorrection("c1", domain.Mended, "figures/f", "documents/d"), aCorrection("c2", domain.Withdrawn, "figures/g", "documents/d"))
	second := put(aCorrection("c3", domain.Updated, "figures/f", ""), aCorrection("c4", domain.Withdrawn, "metrics/m", ""))

	read(t, st, func(r store.Reader) {
		want := aCorrection("c1", domain.Mended, "figures/f", "documents/d")
		want.Recorded = first
		got, found, err := r.Correction("c1", first)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, want)
		_, found, err = r.Correction("c3", first)
		must.OK(t, err)
		must.False(t, found)

		newest, found, err := r.NewestCorrection("figures/f", second)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, newest.ID, "c3")
		newest, _, err = r.NewestCorrection("figures/f", first)
		must.OK(t, err)
		must.Equal(t, newest.ID, "c1")
		_, found, err = r.NewestCorrection("figures/none", second)
		must.OK(t, err)
		must.False(t, found)
	})
	for filter, want := range map[string][]string{
		"":                         {"c4", "c3", "c2", "c1"},
		`subject = "figures/f"`:    {"c3", "c1"},
		`document = "documents/d"`: {"c2", "c1"},
		"kind = RETRACTION":        {"c4", "c2"},
		"kind = RETRACTION AND document = \"documents/d\"":                  {"c2"},
		`subject = "statements/s"`:                                          {},
		`reattribution = "reattributions/r"`:                                {},
		fmt.Sprintf("record_time > %q", first):                              {"c4", "c3"},
		fmt.Sprintf("record_time <= %q AND subject = \"figures/g\"", first): {"c2"},
	} {
		must.Equal(t, map[string][]string{filter: listCorrections(t, st, filter, second)}, map[string][]string{filter: want})
	}
	must.Equal(t, listCorrections(t, st, "", first), []string{"c2", "c1"})
}

// listCorrections reads a list to its end, a row a page.
func listCorrections(t *testing.T, st store.Store, text string, at recordtime.Time) []string {
	t.Helper()
	filter, err := listquery.ParseFilter(domain.CorrectionFields, text)
	must.OK(t, err)
	order, err := listquery.ParseOrder(domain.CorrectionFields, "")
	must.OK(t, err)
	ids := []string{}
	read(t, st, func(r store.Reader) {
		var after []any
		for {
			rows, err := r.Corrections(store.List{At: at, Filter: filter, Order: order, After: after, Limit: 1})
			must.OK(t, err)
			if len(rows) == 0 {
				return
			}
			ids, after = append(ids, rows[0].ID), nil
			for _, field := range order {
				after = append(after, rows[0].OrderKey(field.Field))
			}
		}
	})
	return ids
}

// computed is a figure that is computed from others.
func computed(t *testing.T, id string, inputs ...string) domain.Figure {
	t.Helper()
	f := figure(t, id, "2020", "1", nil)
	f.Derivation = &domain.Derivation{Formula: "a"}
	for _, input := range inputs {
		f.Derivation.Inputs = append(f.Derivation.Inputs, domain.Input{Variable: "a", Figure: input, Revision: 1})
	}
	return f
}

func citing(t *testing.T, st store.Store) {
	found := func(limit int, ids ...string) []string {
		citing := []string{}
		read(t, st, func(r store.Reader) {
			all, err := r.Citing(ids, limit)
			must.OK(t, err)
			citing = append(citing, all...)
		})
		return citing
	}
	putFigure(t, st, computed(t, "x", "a", "b", "a"))
	putFigure(t, st, computed(t, "y", "b"))
	putFigure(t, st, figure(t, "z", "2020", "1", nil))
	must.Equal(t, found(9, "a"), []string{"x"})
	must.Equal(t, found(9, "a", "b", "c"), []string{"x", "y"})
	must.Equal(t, found(1, "a", "b"), []string{"x"})
	must.Equal(t, found(9), []string{})

	revise(t, st, "x", func(f *domain.Figure) { f.Derivation = computed(t, "x", "c").Derivation })
	revise(t, st, "y", func(f *domain.Figure) { f.Derivation = nil })
	must.Equal(t, found(9, "a", "b"), []string{})
	must.Equal(t, found(9, "c"), []string{"x"})
	retractFigure(t, st, "x")
	must.Equal(t, found(9, "c"), []string{})
}

func movedPoint(t *testing.T, st store.Store) {
	first := putFigure(t, st, figure(t, "f", "2020", "1", map[string]string{"A": "x"}))
	second := revise(t, st, "f", func(f *domain.Figure) {
		*f = withMeta(figure(t, "f", "2021", "1", map[string]string{"A": "y"}), f.Meta)
	})
	places := func(at recordtime.Time) []string {
		places := []string{}
		for _, point := range points(t, st, store.SeriesQuery{Metric: "m", At: at}) {
			places = append(places, fmt.Sprint(point.Place.Dimensions, " ", point.Observation.Period.EDTF))
		}
		return places
	}
	must.Equal(t, places(first), []string{`{"A":"x"} 2020`})
	must.Equal(t, places(second), []string{`{"A":"y"} 2021`})
	third := retractFigure(t, st, "f")
	must.Equal(t, places(third), []string{})
	must.Equal(t, places(second), []string{`{"A":"y"} 2021`})
}

func withMeta(f domain.Figure, meta domain.Meta) domain.Figure {
	f.Meta = meta
	return f
}

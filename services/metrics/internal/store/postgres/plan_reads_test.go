package postgres

import (
	"maps"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// reading are queries by name.
type reading = map[string]func(store.Reader) error

// reads are the hot ones.
func reads(t *testing.T, at recordtime.Time) reading {
	t.Helper()
	all := readsByID(t, at)
	for _, more := range []reading{readsOfSeries(t, at), searches(t, at), lists(t, at)} {
		maps.Copy(all, more)
	}
	return all
}

func readsByID(t *testing.T, at recordtime.Time) reading {
	t.Helper()
	return reading{
		"by id": func(r store.Reader) error {
			_, found, err := r.Figure("f77", at)
			must.True(t, found)
			_, err2 := r.FiguresByID([]string{"f1", "f2", "f3", "f99"}, at)
			must.OK(t, err2)
			_, err2 = r.MetricsByID([]string{"m1", "m2"}, at)
			must.OK(t, err2)
			return err
		},
		"revisions": func(r store.Reader) error {
			found, err := r.FigureRevisions("f77", at, 0, 20)
			must.Equal(t, len(found), 1)
			return err
		},
		"notices": func(r store.Reader) error {
			_, err := r.Noticed(domain.Correction{}, 1000)
			return err
		},
		"newest correction": func(r store.Reader) error {
			_, found, err := r.NewestCorrection("figures/f7", at)
			must.True(t, found)
			return err
		},
		"citing": func(r store.Reader) error {
			found, err := r.Citing([]string{"f7"}, 10)
			must.Equal(t, len(found), 10)
			return err
		},
		"has figures": func(r store.Reader) error {
			_, err := r.HasFigures("m7", at)
			return err
		},
		"words": func(r store.Reader) error {
			found, err := r.ResolveMetrics(domain.NewMetricQuery("mzq pzk"), at)
			must.True(t, len(found) > 40)
			return err
		},
		"availability": func(r store.Reader) error {
			found, err := r.Availability([]store.SeriesQuery{{Metric: "seed", At: at, Dimensions: map[string]string{"REF_AREA": "A777"}}})
			must.True(t, found.Series > 0)
			return err
		},
		"corrections of some": func(r store.Reader) error {
			found, err := r.CorrectionsOf([]string{"figures/f7", "figures/f8", "figures/none"}, at, 10)
			must.Equal(t, len(found), 20)
			return err
		},
	}
}

func readsOfSeries(t *testing.T, at recordtime.Time) reading {
	t.Helper()
	return reading{
		"series": func(r store.Reader) error {
			found, err := r.SeriesOf(store.SeriesQuery{Metric: "seed", At: at}, store.SeriesPlace{}, 20)
			must.Equal(t, len(found), 20)
			return err
		},
		"observations": func(r store.Reader) error {
			of := store.SeriesPoints{Metric: "seed", At: at, Limit: 50}
			for _, dimensions := range []map[string]string{{"REF_AREA": "A777"}, {"REF_AREA": "A777", "FLOW": "TOTAL"}} {
				keys, err := r.SeriesKeys(store.SeriesQuery{Metric: "seed", At: at, Dimensions: dimensions}, store.SeriesPlace{}, 64)
				must.OK(t, err)
				of.Series = keys[0]
			}
			found, err := r.ObservationsOf(of)
			must.OK(t, err)
			must.Equal(t, len(found), 50)
			of.After, of.Window = &found[49].Place, &domain.Window{Start: 0, End: recordtime.Forever}
			_, err = r.ObservationsOf(of)
			return err
		},
	}
}

func searches(t *testing.T, at recordtime.Time) reading {
	t.Helper()
	return reading{
		"search": func(r store.Reader) error {
			query := must.Get(searchtext.ParseQuery("trade word77"))(t)
			found, err := r.SearchFigures(store.Search{At: at, Query: query, Limit: 20})
			must.Equal(t, len(found.Results), 20)
			return err
		},
		"search for what half have": func(r store.Reader) error {
			query := must.Get(searchtext.ParseQuery("trade half1"))(t)
			found, err := r.SearchFigures(store.Search{At: at, Query: query, Limit: 20})
			must.True(t, found.Matches > recordsearch.RankLimit)
			return err
		},
		"search by period": func(r store.Reader) error {
			query := must.Get(searchtext.ParseQuery("word77"))(t)
			found, err := r.SearchFigures(store.Search{
				At: at, Query: query, Order: recordsearch.ByOwnTime, Limit: 20, Facets: domain.Facets,
				Filter: must.Get(listquery.ParseFilter(domain.FigureFields, `metric = "metrics/m27"`))(t),
			})
			must.True(t, found.Matches > 0)
			return err
		},
	}
}

// printed are figures that a text prints: the others are not looked at.
const printed = "reported.text:*"

func lists(t *testing.T, at recordtime.Time) reading {
	t.Helper()
	all := reading{}
	list := func(schema listquery.Schema, filter, order string, page func(store.Reader, store.List) (int, error)) {
		parsed, err := listquery.ParseFilter(schema, filter)
		must.OK(t, err)
		by, err := listquery.ParseOrder(schema, order)
		must.OK(t, err)
		all["list "+filter+" by "+order] = func(r store.Reader) error {
			rows, err := page(r, store.List{At: at, Filter: parsed, Order: by, Limit: 20})
			must.True(t, rows > 0)
			return err
		}
	}
	metrics := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Metrics(query)
		return len(rows), err
	}
	figures := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Figures(query)
		return len(rows), err
	}
	for _, order := range []string{"", "create_time", "update_time desc", "time_period", "name"} {
		list(domain.FigureFields, "", order, figures)
	}
	list(domain.FigureFields, `metric = "metrics/m7"`, "", figures)
	list(domain.FigureFields, `document_version = "documents/d7/versions/1"`, "", figures)
	list(domain.FigureFields, printed, "", figures)
	list(domain.FigureFields, `claimant = "statements/s7"`, "", figures)
	list(domain.MetricFields, "", "", metrics)
	corrections := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Corrections(query)
		return len(rows), err
	}
	for _, filter := range []string{"", `subject = "figures/f7"`, `document = "documents/d7"`, "kind = ERROR"} {
		list(domain.CorrectionFields, filter, "", corrections)
	}
	list(domain.MetricFields, "", "display_name", metrics)
	list(domain.MetricFields, `replaced_by = "metrics/m7"`, "name", metrics)
	return all
}

package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestCountsLookAtFewImportedFigures: what series or what figures share decides is counted by the database; where only their numbers could,
// it is refused.
func TestCountsLookAtFewImportedFigures(t *testing.T) {
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, opened.Close()) }()
	storetest.FillImported(t, opened, 2*storetest.ImportRows)
	few := dialect
	few.MaxLooked = storetest.ImportRows
	st := tables.New(opened.Database, few)
	count := func(filter string) (counts store.Counts, err error) {
		query := store.Count{At: st.Settled(), Filter: must.Get(listquery.ParseFilter(domain.FigureFields, filter))(t), GroupBy: "metric", Limit: 9}
		return counts, st.Read(t.Context(), func(r store.Reader) error {
			counts, err = r.CountFigures(query)
			return err
		})
	}
	for filter, want := range map[string]int{
		"": 2 * storetest.ImportRows, `metric = "metrics/another" AND value > "1e30"`: 0, `unit = "USD" OR frequency = M`: 2 * storetest.ImportRows,
		`metric = "metrics/trade-in-goods" AND dimensions.COUNTERPART_AREA = "C77"`:                  storetest.Months,
		`metric = "metrics/trade-in-goods" AND dimensions.COUNTERPART_AREA = "C77" AND value > "-1"`: storetest.Months,
	} {
		counts, err := count(filter)
		must.OK(t, err)
		must.Equal(t, counts.Total, want)
	}
	_, err = count(`value > "1e30"`)
	must.Equal(t, errs.ReasonOf(err), "FILTER_TOO_WIDE")
}

// TestListsLookAtFewImportedFigures: a filter that matches nothing, or little, is not answered by reading the record: where the series or what
// figures share rule rows out, those are not read, and where only their numbers could, it is refused.
func TestListsLookAtFewImportedFigures(t *testing.T) {
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, opened.Close()) }()
	storetest.FillImported(t, opened, 2*storetest.ImportRows)
	few := dialect
	few.MaxLooked = storetest.ImportRows
	st := tables.New(opened.Database, few)
	for _, order := range []string{"", "create_time", "time_period", "name", "name desc", "time_period, create_time, update_time"} {
		page := func(filter string) (found int, err error) {
			query := store.List{
				At: st.Settled(), Filter: must.Get(listquery.ParseFilter(domain.FigureFields, filter))(t),
				Order: must.Get(listquery.ParseOrder(domain.FigureFields, order))(t), Limit: 300,
			}
			return found, st.Read(t.Context(), func(r store.Reader) error {
				figures, err := r.Figures(query)
				found = len(figures)
				return err
			})
		}
		none := func(filter string) {
			found, err := page(filter)
			must.OK(t, err)
			must.Equal(t, found, 0)
		}
		none(`metric = "metrics/another" AND value > "1e30"`)
		none(`metric = "metrics/trade-in-goods" AND frequency = A`)
		none(`metric = "metrics/trade-in-goods" AND dimensions.COUNTERPART_AREA = "none"`)
		none(`metric = "metrics/trade-in-goods" AND dimensions.COUNTERPART_AREA = "C77" AND value > "1e30"`)
		found, err := page(`metric = "metrics/trade-in-goods" AND dimensions.COUNTERPART_AREA = "C77"`)
		must.OK(t, err)
		must.Equal(t, found, storetest.Months)
		_, err = page(`value > "1e30"`)
		must.Equal(t, errs.ReasonOf(err), "FILTER_TOO_WIDE")
	}
}

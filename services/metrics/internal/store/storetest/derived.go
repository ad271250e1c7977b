package storetest

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// oldFigures is how many figures a record from before their columns has: more than are derived in one transaction.
const oldFigures = 600

// DerivedFigures checks that figures of a record from before they had all columns, and whose points had another form, are found and served
// once it is brought up to date. reopen closes the database and opens it.
func DerivedFigures(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	write(t, st, func(w store.Writer) error {
		for i := range oldFigures {
			f := figure(t, fmt.Sprintf("f%03d", i), fmt.Sprintf("%d", 1000+i), "5", nil)
			f.Meta = f.First(w.RecordTime())
			must.OK(t, w.PutFigure(f, caller))
		}
		return nil
	})
	f := figure(t, "last", "2022", "860", map[string]string{"AREA": "MX"})
	f.Reported, f.Significant = &domain.Reported{NumberText: "860", Value: f.Value}, &domain.Significant{Min: 1, Max: 1}
	wrong := decimal.FromInt64(859) // as its unit was read before
	f.Normalized.Value = &wrong
	first := putFigure(t, st, f)
	second := write(t, st, func(w store.Writer) error {
		next, _, err := w.Figure("last", store.Newest)
		must.OK(t, err)
		next.Comment, next.UnitMult, next.Meta = "changed", 3, next.Next(w.RecordTime())
		return w.PutFigure(next, caller)
	})
	putFigure(t, st, figure(t, "gone", "2022", "1", map[string]string{"AREA": "CA"}))
	retracted := retractFigure(t, st, "gone")
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		// Of a figure's revisions only those that changed the answer had a point.
		must.OK(t, tx.Exec("DELETE FROM series_points WHERE figure = 'last' AND record_to = ?", recordtime.Forever))
		must.OK(t, tx.Exec("UPDATE series_points SET record_to = ? WHERE figure = 'last'", recordtime.Forever))
		must.OK(t, tx.Exec("UPDATE series_points SET observation = ?", []byte("\x02old")))
		must.OK(t, tx.Exec("UPDATE figure_revisions SET commented = NULL, unit_mult = 0"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'figures'")
	}))
	st = reopen()
	for text, want := range map[string]int{`comment:*`: 1, `unit_mult = 3`: 1, `decimals:*`: 0, `unit_mult = 0`: oldFigures, `normalized.value = "859"`: 0} {
		filter, err := listquery.ParseFilter(domain.FigureFields, text)
		must.OK(t, err)
		must.Equal(t, len(pages(t, st, store.List{At: st.Settled(), Filter: filter, Order: byName, Limit: 100})), want)
	}
	mexico := func(at recordtime.Time) domain.Observation {
		found := points(t, st, store.SeriesQuery{Metric: "m", At: at, Dimensions: map[string]string{"AREA": "MX"}})
		must.Equal(t, len(found), 1)
		return found[0].Observation
	}
	must.Equal(t, mexico(first).Revision, 1)
	must.Equal(t, mexico(first).Normalized.Value, f.Value)
	must.Equal(t, mexico(second-1).About.Comment, "")
	must.Equal(t, mexico(second).Revision, 2)
	must.Equal(t, mexico(second).About.Comment, "changed")
	must.Equal(t, mexico(first).RoundingInterval, &domain.RoundingInterval{Low: decimal.FromInt64(855), High: decimal.FromInt64(865), Digits: 2})
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		last, _, err := r.Figure("last", store.Newest)
		must.Equal(t, last.Significant, &domain.Significant{Min: 2, Max: 3})
		return err
	}))
	must.Equal(t, len(points(t, st, store.SeriesQuery{Metric: "m", At: st.Settled()})), oldFigures+1)
	must.Equal(t, len(points(t, st, store.SeriesQuery{Metric: "m", At: retracted - 1})), oldFigures+2)
}

// DerivedVintages checks that a record from before the gaps of vintages, or whose counts are damaged, lists at each time those that had
// figures then, once it is brought up to date. reopen closes the database and opens it.
func DerivedVintages(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	var histories []*importHistory
	rapid.Check(t, func(r *rapid.T) {
		histories = append(histories, newImportHistory(r, t, st, len(histories)))
	})
	damaged := damagedCount(t, st, db)
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("DELETE FROM vintage_gaps"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'vintage_gaps'")
	}))
	err := st.Write(t.Context(), damaged)
	must.True(t, errs.Is(err, errs.Unavailable) && errs.ReasonOf(err) == "STORAGE_OPENING", err)
	st = reopen()
	must.OK(t, st.Write(t.Context(), damaged))
	for _, h := range histories {
		h.st = st
		for _, h.public = range []bool{false, true} {
			for _, at := range h.times {
				h.checkVintages(at)
			}
		}
		h.retractAll()
	}
}

// damagedCount checks that a figure does not leave a vintage that is said to have none, and returns what retracts it.
func damagedCount(t *testing.T, st store.Store, db recorddb.Database) (retract func(store.Writer) error) {
	t.Helper()
	putFigure(t, st, figure(t, "damaged", "2022", "1", nil))
	retract = func(w store.Writer) error {
		f, _, err := w.Figure("damaged", store.Newest)
		must.OK(t, err)
		f.Meta = f.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: caller})
		return w.PutFigure(f, caller)
	}
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		return tx.ExecOne("UPDATE vintages SET figures = 0, public_figures = 0 WHERE metric = 'm'")
	}))
	err := st.Write(t.Context(), retract)
	must.True(t, errs.Is(err, errs.Internal), err)
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		f, _, err := r.Figure("damaged", store.Newest)
		must.False(t, f.Retracted())
		return err
	}))
	return retract
}

// DerivedColumns checks that figures and metrics of a record from before the columns that came later are found by these once it is brought
// up to date, and that a figure that was corrected to another series since stays where it is. reopen closes the database and opens it.
func DerivedColumns(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	f := figure(t, "f", "2022", "860", map[string]string{"AREA": "MX"})
	f.Comment, f.Origin = "a note", &domain.Origin{Producer: "Census", Title: "Table 1"}
	f.Reported = &domain.Reported{Text: "a record 860 billion", NumberText: "860", MultiplierText: "billion", Value: f.Value}
	putFigure(t, st, f)
	write(t, st, func(w store.Writer) error {
		next, _, err := w.Figure("f", store.Newest)
		must.OK(t, err)
		next.Dimensions, next.Meta = map[string]string{"AREA": "US"}, next.Next(w.RecordTime())
		must.OK(t, w.PutFigure(next, caller))
		old := metric("old", "Old")
		old.ReplacedBy, old.TemporalKind, old.Meta = "m", domain.Flow, old.First(w.RecordTime())
		return w.PutMetric(old, caller)
	})
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("UPDATE figure_revisions SET reported_text = NULL, number_text = NULL, multiplier_text = NULL, title = NULL, comment = NULL"))
		must.OK(t, tx.Exec("UPDATE metric_revisions SET temporal_kind = NULL, replaced_by = NULL"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name IN ('figure_columns', 'metric_columns')")
	}))
	st = reopen()
	for _, text := range []string{
		`reported.text:"record"`, `reported.number_text = "860"`, `reported.multiplier_text:*`, `origin.title = "Table 1"`, `comment:"note"`,
	} {
		filter, err := listquery.ParseFilter(domain.FigureFields, text)
		must.OK(t, err)
		must.Equal(t, len(pages(t, st, store.List{At: st.Settled(), Filter: filter, Order: byName, Limit: 100})), 1)
	}
	filter, err := listquery.ParseFilter(domain.MetricFields, `replaced_by = "metrics/m" AND temporal_kind = FLOW`)
	must.OK(t, err)
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		found, err := r.Metrics(store.List{At: st.Settled(), Filter: filter, Order: byName, Limit: 100})
		must.Equal(t, len(found), 1)
		return err
	}))
	must.Equal(t, len(points(t, st, store.SeriesQuery{Metric: "m", At: st.Settled(), Dimensions: map[string]string{"AREA": "US"}})), 1)
	must.Equal(t, len(points(t, st, store.SeriesQuery{Metric: "m", At: st.Settled(), Dimensions: map[string]string{"AREA": "MX"}})), 0)
}

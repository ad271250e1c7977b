package storetest

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// metricSearch checks MetricResolver.
func metricSearch(t *testing.T, open Open) {
	st := open(t)
	put := func(m domain.Metric) (at recordtime.Time) {
		return write(t, st, func(w store.Writer) error {
			before, found, err := w.Metric(m.ID, store.Newest)
			if err != nil {
				return err
			}
			if m.Meta = m.First(w.RecordTime()); found {
				m.Meta = before.Next(w.RecordTime())
			}
			return w.PutMetric(m, caller)
		})
	}
	find := func(text string, at recordtime.Time) string {
		var ids []string
		read(t, st, func(r store.Reader) {
			found, err := r.ResolveMetrics(domain.NewMetricQuery(text), at)
			must.OK(t, err)
			for _, m := range found {
				ids = append(ids, m.ID)
			}
		})
		slices.Sort(ids)
		return strings.Join(ids, " ")
	}
	trade := metric("trade", "Goods trade")
	trade.Aliases = []string{"Bilateral exports"}
	first := put(trade)
	put(metric("debt", "Public debt"))
	last := put(metric("debt-goods", "Debt for goods"))
	must.Equal(t, find("goods", last), "debt-goods trade")
	must.Equal(t, find("Export of GOODS", last), "debt-goods trade")
	must.Equal(t, find("debts", last), "debt debt-goods")
	must.Equal(t, find("public debt", first), "")
	must.Equal(t, find("p", last), "debt debt-goods trade")
	must.Equal(t, find("steel", last), "")

	// What a revision says no longer is found at times before it only.
	trade.Aliases = []string{"Steel"}
	changed := put(trade)
	must.Equal(t, find("exports", last), "trade")
	must.Equal(t, find("exports", changed), "")
	must.Equal(t, find("steel", changed), "trade")
	must.Equal(t, find("goods", store.Newest), "debt-goods trade")

	// Two revisions in one transaction are one answer, and a retracted metric none.
	write(t, st, func(w store.Writer) error {
		m, _, err := w.Metric("trade", store.Newest)
		must.OK(t, err)
		m.Aliases, m.Meta = []string{"Copper"}, m.Next(w.RecordTime())
		must.OK(t, w.PutMetric(m, caller))
		m.Meta = m.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: caller})
		return w.PutMetric(m, caller)
	})
	must.Equal(t, find("copper goods", store.Newest), "debt-goods")
	must.Equal(t, find("steel", changed), "trade")

	// Of very many those with most words are there, and that with the name.
	write(t, st, func(w store.Writer) error {
		for i := range store.ResolveLimit + 20 {
			m := metric("many"+strconv.Itoa(i), "Public debt of "+strconv.Itoa(i))
			m.Meta = m.First(w.RecordTime())
			must.OK(t, w.PutMetric(m, caller))
		}
		return nil
	})
	found := strings.Fields(find("public debt 519", store.Newest))
	must.Equal(t, len(found), store.ResolveLimit)
	must.True(t, slices.Contains(found, "many519"))
	must.True(t, slices.Contains(strings.Fields(find("Public debt", store.Newest)), "debt"))
}

// DerivedMetrics checks that metrics of a record from before they had keys are found once it is brought up to date. reopen closes the
// database and opens it.
func DerivedMetrics(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	debt := metric("debt", "Public debt")
	first := write(t, st, func(w store.Writer) error {
		debt.Meta = debt.First(w.RecordTime())
		return w.PutMetric(debt, caller)
	})
	second := write(t, st, func(w store.Writer) error {
		debt.DisplayName, debt.Meta = "Government debt", debt.Next(w.RecordTime())
		return w.PutMetric(debt, caller)
	})
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("DELETE FROM metric_keys"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'metrics'")
	}))
	st = reopen()
	for at, want := range map[recordtime.Time][]int{first: {1, 0, 1}, second: {0, 1, 1}} {
		read(t, st, func(r store.Reader) {
			for i, text := range []string{"public", "government", "debt"} {
				found, err := r.ResolveMetrics(domain.NewMetricQuery(text), at)
				must.OK(t, err)
				must.Equal(t, len(found), want[i])
			}
		})
	}
}

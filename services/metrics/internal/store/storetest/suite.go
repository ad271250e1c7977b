// Package storetest checks that an engine keeps the contract of package store. It is imported by tests and benchmarks only.
//
// One file per capability. What may go here: checks of the contract, through the store's interface alone.
package storetest

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/recordtest"
)

// Open makes an empty store that is closed with the test.
type Open func(t testing.TB) store.Store

// Run checks an engine, its capabilities beside each other: they wait for disks and
// servers most of the time.
func Run(t *testing.T, open Open) { run(t, open, imports) }

// RunPooled is Run for an engine that Run checks too, over connections that others use between its transactions: a few histories of imports
// send every statement.
func RunPooled(t *testing.T, open Open) { run(t, open, fewImports) }

func run(t *testing.T, open Open, imports func(*testing.T, Open)) {
	for _, capability := range []struct {
		name  string
		check func(*testing.T, Open)
	}{
		{"Transactions", transactions},
		{"Revisions", revisions},
		{"History", historyOf},
		{"MetricSearch", metricSearch},
		{"FigureSearch", figureSearch},
		{"FigureWords", figureWords},
		{"CorrectionsOf", correctionsOf},
		{"Counts", counts},
		{"Availability", availability},
		{"AvailabilityOfAny", availabilityOfAny},
		{"Lists", lists},
		{"Series", series},
		{"Requests", func(t *testing.T, open Open) { recordtest.Requests(t, open(t)) }},
		{"Stages", func(t *testing.T, open Open) { recordtest.Stages(t, open(t)) }},
		{"Changes", changes},
		{"Imports", imports},
		{"ImportsRoom", importsRoom},
		{"Restricted", restricted},
		{"RestrictedVintages", restrictedVintages},
		{"VintagesAtOneTime", func(t *testing.T, open Open) { vintagesAtOneTime(t, open(t)) }},
		{"Embargoes", embargoes},
		{"Erasures", erasures},
	} {
		t.Run(capability.name, func(t *testing.T) {
			t.Parallel()
			capability.check(t, open)
		})
	}
}

const caller = "tester"

// tb is a test or a property's attempt.
type tb interface {
	must.TB
	Context() context.Context
}

// write runs fn in a transaction and returns its record time.
func write(t testing.TB, st store.Store, fn func(store.Writer) error) (at recordtime.Time) {
	t.Helper()
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		at = w.RecordTime()
		return fn(w)
	}))
	return at
}

// read runs fn on a snapshot.
func read(t testing.TB, st store.Store, fn func(store.Reader)) {
	t.Helper()
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		fn(r)
		return nil
	}))
}

// putFigure puts a figure on record and returns when.
func putFigure(t testing.TB, st store.Store, figure domain.Figure) recordtime.Time {
	t.Helper()
	return write(t, st, func(w store.Writer) error {
		figure.Meta = figure.First(w.RecordTime())
		return w.PutFigure(figure, caller)
	})
}

// retractFigure retracts a figure and returns when.
func retractFigure(t testing.TB, st store.Store, id string) recordtime.Time {
	t.Helper()
	return write(t, st, func(w store.Writer) error {
		figure, _, err := w.Figure(id, store.Newest)
		if err != nil {
			return err
		}
		figure.Meta = figure.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: caller})
		return w.PutFigure(figure, caller)
	})
}

// figure is a POINT of metric m; period is EDTF, "" for none.
func figure(t testing.TB, id, period, value string, dimensions map[string]string) domain.Figure {
	t.Helper()
	number, err := decimal.Parse(value)
	must.OK(t, err)
	f := domain.Figure{
		Meta: domain.Meta{ID: id, UID: "uid-" + id}, Metric: "m", Dimensions: dimensions, Frequency: "A", Kind: domain.Point,
		Value: &number, Unit: units.One, Origin: &domain.Origin{Producer: "p"}, Period: domain.TimePeriod{Missing: domain.NotStated},
	}
	if period != "" {
		f.Period, err = domain.ParsePeriod(period)
		must.OK(t, err)
	}
	must.OK(t, f.Compute())
	return f
}

// metric is a metric with a name.
func metric(id, displayName string) domain.Metric {
	return domain.Metric{
		Meta: domain.Meta{ID: id, UID: "uid-" + id}, DisplayName: displayName, MeasuredProperty: "p", StatType: "COUNT", DefaultUnit: units.One,
	}
}

// ended is a context that has ended.
func ended(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

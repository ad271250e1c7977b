package changes_test

import (
	"sync"
	"testing"
	"testing/synctest"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/changes"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestFilters: what is asked for comes, what cannot be told comes too, the rest
// does not.
func TestFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		corrected := statement("s", "entities/right", "documents/d")
		corrected.place.Revision = 2
		corrected.statements.Type = statementsv1.Change_UPDATED
		corrected.statements.GetStatement().RevisionId = "2"
		r.statements.revision = func(name string) (proto.Message, error) {
			must.Equal(t, name, "statements/s/revisions/1")
			return &statementsv1.StatementRevision{Snapshot: statement("s", "entities/wrong", "documents/d").statements.GetStatement()}, nil
		}
		r.statements.add(statement("s", "entities/wrong", "documents/d"))
		r.statements.add(corrected, entry{place: changefeed.Place{Kind: 5, ID: "c"}, statements: &statementsv1.Change{
			Type: statementsv1.Change_CREATED, Name: "corrections/c",
			Resource: &statementsv1.Change_Correction{Correction: &typev1.Correction{Name: "corrections/c", Subject: "statements/s", Document: "documents/d"}},
		}})
		r.statements.add(statement("other", "entities/x", "documents/x"))
		r.statements.add(entry{place: changefeed.Place{Kind: 4, ID: "gone", Revision: 2}, statements: &statementsv1.Change{
			Type: statementsv1.Change_ERASED, Name: "statements/gone",
			Resource: &statementsv1.Change_Statement{Statement: &statementsv1.Statement{Name: "statements/gone"}},
		}})
		r.metrics.add(entry{place: changefeed.Place{Kind: 1, ID: "m"}, metrics: &metricsv1.Change{
			Type: metricsv1.Change_CREATED, Name: "metrics/m", Resource: &metricsv1.Change_Metric{Metric: &metricsv1.Metric{Name: "metrics/m"}},
		}}, figure("f", "metrics/m"))
		r.metrics.add(figure("g", "metrics/n"))
		for name, test := range map[string]struct {
			req  *gatewayv1.WatchRequest
			want []string
		}{
			"a metric": {&gatewayv1.WatchRequest{Metrics: []string{"metrics/m"}}, []string{"metrics/m", "figures/f"}},
			"a document": {
				&gatewayv1.WatchRequest{Documents: []string{"documents/d"}},
				[]string{"statements/s", "statements/s", "corrections/c", "statements/gone"},
			},
			"whose words they are": {
				&gatewayv1.WatchRequest{Entities: []string{"entities/right"}},
				[]string{"statements/s", "corrections/c", "statements/gone"},
			},
			"whose words they were": {
				&gatewayv1.WatchRequest{Entities: []string{"entities/wrong"}},
				[]string{"statements/s", "statements/s", "corrections/c", "statements/gone"},
			},
			"any of two": {
				&gatewayv1.WatchRequest{Entities: []string{"entities/x"}, Metrics: []string{"metrics/n"}},
				[]string{"statements/other", "statements/gone", "figures/g"},
			},
		} {
			test.req.StartTime = &timestamppb.Timestamp{}
			got, _ := r.read(test.req)
			must.Equal(t, append([]string{name}, sorted(got)...), append([]string{name}, sorted(test.want)...))
		}
	})
}

// TestAFilterIsTheSameAfterAResume: also where the watch goes on in the middle of a
// transaction, so that the fact that a correction is about came before it.
func TestAFilterIsTheSameAfterAResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		corrected := figure("f", "metrics/m")
		corrected.place.Revision = 2
		corrected.metrics.Type = metricsv1.Change_UPDATED
		corrected.metrics.GetFigure().RevisionId = "2"
		r.metrics.revision = func(name string) (proto.Message, error) {
			metric := map[string]string{"figures/f/revisions/1": "metrics/before", "figures/f/revisions/2": "metrics/m"}[name]
			must.NotEqual(t, metric, "")
			return &metricsv1.FigureRevision{Snapshot: &metricsv1.Figure{Name: "figures/f", Metric: metric}}, nil
		}
		r.metrics.add(corrected, entry{place: changefeed.Place{Kind: 5, ID: "c"}, metrics: &metricsv1.Change{
			Type: metricsv1.Change_CREATED, Name: "corrections/c",
			Resource: &metricsv1.Change_Correction{Correction: &typev1.Correction{
				Name: "corrections/c", Subject: "figures/f", Document: "documents/d", PreviousRevision: "1", NewRevision: "2",
			}},
		}})
		w := r.watch(everything())
		m := <-w.got
		must.Equal(t, nameOf(m), "figures/f")
		w.stop()
		for _, test := range []struct {
			req  *gatewayv1.WatchRequest
			want []string
		}{
			{&gatewayv1.WatchRequest{Metrics: []string{"metrics/other"}}, nil},
			{&gatewayv1.WatchRequest{Entities: []string{"entities/x"}}, nil},
			{&gatewayv1.WatchRequest{Documents: []string{"documents/other"}}, nil},
			{&gatewayv1.WatchRequest{Documents: []string{"documents/d"}}, []string{"corrections/c"}},
			{&gatewayv1.WatchRequest{Metrics: []string{"metrics/m"}}, []string{"corrections/c"}},
			{&gatewayv1.WatchRequest{Metrics: []string{"metrics/before"}}, []string{"corrections/c"}},
		} {
			test.req.ResumeToken = m.GetResumeToken()
			got, _ := r.read(test.req)
			must.Equal(t, got, test.want)
		}
	})
}

// TestErasuresAreTold: to whoever keeps answers before the watchers hear of it, of the words
// of a figure too.
func TestErasuresAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		var mu sync.Mutex
		var erased []string
		r.hub.OnErased(func(name string) {
			mu.Lock()
			defer mu.Unlock()
			erased = append(erased, name)
		})
		must.False(t, r.hub.Live(), "nothing is known yet")
		synctest.Wait()
		must.True(t, r.hub.Live())
		w := r.watch(&gatewayv1.WatchRequest{Documents: []string{"documents/d"}})
		defer w.stop()
		w.until(t)
		r.statements.add(entry{place: changefeed.Place{Kind: 4, ID: "s", Revision: 2}, statements: &statementsv1.Change{
			Type: statementsv1.Change_ERASED, Name: "statements/s",
			Resource: &statementsv1.Change_Statement{Statement: &statementsv1.Statement{Name: "statements/s"}},
		}})
		m := <-w.got
		must.Equal(t, changes.TypeOf(m), "ERASED")
		mu.Lock()
		must.Equal(t, erased, []string{"statements/s"})
		mu.Unlock()

		r.metrics.add(entry{place: changefeed.Place{Kind: 2, ID: "f", Revision: 2}, metrics: &metricsv1.Change{
			Type: metricsv1.Change_UPDATED, WordsErased: true, Name: "figures/f",
			Resource: &metricsv1.Change_Figure{Figure: &metricsv1.Figure{Name: "figures/f", DocumentVersion: "documents/d/versions/1"}},
		}})
		for m = range w.got {
			if m.GetMetrics() != nil {
				break // heartbeats may come between
			}
		}
		r.metrics.add(entry{place: changefeed.Place{Kind: 5, ID: "d"}, metrics: &metricsv1.Change{
			Type: metricsv1.Change_ERASED, WordsErased: true, Restricted: true, Name: "documents/d",
		}})
		synctest.Wait()
		heard, _ := w.until(t)
		must.Equal(t, len(heard), 0) // of what is in no change that readers hear of
		mu.Lock()
		defer mu.Unlock()
		must.Equal(t, erased, []string{"statements/s", "figures/f", "documents/d"})
	})
}

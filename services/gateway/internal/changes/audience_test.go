package changes_test

import (
	"testing"
	"testing/synctest"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/changes"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// embargoed is a change that only editors read.
func embargoed(e entry) entry {
	if e.statements != nil {
		e.statements.Restricted = true
		e.statements.GetStatement().Restricted = true
	}
	if e.metrics != nil {
		e.metrics.Restricted = true
		e.metrics.GetFigure().Restricted = true
	}
	return e
}

// withdrawn is a figure that readers could read before.
func withdrawn(id string) entry {
	e := embargoed(figure(id, "metrics/m"))
	e.metrics.Type, e.place.Revision = metricsv1.Change_RESTRICTED, 2
	return e
}

// TestReadersHearNothingOfWhatIsRestricted: the hub knows it, and editors hear it, from the
// ring and from a stream of their own alike.
func TestReadersHearNothingOfWhatIsRestricted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		reader, editor := r.watch(&gatewayv1.WatchRequest{}), r.watchAs(auth.Editor, &gatewayv1.WatchRequest{})
		defer reader.stop()
		defer editor.stop()
		reader.until(t)
		editor.until(t)

		r.statements.add(statement("open", "entities/a", "documents/d"), embargoed(statement("secret", "entities/a", "documents/d")))
		r.metrics.add(embargoed(figure("hidden", "metrics/m")))
		gone := r.metrics.add(withdrawn("gone"))

		heard, _ := reader.until(t)
		must.Equal(t, sorted(heard), []string{"figures/gone", "statements/open"})
		all := []string{"figures/gone", "figures/hidden", "statements/open", "statements/secret"}
		heard, _ = editor.until(t)
		must.Equal(t, sorted(heard), all)

		again := r.watch(everything())
		defer again.stop()
		for range 2 {
			m := <-again.got
			if c := m.GetMetrics(); c != nil {
				want := &metricsv1.Change{Type: metricsv1.Change_RESTRICTED, Name: "figures/gone", Restricted: true, RecordTime: timestamppb.New(gone.Time())}
				must.True(t, proto.Equal(c, want), "%v", c)
				must.Equal(t, changes.TypeOf(m), "RESTRICTED")
			}
		}
		again.until(t)
		later := r.watchAs(auth.Admin, everything())
		defer later.stop()
		heard, _ = later.until(t)
		must.Equal(t, sorted(heard), all)
	})
}

// TestReadersHearOfAReattributionWhatTheyCanRead: from the ring, which has what editors hear.
func TestReadersHearOfAReattributionWhatTheyCanRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		reader, editor := r.watch(&gatewayv1.WatchRequest{}), r.watchAs(auth.Editor, &gatewayv1.WatchRequest{})
		defer reader.stop()
		defer editor.stop()
		reader.until(t)
		editor.until(t)
		whole := &statementsv1.Reattribution{Name: "reattributions/r", Filter: "secret", StatementCount: 2}
		public := &statementsv1.Reattribution{Name: "reattributions/r", StatementCount: 1}
		r.statements.add(entry{
			place: changefeed.Place{Kind: 7, ID: "r"},
			statements: &statementsv1.Change{
				Type: statementsv1.Change_CREATED, Name: whole.GetName(),
				Resource: &statementsv1.Change_Reattribution{Reattribution: whole}, ReattributionForReaders: public,
			},
		})
		heard := (<-editor.got).GetStatements()
		must.True(t, proto.Equal(heard.GetReattribution(), whole), "%v", heard)
		heard = (<-reader.got).GetStatements()
		must.True(t, proto.Equal(heard.GetReattribution(), public) && heard.GetReattributionForReaders() == nil, "%v", heard)
		must.Equal(t, heard.GetName(), "reattributions/r")
	})
}

// TestAFullRingTellsReadersNothingRestricted: though it remembers nothing else.
func TestAFullRingTellsReadersNothingRestricted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		_, first := r.read(&gatewayv1.WatchRequest{}) // the ring begins
		restricted := func(n int) {
			synctest.Wait()
			for range n {
				r.statements.add(embargoed(statement("secret", "entities/a", "documents/d")))
			}
			synctest.Wait()
		}
		restricted(20_000)
		_, fresh := r.read(&gatewayv1.WatchRequest{})
		must.Equal(t, fresh, first)
		r.statements.add(statement("open", "entities/a", "documents/d"))
		synctest.Wait()
		_, at := r.read(&gatewayv1.WatchRequest{})
		restricted(20_000)
		_, fresh = r.read(&gatewayv1.WatchRequest{})
		must.Equal(t, fresh, at)
		r.statements.add(statement("next", "entities/a", "documents/d"))
		resumed, _ := r.read(&gatewayv1.WatchRequest{ResumeToken: fresh})
		must.Equal(t, resumed, []string{"statements/next"})
	})
}

// TestTokensDoNotTellWhenSomethingRestrictedWasRecorded: a reader's stay where they were.
func TestTokensDoNotTellWhenSomethingRestrictedWasRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.add(statement("first", "entities/a", "documents/d"))
		w := r.watch(&gatewayv1.WatchRequest{})
		defer w.stop()
		w.until(t)
		r.statements.add(statement("open", "entities/a", "documents/d"))
		_, beat := w.until(t)
		before := beat.GetResumeToken()

		r.statements.add(embargoed(statement("secret", "entities/a", "documents/d")))
		_, beat = w.until(t)
		must.Equal(t, beat.GetResumeToken(), before)
		_, fresh := r.read(&gatewayv1.WatchRequest{}) // who begins at the present
		must.Equal(t, fresh, before)

		r.statements.add(statement("next", "entities/a", "documents/d"))
		must.Equal(t, nameOf(<-w.got), "statements/next")
		resumed, _ := r.read(&gatewayv1.WatchRequest{ResumeToken: before})
		must.Equal(t, resumed, []string{"statements/next"})
	})
}

// TestAFilterDoesNotTellWhatARestrictedRevisionWasAbout: the statement became somebody
// else's before readers could read it.
func TestAFilterDoesNotTellWhatARestrictedRevisionWasAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.statements.revision = func(string) (proto.Message, error) {
			return &statementsv1.StatementRevision{Snapshot: &statementsv1.Statement{
				Restricted: true, Speakers: []*statementsv1.Speaker{{Entity: "entities/secret"}},
			}}, nil
		}
		request := &gatewayv1.WatchRequest{Entities: []string{"entities/secret"}}
		reader, editor := r.watch(request), r.watchAs(auth.Editor, request)
		defer reader.stop()
		defer editor.stop()
		reader.until(t)
		editor.until(t)
		e := statement("s", "entities/a", "documents/d")
		e.statements.Type, e.statements.GetStatement().RevisionId, e.place.Revision = statementsv1.Change_UPDATED, "2", 2
		r.statements.add(e)
		heard, _ := editor.until(t)
		must.Equal(t, heard, []string{"statements/s"})
		heard, _ = reader.until(t)
		must.Equal(t, len(heard), 0)
	})
}

// TestAFilterDoesNotTellWhatAFigureIsAboutThatBecameConfidential: whoever followed what it was
// about before hears that it is gone, and nobody else.
func TestAFilterDoesNotTellWhatAFigureIsAboutThatBecameConfidential(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		r.metrics.revision = func(string) (proto.Message, error) {
			return &metricsv1.FigureRevision{Snapshot: &metricsv1.Figure{Metric: "metrics/m", Claimant: "entities/open"}}, nil
		}
		secret, before := &gatewayv1.WatchRequest{Entities: []string{"entities/secret"}}, &gatewayv1.WatchRequest{Entities: []string{"entities/open"}}
		reader, editor, follower := r.watch(secret), r.watchAs(auth.Editor, secret), r.watch(before)
		for _, w := range []*watching{reader, editor, follower} {
			defer w.stop()
			w.until(t)
		}
		e := withdrawn("f")
		e.metrics.GetFigure().RevisionId, e.metrics.GetFigure().Claimant = "2", "entities/secret"
		r.metrics.add(e)
		heard, _ := editor.until(t)
		must.Equal(t, heard, []string{"figures/f"})
		heard, _ = follower.until(t)
		must.Equal(t, heard, []string{"figures/f"})
		heard, _ = reader.until(t)
		must.Equal(t, len(heard), 0)
	})
}

// TestAFilterDoesNotTellWhatTheRestrictedSubjectOfACorrectionIsAbout: readers are sent what is
// theirs of a transaction, and nothing says by coming what the rest is about.
func TestAFilterDoesNotTellWhatTheRestrictedSubjectOfACorrectionIsAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		request := &gatewayv1.WatchRequest{Metrics: []string{"metrics/secret"}}
		reader, editor := r.watch(request), r.watchAs(auth.Editor, request)
		defer reader.stop()
		defer editor.stop()
		reader.until(t)
		editor.until(t)
		r.metrics.add(embargoed(figure("f", "metrics/secret")), entry{place: changefeed.Place{Kind: 5, ID: "c"}, metrics: &metricsv1.Change{
			Type: metricsv1.Change_CREATED, Name: "corrections/c",
			Resource: &metricsv1.Change_Correction{Correction: &typev1.Correction{Name: "corrections/c", Subject: "figures/f", NewRevision: "1"}},
		}})
		heard, _ := editor.until(t)
		must.Equal(t, sorted(heard), []string{"corrections/c", "figures/f"})
		heard, _ = reader.until(t)
		must.Equal(t, len(heard), 0)
	})
}

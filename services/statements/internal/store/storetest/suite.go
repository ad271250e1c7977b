// Package storetest checks that an engine keeps the contract of package store:
// one file for each capability. An engine's own test calls Run and adds only
// what concerns that engine.
//
// Only tests and benchmarks import it.
package storetest

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/recordtest"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Open opens an empty store that ends with the test.
type Open func(t testing.TB) store.Store

// Run runs the whole suite, its parts beside each other: they wait for disks and
// servers most of the time.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, capability := range map[string]func(*testing.T, Open){
		"transactions":   transactions,
		"documents":      documents,
		"entities":       entities,
		"statements":     statements,
		"appearances":    appearances,
		"lists":          lists,
		"count":          count,
		"search":         search,
		"requests":       func(t *testing.T, open Open) { recordtest.Requests(t, open(t)) },
		"stages":         func(t *testing.T, open Open) { recordtest.Stages(t, open(t)) },
		"changes":        changes,
		"corrections":    corrections,
		"erasures":       erasures,
		"embargoes":      embargoes,
		"resolve":        resolve,
		"reattributions": reattributions,
		"reviews":        reviews,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			capability(t, open)
		})
	}
}

// caller is who makes the changes of the suite.
const caller = "tester"

// fixture is a store with what the suite needs to use it.
type fixture struct {
	store.Store
	t testing.TB
}

func start(t testing.TB, open Open) fixture {
	t.Helper()
	return fixture{Store: open(t), t: t}
}

// write runs one transaction that must succeed, and returns its record time.
func (f fixture) write(fn func(w store.Writer) error) (at recordtime.Time) {
	f.t.Helper()
	must.OK(f.t, f.Write(f.t.Context(), func(w store.Writer) error {
		at = w.RecordTime()
		return fn(w)
	}))
	return at
}

// read runs one read that must succeed.
func (f fixture) read(fn func(r store.Reader) error) {
	f.t.Helper()
	must.OK(f.t, f.Read(f.t.Context(), fn))
}

// statement is a minimal statement in its first revision; edits change it.
func statement(id string, at recordtime.Time, edits ...func(*domain.Statement)) domain.Statement {
	s := domain.Statement{
		Record: domain.Record{ID: id, UID: "uid-" + id}, Document: "d", Version: 1, Type: domain.Direct,
		Text: "words of " + id, LanguageCode: "en", Contents: []domain.Span{{Start: 1, End: 2, Exact: "words of " + id}},
		Speakers: []domain.Speaker{{Entity: "entities/ana", Role: "President"}}, Time: domain.Period{Missing: domain.NotStated},
	}
	for _, edit := range edits {
		edit(&s)
	}
	s.Record, s.TextKey = s.First(at), domain.KeyOf(s.Text)
	return s
}

// put puts a statement on record.
func (f fixture) put(id string, edits ...func(*domain.Statement)) (s domain.Statement) {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		s = statement(id, w.RecordTime(), edits...)
		return w.PutStatement(s, caller)
	})
	return s
}

// revise puts the next revision of a statement on record.
func (f fixture) revise(s domain.Statement, edits ...func(*domain.Statement)) domain.Statement {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		for _, edit := range edits {
			edit(&s)
		}
		s.Record, s.TextKey = s.Next(w.RecordTime()), domain.KeyOf(s.Text)
		return w.PutStatement(s, caller)
	})
	return s
}

// retract retracts a statement.
func (f fixture) retract(s domain.Statement) domain.Statement {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		s.Record = s.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: caller})
		return w.PutStatement(s, caller)
	})
	return s
}

// order parses an order_by of statements.
func order(t testing.TB, schema listquery.Schema, text string) listquery.Order {
	t.Helper()
	parsed, err := listquery.ParseOrder(schema, text)
	must.OK(t, err)
	return parsed
}

// filter parses a filter.
func filter(t testing.TB, schema listquery.Schema, text string) listquery.Expr {
	t.Helper()
	parsed, err := listquery.ParseFilter(schema, text)
	must.OK(t, err)
	return parsed
}

// ids are the ids of statements.
func ids(statements []domain.Statement) []string {
	var out []string
	for _, s := range statements {
		out = append(out, s.ID)
	}
	return out
}

// canceled is a context that has ended.
func canceled(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

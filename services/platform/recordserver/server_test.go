package recordserver_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordserver"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// things is a record of things under embargo: their ids, and how they were ended.
type things struct {
	due    []string
	stuck  string // cannot be ended
	ended  [][]string
	asked  recordtime.Time // by when embargoes have ended
	opened bool
}

type reader struct{ things *things }

func (r reader) EndedEmbargoes(by recordtime.Time, _ int) ([]string, error) {
	r.things.asked = by
	return r.things.due, nil
}

type writer struct {
	recordwrite.Writer
	things *things
}

func (th *things) end(_ writer, _ string, ids ...string) (int, error) {
	if slices.Contains(ids, th.stuck) {
		return 0, errors.New("stuck")
	}
	th.ended = append(th.ended, ids)
	return len(ids), nil
}

func (th *things) kind(each bool) recordserver.Kind[reader, writer] {
	return recordserver.Kind[reader, writer]{
		Name: "things",
		SQLite: func(ctx context.Context, path string, options sqlitedb.Options) (*recorddb.Store[reader, writer], error) {
			db, err := sqlitedb.Open(ctx, path, sqlitedb.Schema{AppID: 7, Migrations: []string{"CREATE TABLE things (id TEXT) STRICT;"}}, options)
			if err != nil {
				return nil, err
			}
			th.opened = true
			return recorddb.NewStore(db,
				func(recorddb.Conn) reader { return reader{th} },
				func(recorddb.Tx) writer { return writer{things: th} }), nil
		},
		CheckDerived: func(context.Context, *recorddb.Store[reader, writer]) error { return nil },
		Embargoes: recordserver.Embargoes[writer]{
			On: "things", Name: func(id string) string { return "things/" + id }, End: th.end, Each: each,
		},
	}
}

func config(t *testing.T) recordserver.Config {
	t.Helper()
	return recordserver.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "things.db")}
}

func TestAServerIsAskedBeforeItIsOpen(t *testing.T) {
	th := &things{}
	server := th.kind(false).Later(config(t), recordserver.Deps{Migrate: true})
	check := server.Checks()[0]
	must.Equal(t, check.Name, "things-database")
	statustest.Check(t, check.Func(t.Context()), codes.Unavailable, "STORAGE_OPENING", "")
	must.Equal(t, server.Settled(), time.Time{})
	must.OK(t, server.Close())

	must.OK(t, server.Open(t.Context()))
	must.OK(t, check.Func(t.Context()))
	must.True(t, server.Settled().After(time.Time{}))
	must.OK(t, server.Close())
}

// TestAClockBehindTheRecordIsTold: the record goes on in order, and says that its times are
// not those of the clock.
func TestAClockBehindTheRecordIsTold(t *testing.T) {
	th, at := &things{}, config(t)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	deps := recordserver.Deps{Migrate: true, Now: func() time.Time { return now }}
	first := must.Get(th.kind(false).New(t.Context(), at, deps))(t)
	must.OK(t, first.Checks()[0].Func(t.Context()))
	settled := first.Settled()
	must.OK(t, first.Close())

	now = now.Add(-2 * time.Hour)
	again := must.Get(th.kind(false).New(t.Context(), at, deps))(t)
	check := again.Checks()[0].Func
	err := check(t.Context())
	must.True(t, health.Serves(err), "it serves all the same: %v", err)
	statustest.Check(t, err, codes.FailedPrecondition, "CLOCK_BEHIND", "")
	must.Contains(t, err.Error(), "2026-03-01T12:00:00Z")
	must.Contains(t, err.Error(), "2h0m0s")
	must.False(t, again.Settled().Before(settled), "the record went back")
	now = settled.Add(-time.Minute) // as far as clocks may be apart
	must.OK(t, check(t.Context()))
	must.OK(t, again.Close())
}

// TestAFastClockEndsNoEmbargoEarly: once it was set right, the record is ahead of it.
func TestAFastClockEndsNoEmbargoEarly(t *testing.T) {
	th := &things{}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	server := must.Get(th.kind(false).New(t.Context(), config(t), recordserver.Deps{Migrate: true, Now: func() time.Time { return now }}))(t)
	for _, at := range []time.Duration{2 * time.Hour, -2 * time.Hour} {
		now = now.Add(at)
		must.Get(server.EndEmbargoes(t.Context()))(t)
		must.Equal(t, th.asked.Time(), now)
	}
	must.OK(t, server.Close())
}

func TestADatabaseThatIsNoneIsNamedWithoutItsPassword(t *testing.T) {
	th := &things{}
	for _, database := range []string{"mysql://ann:secret@host/x", "sqlite:", "postgres:secret", "secret"} {
		_, err := th.kind(false).New(t.Context(), recordserver.Config{Database: database}, recordserver.Deps{})
		statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_UNSUPPORTED", "")
		must.False(t, strings.Contains(err.Error(), "secret") && database != "secret", "%v", err)
	}
	must.False(t, th.opened)
}

func TestEmbargoesEnd(t *testing.T) {
	for name, test := range map[string]struct {
		each  bool
		stuck string
		want  [][]string
	}{
		"together":                            {want: [][]string{{"a", "b", "c"}}},
		"each":                                {each: true, want: [][]string{{"a"}, {"b"}, {"c"}}},
		"together, but for one that is stuck": {stuck: "b", want: [][]string{{"a"}, {"c"}}},
		"each, but for one that is stuck":     {each: true, stuck: "b", want: [][]string{{"a"}, {"c"}}},
	} {
		t.Run(name, func(t *testing.T) {
			th := &things{due: []string{"a", "b", "c"}, stuck: test.stuck}
			server, err := th.kind(test.each).New(t.Context(), config(t), recordserver.Deps{Migrate: true})
			must.OK(t, err)
			more, err := server.EndEmbargoes(t.Context())
			must.False(t, more)
			must.Equal(t, th.ended, test.want)
			if test.stuck == "" {
				must.OK(t, err)
			} else {
				must.True(t, err != nil && strings.Contains(err.Error(), "things/"+test.stuck), "%v", err)
			}
			th.due = nil
			more, err = server.EndEmbargoes(t.Context())
			must.OK(t, err)
			must.False(t, more)
			must.OK(t, server.Close())
		})
	}
}

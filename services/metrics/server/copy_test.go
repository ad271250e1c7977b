package server_test

import (
	"context"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/server"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/copytest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// copies checks copies of the record.
var copies = copytest.Suite[store.Store, change]{
	Copy: func(ctx context.Context, from, to string, options recordcopy.Options) (recordcopy.Report, error) {
		return server.Service.Copy(ctx, server.Config{Database: from}, server.Config{Database: to}, server.Deps{}, options)
	},
	Backup: func(ctx context.Context, from, to string) error {
		return server.Service.Backup(ctx, server.Config{Database: from}, to)
	},
	Empty: emptyFile.Put,
	Open:  openFile,
	OpenPostgres: func(t copytest.TB, url string) store.Store {
		return must.Get(postgres.Open(t.Context(), url, postgres.Options{}))(t)
	},
	Draw: drawTransactions,
	New:  func() copytest.History[store.Store, change] { return &history{} },
	Put: func(t copytest.TB, st store.Store, id, who string) {
		must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
			f := example(t, id, 0)
			f.Meta = f.First(w.RecordTime())
			return w.PutFigure(f, who)
		}))
	},
	Collection: "figures",
	Answers:    func(t copytest.TB, st store.Store, at recordtime.Time) any { return answersAt(t, st, at) },
	Changes:    func(t copytest.TB, st store.Store, upTo recordtime.Time) any { return changesOf(t, st, upTo) },
}

func TestACopyIsTheSameRecord(t *testing.T)          { copies.SameRecord(t) }
func TestACopyOfThePast(t *testing.T)                { copies.Past(t) }
func TestACopyRefusesAnotherTarget(t *testing.T)     { copies.AnotherTarget(t) }
func TestACopyNeedsItsSource(t *testing.T)           { copies.ItsSource(t) }
func TestACopyThroughPostgreSQL(t *testing.T)        { copies.ThroughPostgres(t) }
func TestACopyRefusesAnotherPostgreSQL(t *testing.T) { copies.AnotherPostgres(t) }
func TestBackup(t *testing.T)                        { copies.BackedUp(t) }

package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// oldStatements is how many statements a record from before their columns has: more
// than are derived in one transaction.
const oldStatements = 600

// DerivedStatements checks that statements of a record from before they had all
// columns, and from before they kept the times of their version, are filtered by them
// once it is brought up to date. reopen closes the database and opens it.
func DerivedStatements(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	f := fixture{Store: st, t: t}
	published, err := domain.NewPeriod("2023-11-18", "")
	must.OK(t, err)
	f.write(func(w store.Writer) error {
		return w.PutVersion(domain.Version{
			Document: "d", Number: 1, Created: w.RecordTime(), SHA256: "0", PublishTime: published, AccessTime: time.Unix(1_710_000_000, 0).UTC(),
		}, caller)
	})
	f.write(func(w store.Writer) error {
		for i := range oldStatements {
			err := w.PutStatement(statement("s"+strconv.Itoa(i), w.RecordTime(), func(s *domain.Statement) { vary(s, i); s.Document = "d" }), caller)
			must.OK(t, err)
		}
		return nil
	})
	last := f.put("last", func(s *domain.Statement) {
		s.Rank, s.RankReason, s.Topics = domain.Preferred, "the longest", []string{"entities/t"}
		s.Extraction = &domain.Extraction{Method: "TOOL", Tool: "x", Confidence: "0.75"}
	})
	gone := f.retract(f.put("gone"))
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("DELETE FROM statement_refs WHERE kind >= 10"))
		must.OK(t, tx.Exec(`UPDATE statement_revisions SET rank = 'NORMAL', verbatim = 0, extraction_method = NULL, extraction_confidence = NULL,
			text_key = NULL, publish_start = NULL, publish_end = NULL, access_time = NULL, ref_kinds = 0`))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'statements'")
	}))
	f.Store = reopen()
	for text, want := range map[string]int{
		`rank = PREFERRED`: 1, `topics:"entities/t"`: 1, `extraction.confidence = "0.75"`: 1, `text_key = "` + last.TextKey + `"`: 1,
		`publish_time = "2023-11"`: oldStatements + 1, `access_time = "2024-03-09T16:00:00Z"`: oldStatements + 1,
		`speakers.value_type = VALUE`: oldStatements + 1, `speakers.source_type = UNNAMED_GROUP`: oldStatements / 4,
		`verbatim = true`: oldStatements*2/3 + 1, `topics:*`: oldStatements/2 + 1,
	} {
		f.read(func(r store.Reader) error {
			counts, err := r.Count(store.Count{At: f.Settled(), Filter: filter(t, domain.StatementFields, text)})
			must.OK(t, err)
			must.Equal(t, map[string]int{text: counts.Total}, map[string]int{text: want})
			return nil
		})
	}
	f.read(func(r store.Reader) error {
		got, _, err := r.Statement("last", f.Settled())
		must.OK(t, err)
		want := last
		want.PublishTime, want.AccessTime = published, time.Unix(1_710_000_000, 0).UTC()
		must.Equal(t, got, want)
		tombstone, _, err := r.Statement("gone", f.Settled())
		must.Equal(t, tombstone.Record, gone.Record)
		return err
	})
}

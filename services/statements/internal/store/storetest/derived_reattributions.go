package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// DerivedReattributions checks that re-attributions of a record from before they were
// filtered are found once it is brought up to date. reopen closes the database and
// opens it.
func DerivedReattributions(t *testing.T, st store.Store, db recorddb.Database, reopen func() store.Store) {
	t.Helper()
	f := fixture{Store: st, t: t}
	r := domain.Reattribution{Record: domain.Record{ID: "r", UID: "u"}, From: "entities/ana", To: "entities/ben", Merge: true}
	f.write(func(w store.Writer) error {
		r.Record = r.First(w.RecordTime())
		return w.PutReattribution(r, caller)
	})
	found := func(filter string) (all []domain.Reattribution) {
		which, err := listquery.ParseFilter(domain.ReattributionFields, filter)
		must.OK(t, err)
		f.read(func(reader store.Reader) error {
			all, err = reader.Reattributions(store.List{
				At: r.Created, Filter: which, Order: order(t, domain.ReattributionFields, ""), Limit: 5,
			})
			return err
		})
		return all
	}
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, tx.Exec("UPDATE reattribution_revisions SET from_entity = NULL, to_entity = NULL, merge = NULL"))
		return tx.Exec("UPDATE derived SET code = 0 WHERE name = 'reattributions'")
	}))
	must.Equal(t, len(found(`from_entity = "entities/ana"`)), 0)
	f.Store = reopen()
	must.Equal(t, found(`from_entity = "entities/ana"`), []domain.Reattribution{r})
	must.Equal(t, found(`to_entity = "entities/ben" merge = true`), []domain.Reattribution{r})
	must.Equal(t, len(found(`merge = false`)), 0)
}

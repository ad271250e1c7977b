package sqlite

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Names are resolved, and statements found by whom they name, from an index: the
// cost is bounded by what is found.
func TestEntitiesAreResolvedFromAnIndex(t *testing.T) {
	s := empty(t)
	for _, entityType := range []string{"", "PERSON"} {
		query := store.Resolve{At: 5, Name: domain.NewNameQuery("ana"), Type: entityType}
		sql, args := dialect.Plans().Resolve(query, "ana")
		plan := explain(t, s, sql, args)
		must.Contains(t, plan, "PRIMARY KEY (field=? AND value=?)")
		must.False(t, strings.Contains(plan, "TEMP B-TREE"), plan)
	}
	plan := explain(t, s, dialect.Plans().Naming(), []any{3, "entities/ana", int64(5), 10})
	must.Contains(t, plan, "PRIMARY KEY (kind=? AND value=?)")
	must.False(t, strings.Contains(plan, "SCAN"), plan)
}

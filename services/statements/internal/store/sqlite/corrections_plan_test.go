package sqlite

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// The newest corrections of subjects are read from an index, each subject's in its
// order: one with many costs no more than one with few.
func TestCorrectionsOfSubjectsAreReadFromAnIndex(t *testing.T) {
	s := empty(t)
	sql, args := dialect.Plans().CorrectionsOf(5, 10, "statements/a", "statements/b", "documents/d")
	plan := explain(t, s, sql, args)
	must.Contains(t, plan, "corrections_by_subject (subject=? AND record_from<?)")
	must.False(t, strings.Contains(plan, "SCAN corrections") || strings.Contains(plan, "TEMP B-TREE"), plan)
}

// Those of an entity are one range of an index, in its order, on every page: what it
// costs does not depend on how much the entity said.
func TestCorrectionsOfAnEntityAreOneRangeOfAnIndex(t *testing.T) {
	s := empty(t)
	order, err := listquery.ParseOrder(domain.CorrectionFields, "")
	must.OK(t, err)
	for _, after := range [][]any{nil, {int64(4), "c"}} {
		sql, args, err := dialect.Plans().CorrectionsOfEntity(store.List{At: 5, Order: order, After: after, Limit: 10}, "entities/a")
		must.OK(t, err)
		plan := explain(t, s, sql, args)
		must.Contains(t, plan, "SEARCH k USING COVERING INDEX correction_entities_by_entity (entity=? AND record_from<?)")
		must.Contains(t, plan, "SEARCH s USING INDEX sqlite_autoindex_corrections_1 (id=?)")
		must.Equal(t, strings.Count(plan, "\n"), 2) // and nothing else
	}
}

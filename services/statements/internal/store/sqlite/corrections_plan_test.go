package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// The newest corrections of subjects are read from an index, each subject's in its
// order: one with many costs no more than one with few.
func TestCorrectionsOfSubjectsAreReadFromAnIndex(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, s.Close()) }()
	sql, args := dialect.Plans().CorrectionsOf(5, 10, "statements/a", "statements/b", "documents/d")
	plan := explain(t, s, sql, args)
	must.Contains(t, plan, "corrections_by_subject (subject=? AND record_from<?)")
	must.False(t, strings.Contains(plan, "SCAN corrections") || strings.Contains(plan, "TEMP B-TREE"), plan)
}

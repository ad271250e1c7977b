package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/e2e/release/program"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Newer builds the next release of a program, with NewerSchemas, and answers its path.
func Newer(t testing.TB, name string) string {
	t.Helper()
	folder := t.TempDir()
	overlay := NewerSchemas(t, root(), folder)
	return must.Get(program.Build(t.Context(), root(), name, folder, program.Target{Overlay: overlay}, program.Stamp{}))(t)
}

// NewerSchemas writes a file that adds migrations to those of each service on
// PostgreSQL, for the compiler alone (go build -overlay): what it then builds is the
// next release. The migrations declare that this one may go on beside it. top is the
// project's folder, into one for the files.
func NewerSchemas(t testing.TB, top, into string) (overlay string) {
	t.Helper()
	replace := map[string]string{}
	for service, table := range map[string]string{"statements": "statement_revisions", "metrics": "figure_revisions"} {
		folder := filepath.Join(top, "services", service, "internal/store/postgres/migrations")
		schema := len(must.Get(filepath.Glob(filepath.Join(folder, "*.sql")))(t))
		for i, change := range []string{
			"ALTER TABLE " + table + " ADD COLUMN newer text;",
			"CREATE INDEX CONCURRENTLY newer_column ON " + table + " (newer, id) WHERE newer IS NOT NULL;",
		} {
			name := fmt.Sprintf("%04d_newer.sql", schema+1+i)
			script := filepath.Join(into, service+"-"+name)
			must.OK(t, os.WriteFile(script, fmt.Appendf(nil, "-- serves programs from schema %d\n%s\n", schema, change), 0o600))
			replace[filepath.Join(folder, name)] = script
		}
	}
	overlay = filepath.Join(into, "overlay.json")
	must.OK(t, os.WriteFile(overlay, must.Get(json.Marshal(map[string]any{"Replace": replace}))(t), 0o600))
	return overlay
}

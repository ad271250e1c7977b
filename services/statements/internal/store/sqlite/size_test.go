package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/statements/internal/store/storetest"
)

// sizeRows is how many statements are measured.
const sizeRows = 20_000

// BenchmarkSize says how large a fact is on disk, its indexes and the free space
// of their pages included.
func BenchmarkSize(b *testing.B) {
	for b.Loop() {
		file := filepath.Join(b.TempDir(), "store.db")
		st, err := sqlite.Open(b.Context(), file, sqlite.Options{Migrate: true})
		must.OK(b, err)
		storetest.Fill(b, st, sizeRows)
		must.OK(b, st.Close())
		info, err := os.Stat(file)
		must.OK(b, err)
		b.ReportMetric(float64(info.Size())/sizeRows, "B/fact")
	}
}

package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// BenchmarkSize says how large a fact is on disk, its indexes and the free space
// of their pages included.
func BenchmarkSize(b *testing.B) {
	for b.Loop() {
		file := filepath.Join(b.TempDir(), "store.db")
		st, err := sqlite.Open(b.Context(), file, sqlite.Options{Migrate: true})
		must.OK(b, err)
		storetest.Fill(b, st)
		must.OK(b, st.Close())
		info, err := os.Stat(file)
		must.OK(b, err)
		b.ReportMetric(float64(info.Size())/storetest.Facts, "B/fact")
	}
}

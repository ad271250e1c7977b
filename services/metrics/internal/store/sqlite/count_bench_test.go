package sqlite_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// BenchmarkCountImported counts 200,000 observations of data files: all, by what they share, of some series, and by their numbers.
func BenchmarkCountImported(b *testing.B) {
	st := open(b)
	storetest.FillImported(b, st, 20*storetest.ImportRows)
	for _, count := range []struct{ name, filter, by string }{
		{"all", "", ""}, {"by obs_status", "", "obs_status"}, {"of one series", `metric = "metrics/trade-in-goods" AND dimensions.COUNTERPART_AREA = "C7"`, ""},
		{"by number", `value > "50000"`, ""},
	} {
		query := store.Count{
			At: st.Settled(), Filter: must.Get(listquery.ParseFilter(domain.FigureFields, count.filter))(b), GroupBy: count.by, Limit: 10,
		}
		b.Run(count.name, func(b *testing.B) {
			for b.Loop() {
				must.OK(b, st.Read(b.Context(), func(r store.Reader) error {
					counts, err := r.CountFigures(query)
					must.True(b, counts.Total > 0)
					return err
				}))
			}
		})
	}
}

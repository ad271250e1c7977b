package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/barepgx"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/planwatch"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// smallRows is the size that the benchmarks of growth compare with.
const smallRows = 10_000

// BenchGrowth measures what must not grow with the record, at 10,000 statements
// and at as many as the plan tests are told to look at: client-ns/op is the CPU of
// this process.
func BenchGrowth(b *testing.B, open Open) {
	b.Helper()
	sizes := []int{smallRows}
	if rows := planwatch.Large(); rows > smallRows {
		sizes = append(sizes, rows)
	}
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) { benchAt(b, open, size) })
	}
}

func benchAt(b *testing.B, open Open, size int) {
	f := start(b, open)
	const each = 1000
	for made := 0; made < size; made += each {
		f.write(func(w store.Writer) error {
			for i := made; i < made+each; i++ {
				s := mixed(i)
				s.Record = s.First(w.RecordTime())
				if err := w.PutStatement(s, caller); err != nil {
					return err
				}
			}
			return nil
		})
	}
	at := f.Settled()
	b.Run("get", func(b *testing.B) {
		barepgx.Client(b, func(i int) {
			f.read(func(r store.Reader) error {
				_, found, err := r.Statement(fmt.Sprint("s", i*7919%size), at)
				must.True(b, found)
				return err
			})
		})
	})
	b.Run("speaker-20", func(b *testing.B) {
		query := store.List{At: at, Order: order(b, domain.StatementFields, ""), Limit: 21}
		barepgx.Client(b, func(i int) {
			query.Filter = filter(b, domain.StatementFields, fmt.Sprintf(`speaker:"entities/e%d"`, i%200))
			f.read(func(r store.Reader) error {
				rows, err := r.Statements(query)
				must.Equal(b, len(rows), 21)
				return err
			})
		})
	})
	for name, words := range map[string]string{
		"search/each-under-1-percent": "tariff quota", "search/the-same-1-percent": "uranium enrichment", "search/one-in-ten-thousand": "plebiscite border",
		"search/each-half": "border trade",
	} {
		b.Run(name, func(b *testing.B) { f.benchSearch(b, store.Search{At: at, Limit: 21}, words) })
		b.Run(name+"/page-2", func(b *testing.B) {
			f.benchSearch(b, store.Search{At: at, Limit: 21, Counted: recordsearch.CountLimit}, words)
		})
	}
}

// benchSearch measures a search of the first page.
func (f fixture) benchSearch(b *testing.B, search store.Search, words string) {
	parsed, err := searchtext.ParseQuery(words)
	must.OK(b, err)
	matches := 0
	barepgx.Client(b, func(int) {
		search.Query = parsed.Stemmed("")
		f.read(func(r store.Reader) error {
			found, err := r.Search(search)
			matches = found.Matches
			return err
		})
	})
	b.ReportMetric(float64(matches), "matches")
}

// mixed is a statement of usual size whose words are as frequent as the benchmarks
// say.
func mixed(i int) domain.Statement {
	words := fmt.Sprintf("He said on day %d that nothing of the kind was ever planned by anyone in this government", i)
	for word, in := range map[string]bool{
		"border": i%2 == 0, "trade": i/2%2 == 0, "tariffs": i%113 == 0, "quotas": i%127 == 0, "uranium": i%110 == 7, "enrichment": i%110 == 7,
		"plebiscite": i%10_000 == 4,
	} {
		if in {
			words += " " + word
		}
	}
	s := typical(i)
	s.Contents[0].Exact, s.Text = words, words
	return s
}

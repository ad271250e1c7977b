package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// benchRows is how many statements the benchmarks read among.
const benchRows = 20_000

// Bench measures the hot paths of an engine.
func Bench(b *testing.B, open Open) {
	b.Helper()
	f := start(b, open)
	Fill(b, f.Store, benchRows)
	at := f.Settled()
	b.Run("get", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			f.read(func(r store.Reader) error {
				_, found, err := r.Statement(fmt.Sprint("s", i*7919%benchRows), at)
				must.True(b, found)
				return err
			})
		}
	})
	b.Run("speaker-20", func(b *testing.B) {
		query := store.List{
			At: at, Filter: filter(b, domain.StatementFields, `speaker:"entities/e7"`), Order: order(b, domain.StatementFields, ""), Limit: 21,
		}
		for b.Loop() {
			f.read(func(r store.Reader) error {
				rows, err := r.Statements(query)
				must.Equal(b, len(rows), 21)
				return err
			})
		}
	})
	b.Run("search", func(b *testing.B) {
		parsed, err := searchtext.ParseQuery(`"border wall" trade`)
		must.OK(b, err)
		for b.Loop() {
			f.read(func(r store.Reader) error {
				_, err := r.Search(store.Search{At: at, Query: parsed, Limit: 21})
				return err
			})
		}
	})
	b.Run("create", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			f.write(func(w store.Writer) error {
				s := typical(benchRows + i)
				s.ID = fmt.Sprint("created-", b.N, "-", i)
				s.Record = s.First(w.RecordTime())
				return w.PutStatement(s, caller)
			})
		}
	})
}

// Fill puts statements of usual size on record, with the ids s0, s1, ….
func Fill(t testing.TB, st store.Store, count int) {
	t.Helper()
	for made := 0; made < count; made += 1000 {
		FillFrom(t, st, made, min(1000, count-made))
	}
}

// FillFrom puts so many statements on record in one transaction, the first with
// the number given.
func FillFrom(t testing.TB, st store.Store, first, count int) {
	t.Helper()
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		for i := first; i < first+count; i++ {
			s := typical(i)
			s.Record = s.First(w.RecordTime())
			if err := w.PutStatement(s, caller); err != nil {
				return err
			}
		}
		return nil
	}))
}

// typical is a statement of usual size.
func typical(i int) domain.Statement {
	span := domain.Span{
		Start: 100, End: 180, Exact: "We will not build another border wall and the trade between us will go on growing.",
		Prefix: "He told reporters in the city, \"", Suffix: "\" before leaving for the airport", Anchored: true, SHA256: fmt.Sprintf("%064d", i),
	}
	s := statement(fmt.Sprint("s", i), 0, says(span.Exact), func(s *domain.Statement) {
		s.Contents, s.Cue, s.SourceMentions = []domain.Span{span}, &span, []domain.Span{span}
		s.Speakers = []domain.Speaker{{Entity: fmt.Sprint("entities/e", i%200), Role: "President of Mexico", Affiliation: "entities/mexico"}}
		s.Document, s.Audience, s.Event = fmt.Sprint("d", i/20), []string{"entities/press"}, "entities/summit"
		s.Time = domain.Period{EDTF: "2023-11-17", HasStart: true, HasEnd: true, Start: 1, End: 2}
	})
	if i%50 != 0 {
		s.Contents = []domain.Span{{Start: 1, End: 2, Exact: fmt.Sprint("Nothing of that kind was said on day ", i)}}
		s.Text = s.Contents[0].Exact
	}
	return s
}

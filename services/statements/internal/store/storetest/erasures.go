package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func erasures(t *testing.T, open Open) {
	t.Run("of a statement", func(t *testing.T) { erasedStatement(t, open) })
	t.Run("of parts", func(t *testing.T) { erasedParts(t, open) })
	t.Run("of parts that are found", func(t *testing.T) { erasedEntries(t, open) })
	t.Run("of a document", func(t *testing.T) { erasedDocument(t, open) })
	t.Run("of an entity", func(t *testing.T) { erasedEntity(t, open) })
}

// erasureAt is an erasure in a transaction.
func erasureAt(w store.Writer) domain.Erasure {
	return domain.Erasure{At: w.RecordTime(), Reason: "article 17", Caller: "admin", Statements: 1}
}

// bare checks that of a record only its keys, times and the erasure are left.
func bare(t testing.TB, got domain.Record, was domain.Record) {
	t.Helper()
	must.True(t, got.Erased != nil)
	must.Equal(t, got, domain.Record{
		ID: was.ID, UID: was.UID, Revision: was.Revision, Created: was.Created, Updated: was.Updated, Erased: got.Erased, Change: got.Change,
	})
}

func erasedStatement(t *testing.T, open Open) {
	f := start(t, open)
	f.put("other")
	first := f.put("s", func(s *domain.Statement) { s.Event = "entities/summit" })
	second := f.revise(first, func(s *domain.Statement) { s.Event, s.Comment = "entities/other", "why" })
	at := f.write(func(w store.Writer) error { return w.EraseStatement("s", erasureAt(w)) })
	f.read(func(r store.Reader) error {
		for _, was := range []domain.Statement{first, second} {
			got, found, err := r.Statement("s", was.Updated)
			must.OK(t, err)
			must.True(t, found)
			must.Equal(t, got, domain.Statement{Record: got.Record})
			bare(t, got.Record, was.Record)
		}
		last, _, err := r.Statement("s", at)
		must.OK(t, err)
		must.Equal(t, last.Revision, 3)
		must.Equal(t, *last.Erased, domain.Erasure{At: at, Reason: "article 17", Caller: "admin", Statements: 1})
		for _, when := range []recordtime.Time{first.Updated, second.Updated, at} {
			for _, text := range []string{"", `event = "entities/summit"`, `document = "documents/d"`, `speaker = "entities/ana"`} {
				list := must.Get(r.Statements(store.List{
					At: when, Filter: filter(t, domain.StatementFields, text), Order: order(t, domain.StatementFields, ""), Limit: 10,
					ShowDeleted: true, ShowDeprecated: true,
				}))(t)
				for _, id := range ids(list) {
					must.Equal(t, id, "other")
				}
			}
			must.Equal(t, f.found(when, "words of s"), []string(nil))
		}
		must.Equal(t, f.found(at, "words"), []string{"other"})
		for _, change := range must.Get(r.Changes(store.Changes{After: changefeed.Through(first.Updated - 1), UpTo: at, Limit: 10}))(t) {
			must.Equal(t, *change.Statement, domain.Statement{Record: change.Statement.Record})
		}
		return nil
	})
	f.write(func(w store.Writer) error {
		must.Equal(t, must.Get(w.EverReferring("entities/summit", 10, domain.RefEvent))(t), []string(nil))
		must.Equal(t, must.Get(w.EverReferring("documents/d", 10, domain.RefDocument))(t), []string{"other"})
		_, found, err := w.EverReferred("entities/summit", domain.RefEvent)
		must.False(t, found)
		must.OK(t, err)
		id, found, err := w.EverReferred("documents/d", domain.RefEvent, domain.RefDocument)
		must.True(t, found)
		must.Equal(t, id, "other")
		return err
	})
}

// found are the ids that a search finds at a time.
func (f fixture) found(at recordtime.Time, text string) (found []string) {
	f.t.Helper()
	found, _ = f.find(text, func(s *store.Search) { s.At = at })
	return found
}

// erasedParts: revisions on another document and appearances go, the rest stays and
// is found.
func erasedParts(t *testing.T, open Open) {
	f := start(t, open)
	first := f.put("s", func(s *domain.Statement) {
		s.Text = "secret words"
		s.Contents = []domain.Span{{Start: 1, End: 2, Exact: "secret words"}}
	})
	appearance := func(document, statement string) domain.Appearance {
		return domain.Appearance{Statement: statement, Document: document, Version: 1, Contents: []domain.Span{{Start: 1, End: 2, Exact: "x"}}}
	}
	second := f.revise(first, func(s *domain.Statement) {
		s.Document, s.Text = "e", "open words"
		s.Contents = []domain.Span{{Start: 1, End: 2, Exact: "open words"}}
		s.Appearances = []domain.Appearance{appearance("d", "statements/a"), appearance("f", "statements/b"), appearance("g", "statements/c")}
		s.FirstAppearance = "documents/d/versions/1"
	})
	f.write(func(w store.Writer) error { return w.EraseParts("s", store.Parts{Document: "d"}, erasureAt(w)) })
	at := f.write(func(w store.Writer) error {
		return w.EraseParts("s", store.Parts{Statements: []string{"statements/b"}}, erasureAt(w))
	})
	f.read(func(r store.Reader) error {
		was, _, err := r.Statement("s", first.Updated)
		must.OK(t, err)
		bare(t, was.Record, first.Record)
		is, _, err := r.Statement("s", at)
		must.OK(t, err)
		want := second
		want.Appearances, want.FirstAppearance = []domain.Appearance{appearance("g", "statements/c")}, ""
		between, _, err := r.Statement("s", second.Updated)
		must.OK(t, err)
		must.Equal(t, between, want)
		want.Revision, want.Updated, want.Change = 4, at, domain.Change{Tag: domain.TagErase} // one for each erasure
		must.Equal(t, is, want)
		must.Equal(t, f.found(first.Updated, "secret"), []string(nil))
		must.Equal(t, f.found(at, "secret"), []string(nil))
		must.Equal(t, f.found(at, "open"), []string{"s"})
		must.Equal(t, f.found(first.Updated, "open"), []string(nil))
		return nil
	})
	f.write(func(w store.Writer) error {
		must.Equal(t, must.Get(w.EverReferring("documents/d", 10, domain.RefDocument))(t), []string(nil))
		must.Equal(t, must.Get(w.EverReferring("documents/f", 10, domain.RefDocument))(t), []string(nil))
		must.Equal(t, must.Get(w.EverReferring("documents/g", 10, domain.RefDocument))(t), []string{"s"})
		return nil
	})
}

func erasedDocument(t *testing.T, open Open) {
	f := start(t, open)
	var first, second domain.Document
	f.write(func(w store.Writer) error {
		at := w.RecordTime()
		first = domain.Document{
			Record: domain.Record{ID: "d", UID: "u"}.First(at), URI: "https://x", Headline: "h", Publisher: "p", LanguageCode: "en", LatestVersion: 1,
		}
		must.OK(t, w.PutVersion(domain.Version{Document: "d", Number: 1, UID: "v", Created: at, SHA256: "s", Length: 1, Text: "t"}, caller))
		return w.PutDocument(first, caller)
	})
	f.write(func(w store.Writer) error {
		second = first
		second.Record, second.Headline = second.Next(w.RecordTime()), "h2"
		return w.PutDocument(second, caller)
	})
	at := f.write(func(w store.Writer) error { return w.EraseDocument("d", erasureAt(w)) })
	f.read(func(r store.Reader) error {
		for _, was := range []domain.Document{first, second} {
			got, _, err := r.Document("d", was.Updated)
			must.OK(t, err)
			must.Equal(t, got, domain.Document{Record: got.Record, LatestVersion: 1})
			bare(t, got.Record, was.Record)
			list := must.Get(r.Documents(store.List{
				At: was.Updated, Filter: filter(t, domain.DocumentFields, `uri = "https://x"`), Order: order(t, domain.DocumentFields, ""),
				Limit: 10, ShowDeleted: true,
			}))(t)
			must.Equal(t, len(list), 0)
		}
		version, found, err := r.Version("d", 1, at, true)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, version, domain.Version{Document: "d", Number: 1, UID: "v", Created: first.Created, Erased: true})
		return nil
	})
}

func erasedEntity(t *testing.T, open Open) {
	f := start(t, open)
	var entity domain.Entity
	f.write(func(w store.Writer) error {
		entity = domain.Entity{
			Record: domain.Record{ID: "e", UID: "u"}.First(w.RecordTime()), Type: "PERSON", DisplayName: "Ana", Aliases: []string{"A. B."},
			Description: "who", Identifiers: map[string]string{"wikidata": "Q1"},
		}
		return w.PutEntity(entity, caller)
	})
	at := f.write(func(w store.Writer) error { return w.EraseEntity("e", erasureAt(w)) })
	f.read(func(r store.Reader) error {
		for _, when := range []recordtime.Time{entity.Updated, at} {
			got, _, err := r.Entity("e", when)
			must.OK(t, err)
			must.Equal(t, got, domain.Entity{Record: got.Record, Type: "PERSON"})
			for _, text := range []string{"", `aliases:"A. B."`, `identifiers.wikidata = "Q1"`, `display_name = "Ana"`} {
				list := must.Get(r.Entities(store.List{
					At: when, Filter: filter(t, domain.EntityFields, text), Order: order(t, domain.EntityFields, ""), Limit: 10, ShowDeleted: true,
				}))(t)
				must.Equal(t, len(list), 0)
			}
		}
		return nil
	})
}

package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func statements(t *testing.T, open Open) {
	f := start(t, open)
	full := f.put("full", func(s *domain.Statement) {
		span := domain.Span{Start: 3, End: 5, Exact: "e\u0301", Prefix: "p", Suffix: "s\n", Anchored: true, SHA256: "h"}
		s.Cue, s.SourceMentions = &span, []domain.Span{span, span}
		s.Audience, s.Event, s.Location = []string{"entities/b", "entities/c"}, "entities/e", "entities/l"
		s.Parent, s.Comment = "statements/p", "c"
		s.Time = domain.Period{
			EDTF: "2023/..", Start: 5, HasStart: true, Printed: &domain.Printed{Text: "x", Span: &span},
		}
	})
	next := f.revise(full, func(s *domain.Statement) { s.Event, s.Comment = "", "" })
	gone := f.retract(next)
	f.read(func(r store.Reader) error {
		for _, want := range []domain.Statement{full, next, gone} {
			got, _, err := r.Statement("full", want.Updated)
			must.OK(t, err)
			must.Equal(t, got, want)
			revision, found, err := r.Revision("full", want.Revision, gone.Updated)
			must.OK(t, err)
			must.True(t, found)
			must.Equal(t, revision, store.Revision{Statement: want, Recorded: want.Updated, Caller: caller})
		}
		_, found, err := r.Revision("full", 3, next.Updated)
		must.False(t, found)
		must.OK(t, err)
		list, err := r.Revisions("full", gone.Updated, 0, 2)
		must.Equal(t, []domain.Statement{list[0].Statement, list[1].Statement}, []domain.Statement{gone, next})
		must.OK(t, err)
		list, err = r.Revisions("full", gone.Updated, 2, 2)
		must.Equal(t, len(list), 1)
		must.OK(t, err)
		list, err = r.Revisions("full", full.Updated, 0, 2)
		must.Equal(t, len(list), 1)
		return err
	})
	t.Run("references", func(t *testing.T) { references(t, open) })
}

func references(t *testing.T, open Open) {
	f := start(t, open)
	a := f.put("a", func(s *domain.Statement) { s.Event, s.Parent = "entities/e", "statements/p" })
	refers := func(value string, kinds ...domain.RefKind) (found bool) {
		f.write(func(w store.Writer) error {
			id, ok, err := w.Referring(value, kinds...)
			if found = ok; ok {
				must.Equal(t, id, "a")
			}
			return err
		})
		return found
	}
	must.True(t, refers("entities/e", domain.EntityRefs...))
	must.False(t, refers("entities/e", domain.RefSpeaker))
	must.True(t, refers("documents/d", domain.RefDocument))
	must.False(t, refers("documents/d", domain.RefVersion))
	must.True(t, refers("documents/d/versions/1", domain.RefVersion))
	must.True(t, refers("statements/p", domain.RefParent))
	a = f.revise(a, func(s *domain.Statement) { s.Event = "" })
	must.False(t, refers("entities/e", domain.EntityRefs...))
	must.True(t, refers("entities/ana", domain.EntityRefs...))
	a = f.revise(a, func(s *domain.Statement) { s.RedirectTo = "statements/b" })
	must.True(t, refers("entities/ana", domain.EntityRefs...)) // merged: it may stand by itself again
	a = f.revise(a, func(s *domain.Statement) { s.RedirectTo = "" })
	f.retract(a)
	must.False(t, refers("entities/ana", domain.EntityRefs...))
}

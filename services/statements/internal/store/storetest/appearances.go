package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// appearances checks that a statement is found by where it appears and by how its
// spans stand, and one that was merged not by itself.
func appearances(t *testing.T, open Open) {
	f := start(t, open)
	words := domain.Span{Start: 3, End: 5, Exact: "e\u0301", SHA256: "h", Anchored: true}
	alone := f.put("b", func(s *domain.Statement) { s.Document, s.Version = "d2", 7 })
	a := f.put("a")
	before := a.Updated
	anchor := &domain.VersionAnchor{
		Version: "documents/d2/versions/8", State: domain.Moved,
		Spans: []domain.SpanAnchor{{Field: "contents[0]", State: domain.Moved, Start: 9, End: 11}, {Field: "cue", State: domain.Anchored}},
	}
	a = f.revise(a, func(s *domain.Statement) {
		s.Appearances = []domain.Appearance{
			{Statement: "statements/b", Document: "d2", Version: 7, Contents: []domain.Span{words}, Cue: &words, LatestAnchor: anchor},
			{Statement: "statements/c", Document: "d2", Version: 8, Contents: []domain.Span{words, words}},
		}
		s.FirstAppearance = "documents/d2/versions/7"
	})
	merged := f.revise(alone, func(s *domain.Statement) { s.RedirectTo = "statements/a" })
	found := func(at recordtime.Time, text string, want ...string) {
		t.Helper()
		f.read(func(r store.Reader) error {
			got, err := r.Statements(store.List{
				At: at, Filter: filter(t, domain.StatementFields, text), Order: order(t, domain.StatementFields, "name"), Limit: 10,
			})
			must.Equal(t, ids(got), want)
			return err
		})
	}
	now := merged.Updated
	found(now, `document = "documents/d2"`, "a")
	found(now, `document_version = "documents/d2/versions/8"`, "a")
	found(now, `document = "documents/d" AND appearance_count = 3`, "a")
	found(before, `document = "documents/d2"`, "b")
	found(before, `appearance_count > 1`)
	found(now, "latest_anchor.anchor_state = MOVED") // that of the appearance is not the statement's
	a = f.revise(a, func(s *domain.Statement) { s.LatestAnchor = anchor })
	found(a.Updated, "latest_anchor.anchor_state = MOVED", "a")
	alone = f.revise(merged, func(s *domain.Statement) { s.RedirectTo = "" })
	found(alone.Updated, `document = "documents/d2"`, "a", "b")
	f.read(func(r store.Reader) error {
		got, _, err := r.Statement("a", a.Updated)
		must.Equal(t, got, a)
		return err
	})
}

package storetest

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func changes(t *testing.T, open Open) {
	t.Run("every kind in order", func(t *testing.T) { everyKind(t, open) })
	t.Run("texts of versions", func(t *testing.T) { changedTexts(t, open) })
	t.Run("pages while writing", func(t *testing.T) { changesWhileWriting(t, open) })
}

// everyKind: what one transaction wrote stays together, kinds in their order;
// replaced revisions and tombstones are changes.
func everyKind(t *testing.T, open Open) {
	f := start(t, open)
	var document, next domain.Document
	var version domain.Version
	var entity domain.Entity
	var b, a, revised domain.Statement
	first := f.write(func(w store.Writer) error {
		at := w.RecordTime()
		b, a = statement("b", at), statement("a", at)
		entity = domain.Entity{Record: domain.Record{ID: "z", UID: "u"}.First(at), Type: "PERSON", DisplayName: "Z"}
		version = domain.Version{Document: "d", Number: 1, UID: "v", Created: at, SHA256: "s", Length: 1, Text: "t"}
		document = domain.Document{Record: domain.Record{ID: "d", UID: "u"}.First(at), Headline: "h", Publisher: "p", LanguageCode: "en"}
		next = document
		next.Record, next.LatestVersion = next.Next(at), 1
		revised = b
		revised.Record, revised.Comment = revised.Next(at), "c"
		for _, put := range []error{
			w.PutStatement(b, caller), w.PutStatement(revised, caller), w.PutStatement(a, "other"), w.PutEntity(entity, caller),
			w.PutVersion(version, caller), w.PutDocument(document, caller), w.PutDocument(next, caller),
		} {
			must.OK(t, put)
		}
		return nil
	})
	gone := f.retract(a)
	version.Text = ""
	place := func(at recordtime.Time, kind int, id string, revision int64) changefeed.Place {
		return changefeed.Place{Time: at, Kind: kind, ID: id, Revision: revision}
	}
	want := []store.Change{
		{Place: place(first, store.DocumentChange, "d", 1), Caller: caller, Document: &document},
		{Place: place(first, store.DocumentChange, "d", 2), Caller: caller, Document: &next},
		{Place: place(first, store.VersionChange, "d", 1), Caller: caller, Version: &version},
		{Place: place(first, store.EntityChange, "z", 1), Caller: caller, Entity: &entity},
		{Place: place(first, store.StatementChange, "a", 1), Caller: "other", Statement: &a},
		{Place: place(first, store.StatementChange, "b", 1), Caller: caller, Statement: &b},
		{Place: place(first, store.StatementChange, "b", 2), Caller: caller, Statement: &revised},
		{Place: place(gone.Updated, store.StatementChange, "a", 2), Caller: caller, Statement: &gone},
	}
	f.read(func(r store.Reader) error {
		read := func(query store.Changes) []store.Change { return must.Get(r.Changes(query))(t) }
		must.Equal(t, read(store.Changes{UpTo: gone.Updated, Limit: 100}), want)
		for i, change := range want {
			must.Equal(t, read(store.Changes{After: change.Place, UpTo: gone.Updated, Limit: 2}),
				want[min(i+1, len(want)):min(i+3, len(want))])
		}
		must.Equal(t, len(read(store.Changes{UpTo: gone.Updated - 1, Limit: 100})), len(want)-1)
		must.Equal(t, len(read(store.Changes{UpTo: first - 1, Limit: 100})), 0)
		must.Equal(t, read(store.Changes{After: changefeed.Through(first), UpTo: gone.Updated, Limit: 100}), want[len(want)-1:])
		must.Equal(t, len(read(store.Changes{After: changefeed.Through(gone.Updated), UpTo: gone.Updated + 1, Limit: 100})), 0)
		return nil
	})
	f.write(func(w store.Writer) error {
		last := statement("c", w.RecordTime())
		must.OK(t, w.PutStatement(last, caller))
		got, err := w.Changes(store.Changes{After: changefeed.Through(gone.Updated), UpTo: store.Newest, Limit: 100})
		must.Equal(t, got, []store.Change{
			{Place: place(w.RecordTime(), store.StatementChange, "c", 1), Caller: caller, Statement: &last},
		})
		return err
	})
}

// changedTexts: texts come if they are asked for, and bound a page.
func changedTexts(t *testing.T, open Open) {
	f := start(t, open)
	text := strings.Repeat("x", store.MaxChangeTexts/2)
	var at recordtime.Time
	for number := range int64(5) {
		at = f.write(func(w store.Writer) error {
			v := domain.Version{Document: "d", Number: number + 1, UID: "v", Created: w.RecordTime(), SHA256: "s", Length: len(text)}
			if number != 1 { // the second is withheld
				v.Text = text
			}
			return w.PutVersion(v, caller)
		})
	}
	var got []int64
	var pages []int
	f.read(func(r store.Reader) error {
		query := store.Changes{UpTo: at, Limit: 100, WithText: true}
		for {
			page := must.Get(r.Changes(query))(t)
			if len(page) == 0 {
				return nil
			}
			for _, change := range page {
				must.Equal(t, len(change.Version.Text) == len(text), change.Version.Number != 2)
				got = append(got, change.Version.Number)
			}
			pages = append(pages, len(page))
			query.After = page[len(page)-1].Place
		}
	})
	must.Equal(t, got, []int64{1, 2, 3, 4, 5})
	must.Equal(t, pages, []int{3, 2})
}

// changesWhileWriting: pages of any size, read while others write, give what one
// read gives in the end.
func changesWhileWriting(t *testing.T, open Open) {
	f := start(t, open)
	f.put("first")
	count := 0
	rapid.Check(t, func(rt *rapid.T) {
		present := must.Get(f.Present(context.Background()))(rt)
		begin := changefeed.Through(present.Written)
		write := func() { f.writeSome(rt, &count) }
		query := store.Changes{After: begin, Limit: rapid.IntRange(1, 5).Draw(rt, "limit")}
		var got []store.Change
		for writes := rapid.IntRange(1, 5).Draw(rt, "writes"); ; writes-- {
			if writes > 0 {
				write()
			}
			query.UpTo = must.Get(f.Present(context.Background()))(rt).Settled
			page := f.changes(rt, query)
			got = append(got, page...)
			if len(page) == 0 && writes <= 0 {
				break
			}
			if len(page) > 0 {
				query.After = page[len(page)-1].Place
			}
		}
		must.Equal(rt, got, f.changes(rt, store.Changes{After: begin, UpTo: query.UpTo, Limit: 1000}))
	})
}

// writeSome puts some new statements on record, each in one to three revisions.
func (f fixture) writeSome(rt *rapid.T, count *int) {
	revisions := rapid.SliceOfN(rapid.IntRange(1, 3), 1, 4).Draw(rt, "revisions")
	must.OK(rt, f.Write(context.Background(), func(w store.Writer) error {
		for i, n := range revisions {
			s := statement("s"+strconv.Itoa(*count+i), w.RecordTime())
			for range n {
				if err := w.PutStatement(s, caller); err != nil {
					return err
				}
				s.Record = s.Next(w.RecordTime())
			}
		}
		return nil
	}))
	*count += len(revisions)
}

func (f fixture) changes(t must.TB, query store.Changes) (page []store.Change) {
	must.OK(t, f.Read(context.Background(), func(r store.Reader) (err error) {
		page, err = r.Changes(query)
		return err
	}))
	return page
}

package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func resolve(t *testing.T, open Open) {
	t.Run("by names, words and identifiers", func(t *testing.T) { resolveKeys(t, open) })
	t.Run("bounded", func(t *testing.T) { resolveBounded(t, open) })
	t.Run("redirects", func(t *testing.T) { redirects(t, open) })
	t.Run("members", func(t *testing.T) { members(t, open) })
}

// putEntity puts the next revision of an entity on record.
func (f fixture) putEntity(e domain.Entity, next func(domain.Record, recordtime.Time) domain.Record) domain.Entity {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		e.Record = next(e.Record, w.RecordTime())
		return w.PutEntity(e, caller)
	})
	return e
}

// person is an entity to put on record.
func person(id, name string) domain.Entity {
	return domain.Entity{Record: domain.Record{ID: id, UID: "u" + id}, Type: "PERSON", DisplayName: name}
}

// resolved are the ids of what a name may mean, sorted.
func (f fixture) resolved(at recordtime.Time, text, entityType string) (ids []string) {
	f.t.Helper()
	f.read(func(r store.Reader) error {
		found, err := r.ResolveEntities(store.Resolve{At: at, Name: domain.NewNameQuery(text), Type: entityType})
		for _, entity := range found {
			ids = append(ids, entity.ID)
		}
		slices.Sort(ids)
		return err
	})
	return ids
}

func resolveKeys(t *testing.T, open Open) {
	f := start(t, open)
	ana := person("ana", "Ana María López")
	ana.Aliases, ana.Identifiers = []string{"La Jefa"}, map[string]string{"wikidata": "Q1"}
	ana.Names = []domain.LocalName{{Text: "安娜", LanguageCode: "zh"}, {Text: strings.Repeat("\uFDFA", 200), LanguageCode: "ar"}}
	ana = f.putEntity(ana, domain.Record.First)
	place := person("lopez", "López")
	place.Type = "PLACE"
	place = f.putEntity(place, domain.Record.First)
	gone := f.putEntity(person("gone", "Ana Gone"), domain.Record.First)
	at := gone.Created
	for _, test := range []struct {
		text, entityType string
		want             []string
	}{
		{"Ana María López", "", []string{"ana", "gone", "lopez"}},
		{"ANA MARIA LOPEZ", "PERSON", []string{"ana", "gone"}},
		{"lopez", "", []string{"ana", "lopez"}},
		{"lopez", "PLACE", []string{"lopez"}},
		{"jefa", "", []string{"ana"}},
		{"Q1", "", []string{"ana"}},
		{"安", "", []string{"ana"}},
		{strings.Repeat("\uFDFA", 200), "", []string{"ana"}},
		{"nobody", "", nil},
	} {
		must.Equal(t, f.resolved(at, test.text, test.entityType), test.want)
	}
	f.putEntity(gone, func(r domain.Record, at recordtime.Time) domain.Record {
		return r.Retract(at, domain.Retraction{Reason: "r", Caller: caller})
	})
	// A merged entity may lead to one of another type.
	place = f.putEntity(place, func(r domain.Record, at recordtime.Time) domain.Record {
		r = r.Next(at)
		r.RedirectTo = "entities/ana"
		return r
	})
	ana.DisplayName = "Anna"
	ana = f.putEntity(ana, domain.Record.Next)
	must.Equal(t, f.resolved(ana.Updated, "ana", ""), nil)
	must.Equal(t, f.resolved(ana.Updated, "lopez", "PERSON"), []string{"lopez"})
	must.Equal(t, f.resolved(place.Updated, "ana", ""), []string{"ana"})
	must.Equal(t, f.resolved(at, "ana", ""), []string{"ana", "gone"}) // as it was
}

// resolveBounded: of many entities with one word the newest are looked at, and those
// with the name always.
func resolveBounded(t *testing.T, open Open) {
	f := start(t, open)
	first := f.putEntity(person("a", "Common Name"), domain.Record.First)
	at := f.write(func(w store.Writer) error {
		for i := range store.ResolveKeyLimit + 10 {
			e := person(fmt.Sprintf("n%03d", i), fmt.Sprintf("Common %d", i))
			e.Record = e.First(w.RecordTime())
			if err := w.PutEntity(e, caller); err != nil {
				return err
			}
		}
		return nil
	})
	got := f.resolved(at, "common", "")
	must.Equal(t, len(got), store.ResolveLimit)
	must.False(t, slices.Contains(got, "a"))
	must.True(t, slices.Contains(f.resolved(at, "COMMON NAME", ""), "a"))
	must.Equal(t, f.resolved(first.Created, "common", ""), []string{"a"})
}

// redirects: an entity is found by what is merged into it, as long as it is.
func redirects(t *testing.T, open Open) {
	f := start(t, open)
	f.putEntity(person("b", "B"), domain.Record.First)
	a := f.putEntity(person("a", "A"), domain.Record.First)
	into := func(target string) (id string) {
		f.read(func(r store.Reader) (err error) {
			id, _, err = r.MergedInto(target)
			return err
		})
		return id
	}
	must.Equal(t, into("entities/b"), "")
	a.RedirectTo = "entities/b"
	a = f.putEntity(a, domain.Record.Next)
	must.Equal(t, into("entities/b"), "a")
	must.Equal(t, into("entities/a"), "")
	a.RedirectTo = ""
	a = f.putEntity(a, domain.Record.Next)
	must.Equal(t, into("entities/b"), "")
	a.RedirectTo = "entities/b"
	f.putEntity(a, domain.Record.Next)
	f.write(func(w store.Writer) error {
		return w.EraseEntity("a", domain.Erasure{At: w.RecordTime(), Reason: "r", Caller: caller})
	})
	must.Equal(t, into("entities/b"), "")
}

// members: an organization is found by its members, while they are on record.
func members(t *testing.T, open Open) {
	f := start(t, open)
	poet := person("poet", "Poet")
	poet.Memberships = []domain.Membership{{Role: "Poet"}}
	f.putEntity(poet, domain.Record.First)
	ana := person("ana", "Ana")
	ana.Memberships = []domain.Membership{{Organization: "entities/mx"}, {Organization: "entities/mx", Role: "President"}, {Role: "Poet"}}
	ana = f.putEntity(ana, domain.Record.First)
	memberOf := func(organization string) (id string) {
		f.read(func(r store.Reader) (err error) {
			id, _, err = r.MemberOf(organization)
			return err
		})
		return id
	}
	must.Equal(t, memberOf("entities/mx"), "ana")
	must.Equal(t, memberOf("entities/us"), "")
	for _, text := range []string{`memberships.organization:"entities/mx" entity_type = PERSON`, "memberships.organization:*"} {
		f.read(func(r store.Reader) error {
			got, err := r.Entities(store.List{
				At: ana.Created, Filter: filter(t, domain.EntityFields, text), Order: order(t, domain.EntityFields, ""), Limit: 5,
			})
			must.Equal(t, got, []domain.Entity{ana})
			return err
		})
	}
	f.putEntity(ana, func(r domain.Record, at recordtime.Time) domain.Record {
		return r.Retract(at, domain.Retraction{Reason: "r", Caller: caller})
	})
	must.Equal(t, memberOf("entities/mx"), "")
}

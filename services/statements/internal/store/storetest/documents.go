package storetest

import (
	"testing"
	"time"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func documents(t *testing.T, open Open) {
	f := start(t, open)
	d := domain.Document{
		Record: domain.Record{ID: "d", UID: "u"}, Headline: "h\u00e9", Publisher: "p", LanguageCode: "en",
		URI: "https://example.org", Byline: "b", License: "l", UsageTerms: "t", TextWithheld: true,
	}
	made := f.write(func(w store.Writer) error {
		d.Record = d.First(w.RecordTime())
		return w.PutDocument(d, caller)
	})
	next := d
	changed := f.write(func(w store.Writer) error {
		next.LatestVersion, next.Record = 1, next.Next(w.RecordTime())
		return w.PutDocument(next, caller)
	})
	f.read(func(r store.Reader) error {
		_, found, err := r.Document("d", made-1)
		must.False(t, found)
		must.OK(t, err)
		got, found, err := r.Document("d", made)
		must.True(t, found)
		must.Equal(t, got, d)
		must.OK(t, err)
		got, _, err = r.Document("d", changed)
		must.Equal(t, got, next)
		return err
	})
	f.read(func(r store.Reader) error {
		query := store.List{At: made, Order: order(t, domain.DocumentFields, ""), Limit: 2}
		got, err := r.Documents(query)
		must.Equal(t, got, []domain.Document{d})
		must.OK(t, err)
		query.At = changed
		got, err = r.Documents(query)
		must.Equal(t, got, []domain.Document{next})
		return err
	})
	versions(t, f)
}

func versions(t *testing.T, f fixture) {
	t.Helper()
	v := domain.Version{
		Document: "d", Number: 1, UID: "v1", Text: "text \U0001F600", SHA256: "s", Length: 6,
		PublishTime: domain.Period{EDTF: "2023"}, AccessTime: time.Unix(1, 5).UTC(),
	}
	first := f.write(func(w store.Writer) error {
		v.Created = w.RecordTime()
		return w.PutVersion(v, caller)
	})
	withheld := domain.Version{Document: "d", Number: 2, UID: "v2", SHA256: "s2", Length: 3}
	second := f.write(func(w store.Writer) error {
		withheld.Created = w.RecordTime()
		return w.PutVersion(withheld, caller)
	})
	bare := v
	bare.Text = ""
	f.read(func(r store.Reader) error {
		got, _, err := r.Version("d", 1, first, true)
		must.Equal(t, got, v)
		must.OK(t, err)
		got, _, err = r.Version("d", 1, first, false)
		must.Equal(t, got, bare)
		must.OK(t, err)
		got, _, err = r.Version("d", 2, second, true)
		must.Equal(t, got, withheld)
		must.OK(t, err)
		_, found, err := r.Version("d", 2, first, true)
		must.False(t, found)
		must.OK(t, err)
		list, err := r.Versions("d", second, 0, 5)
		must.Equal(t, list, []domain.Version{withheld, bare})
		must.OK(t, err)
		list, err = r.Versions("d", second, 2, 5)
		must.Equal(t, list, []domain.Version{bare})
		must.OK(t, err)
		list, err = r.Versions("d", first, 0, 5)
		must.Equal(t, list, []domain.Version{bare})
		return err
	})
	must.Err(t, f.Write(t.Context(), func(w store.Writer) error { return w.PutVersion(v, caller) }))
}

package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func entities(t *testing.T, open Open) {
	f := start(t, open)
	e := domain.Entity{
		Record: domain.Record{ID: "mx", UID: "u"}, Type: "PLACE", DisplayName: "Mexico", Aliases: []string{"EUM", "EUM "},
		Description: "d", Identifiers: map[string]string{"iso3166_1": "MX", "wikidata": "Q96"},
	}
	made := f.write(func(w store.Writer) error {
		e.Record = e.First(w.RecordTime())
		return w.PutEntity(e, caller)
	})
	gone := e
	retracted := f.write(func(w store.Writer) error {
		gone.Record = gone.Retract(w.RecordTime(), domain.Retraction{Reason: "r", Caller: caller})
		return w.PutEntity(gone, caller)
	})
	f.read(func(r store.Reader) error {
		got, _, err := r.Entity("mx", made)
		must.Equal(t, got, e)
		must.OK(t, err)
		got, found, err := r.Entity("mx", retracted)
		must.True(t, found)
		must.Equal(t, got, gone)
		return err
	})
	for text, want := range map[string]int{
		`aliases:"EUM"`: 1, `aliases:"eum"`: 0, `aliases:*`: 1, `identifiers.wikidata = "Q96"`: 1, `identifiers.wikidata = "MX"`: 0,
		`identifiers:wikidata`: 1, `identifiers:lei`: 0, `identifiers:*`: 1, `identifiers.wikidata != "Q1"`: 1, `identifiers.lei != "Q1"`: 0,
		`entity_type = PLACE display_name = "Mexico"`: 1, `display_name = "mexico"`: 0,
		`aliases:"EUM" OR identifiers.lei = "x"`: 1,
	} {
		t.Run(text, func(t *testing.T) {
			f.read(func(r store.Reader) error {
				query := store.List{
					At: made, Filter: filter(t, domain.EntityFields, text), Order: order(t, domain.EntityFields, "display_name"), Limit: 5,
				}
				got, err := r.Entities(query)
				must.Equal(t, len(got), want)
				must.OK(t, err)
				query.At = retracted
				got, err = r.Entities(query)
				must.Equal(t, len(got), 0)
				must.OK(t, err)
				query.ShowDeleted = true
				got, err = r.Entities(query)
				must.Equal(t, len(got), want)
				return err
			})
		})
	}
}

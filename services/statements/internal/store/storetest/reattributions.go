package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func reattributions(t *testing.T, open Open) {
	t.Run("what was made", func(t *testing.T) { reattributed(t, open) })
	t.Run("naming", func(t *testing.T) { naming(t, open) })
}

// reattributed: a re-attribution knows the revisions that it made, and is a change
// that has them if texts are asked for.
func reattributed(t *testing.T, open Open) {
	f := start(t, open)
	a, b := f.put("a"), f.put("b")
	r := domain.Reattribution{
		Record: domain.Record{ID: "r", UID: "u"}, Caller: caller, Filter: "x", From: "entities/ana", To: "entities/ben", Reason: "wrong",
	}
	madeA, madeB := a, b
	f.write(func(w store.Writer) error {
		r.Record = r.First(w.RecordTime())
		for _, s := range []*domain.Statement{&madeA, &madeB} {
			*s, _ = s.ReplaceSpeaker("entities/ana", "entities/ben")
			s.Record = s.Next(w.RecordTime())
			must.OK(t, w.PutStatement(*s, caller))
			r.Add(*s)
		}
		return w.PutReattribution(r, caller)
	})
	undone := r
	f.write(func(w store.Writer) error {
		undone.Record, undone.Undone, undone.UndoCaller = undone.Next(w.RecordTime()), w.RecordTime(), caller
		undone.Skip(domain.Statement{Record: domain.Record{ID: "b"}})
		return w.PutReattribution(undone, caller)
	})
	made := r.Made
	r.Made, undone.Made = nil, nil
	f.read(func(reader store.Reader) error {
		got, found, err := reader.Reattribution("r", r.Created)
		must.OK(t, err)
		must.True(t, found)
		must.Equal(t, got, r)
		all, err := reader.Reattributed("r")
		must.OK(t, err)
		for i, want := range []store.Reattributed{{Before: a, Made: madeA}, {Before: b, Made: madeB}} {
			must.Equal(t, all[i].Before.Record, want.Before.Record)
			must.Equal(t, all[i].Before.Speakers, want.Before.Speakers)
			must.Equal(t, all[i].Made.Record, want.Made.Record)
			must.Equal(t, all[i].Made.Speakers, want.Made.Speakers)
		}
		must.Equal(t, len(all), 2)
		page, err := reader.Reattributions(store.List{
			At: undone.Updated, Order: order(t, domain.ReattributionFields, ""), Limit: 5,
		})
		must.OK(t, err)
		must.Equal(t, page, []domain.Reattribution{undone})
		read := func(withText bool) (changes []store.Change) {
			after := changefeed.Place{Time: r.Created, Kind: store.ReattributionChange}
			changes, err := reader.Changes(store.Changes{After: after, UpTo: undone.Updated, Limit: 9, WithText: withText})
			must.OK(t, err)
			return changes
		}
		must.Equal(t, []domain.Reattribution{*read(false)[0].Reattribution, *read(false)[1].Reattribution}, []domain.Reattribution{r, undone})
		must.Equal(t, read(true)[0].Reattribution.Made, made)
		must.Equal(t, len(read(true)[1].Reattribution.Made), 0)
		_, found, err = reader.Reattribution("s", undone.Updated)
		must.False(t, found)
		return err
	})
}

// naming: statements are found by whatever they name, as they stand now.
func naming(t *testing.T, open Open) {
	f := start(t, open)
	f.put("c")
	f.put("a", func(s *domain.Statement) { s.Speakers, s.Event = nil, "entities/ana" })
	f.put("b", func(s *domain.Statement) { s.Topics = []string{"entities/ana"} })
	changed := f.put("d")
	f.revise(changed, func(s *domain.Statement) { *s, _ = s.ReplaceSpeaker("entities/ana", "entities/ben") })
	f.retract(f.put("e"))
	f.write(func(w store.Writer) error {
		must.Equal(t, must.Get(w.Naming("entities/ana", 9, domain.EntityRefs...))(t), []string{"a", "b", "c"})
		must.Equal(t, must.Get(w.Naming("entities/ana", 9, domain.RefSpeaker))(t), []string{"b", "c"})
		must.Equal(t, len(must.Get(w.Naming("entities/ana", 2, domain.EntityRefs...))(t)), 2)
		must.Equal(t, len(must.Get(w.Naming("entities/x", 2, domain.EntityRefs...))(t)), 0)
		return nil
	})
}

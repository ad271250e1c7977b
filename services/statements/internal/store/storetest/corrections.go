package storetest

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func corrections(t *testing.T, open Open) {
	t.Run("read and list", func(t *testing.T) { correctionLists(t, open) })
	t.Run("of an entity", func(t *testing.T) { correctionsOfAnEntity(t, open) })
	t.Run("of an entity follow the speakers", func(t *testing.T) { correctionsFollowSpeakers(t, open) })
	t.Run("of subjects", func(t *testing.T) { correctionsOfSubjects(t, open) })
	t.Run("are changes", func(t *testing.T) { correctionChanges(t, open) })
	t.Run("lose their words", func(t *testing.T) { erasedCorrections(t, open) })
}

// correction puts a correction on record.
func (f fixture) correction(id, kind, subject, document string) (c domain.Correction) {
	f.t.Helper()
	f.write(func(w store.Writer) error {
		c = domain.Correction{
			ID: id, Recorded: w.RecordTime(), Kind: kind, Subject: subject, Document: document, Reason: "why " + id, Caller: caller,
			PreviousRevision: 1, NewRevision: 2, NoticeText: "We regret " + id, NoticeVersion: "documents/d/versions/1",
		}
		return w.PutCorrection(c)
	})
	return c
}

// correctionIDs lists the ids that a filter finds, in pages of two.
func (f fixture) correctionIDs(at recordtime.Time, text string) (found []string) {
	f.t.Helper()
	return f.correctionIDsOf("", at, text)
}

// correctionIDsOf lists those of an entity and of what it said, or of all if it is "".
func (f fixture) correctionIDsOf(entity string, at recordtime.Time, text string) (found []string) {
	f.t.Helper()
	query := store.List{At: at, Filter: filter(f.t, domain.CorrectionFields, text), Order: order(f.t, domain.CorrectionFields, ""), Limit: 2}
	for {
		var page []domain.Correction
		f.read(func(r store.Reader) (err error) {
			page, err = r.Corrections(query, entity)
			return err
		})
		if len(page) == 0 {
			return found
		}
		query.After = nil
		for _, field := range query.Order {
			query.After = append(query.After, page[len(page)-1].OrderKey(field.Field))
		}
		for _, c := range page {
			found = append(found, c.ID)
		}
	}
}

func correctionLists(t *testing.T, open Open) {
	f := start(t, open)
	a := f.correction("a", domain.Corrected, "statements/s", "documents/d")
	b := f.correction("b", domain.Clarified, "documents/d", "documents/d")
	c := f.correction("c", domain.Retracted, "entities/e", "")
	f.write(func(w store.Writer) error { // two at one time
		for _, id := range []string{"d", "e"} {
			must.OK(t, w.PutCorrection(domain.Correction{
				ID: id, Recorded: w.RecordTime(), Kind: domain.Corrected, Subject: "statements/t", Document: "documents/x",
				Reattribution: "reattributions/r", Reason: "r", Caller: caller,
			}))
		}
		return nil
	})
	must.Equal(t, f.correctionIDs(f.Settled(), ""), []string{"e", "d", "c", "b", "a"})
	must.Equal(t, f.correctionIDs(b.Recorded, ""), []string{"b", "a"})
	must.Equal(t, f.correctionIDs(a.Recorded-1, ""), []string(nil))
	for text, want := range map[string][]string{
		`subject = "statements/s"`:                    {"a"},
		`document = "documents/d"`:                    {"b", "a"},
		`reattribution = "reattributions/r"`:          {"e", "d"},
		`kind = ERROR`:                                {"e", "d", "a"},
		`kind != ERROR`:                               {"c", "b"},
		fmt.Sprintf(`record_time > "%s"`, b.Recorded): {"e", "d", "c"},
		fmt.Sprintf(`record_time <= "%s" AND kind = ERROR`, c.Recorded): {"a"},
	} {
		must.Equal(t, f.correctionIDs(f.Settled(), text), want)
	}
	f.read(func(r store.Reader) error {
		got, found, err := r.Correction("a", a.Recorded)
		must.True(t, found)
		must.Equal(t, got, a)
		_, found, _ = r.Correction("a", a.Recorded-1)
		must.False(t, found)
		return err
	})
}

// correctionsOfAnEntity are those of the entity and of what it was said to have said, by the
// time that is read.
func correctionsOfAnEntity(t *testing.T, open Open) {
	f := start(t, open)
	said := func(entities ...string) func(*domain.Statement) {
		return func(s *domain.Statement) {
			s.Speakers = nil
			for _, entity := range entities {
				s.Speakers = append(s.Speakers, domain.Speaker{Entity: entity})
			}
		}
	}
	mine := f.put("mine", said("entities/e", "entities/other"))
	f.put("theirs", said("entities/other"))
	f.correction("a", domain.Corrected, "statements/mine", "documents/d")
	f.correction("b", domain.Corrected, "statements/theirs", "documents/d")
	f.correction("c", domain.Updated, "entities/e", "")
	f.correction("d", domain.Updated, "documents/d", "documents/d")
	before := f.Settled()
	taken := f.put("taken", said("entities/other"))
	f.revise(taken, said("entities/e"))
	f.correction("e", domain.Corrected, "statements/taken", "documents/d")
	f.revise(mine, said("entities/other"))
	f.correction("f", domain.Corrected, "statements/mine", "documents/d")
	at := f.Settled()
	must.Equal(t, f.correctionIDsOf("entities/e", before, ""), []string{"c", "a"})
	must.Equal(t, f.correctionIDsOf("entities/e", at, ""), []string{"f", "e", "c", "a"})
	must.Equal(t, f.correctionIDsOf("entities/e", at, "kind = ERROR"), []string{"f", "e", "a"})
	must.Equal(t, f.correctionIDsOf("entities/other", at, ""), []string{"f", "e", "b", "a"})
	must.Equal(t, f.correctionIDsOf("entities/nobody", at, ""), []string(nil))
}

func correctionsOfSubjects(t *testing.T, open Open) {
	f := start(t, open)
	for i := range 5 {
		f.correction(fmt.Sprintf("a%d", i), domain.Corrected, "statements/a", "documents/d")
		f.correction(fmt.Sprintf("b%d", i), domain.Updated, "documents/d", "documents/d")
	}
	at := f.Settled()
	f.correction("c", domain.Corrected, "statements/a", "documents/d")
	f.read(func(r store.Reader) error {
		read := func(at recordtime.Time, limit int, subjects ...string) (found []string) {
			for _, c := range must.Get(r.CorrectionsOf(subjects, at, limit))(t) {
				found = append(found, c.ID)
			}
			return found
		}
		must.Equal(t, read(at, 2, "statements/a", "documents/d", "statements/x"), []string{"b4", "a4", "b3", "a3"})
		must.Equal(t, read(f.Settled(), 1, "statements/a", "documents/d"), []string{"c", "b4"})
		must.Equal(t, len(read(at, 10, "statements/a")), 5)
		must.Equal(t, len(read(at, 10)), 0)
		return nil
	})
}

func correctionChanges(t *testing.T, open Open) {
	f := start(t, open)
	s := f.put("s")
	c := f.correction("c", domain.Corrected, s.Name(), "documents/d")
	want := []store.Change{{
		Place: changefeed.Place{Time: c.Recorded, Kind: store.CorrectionChange, ID: "c", Revision: 1}, Caller: caller, Correction: &c,
	}}
	read := func(after changefeed.Place) []store.Change {
		return f.changes(t, store.Changes{After: after, UpTo: f.Settled(), Limit: 10})
	}
	must.Equal(t, read(changefeed.Through(s.Created)), want)
	must.Equal(t, len(read(want[0].Place)), 0)
	must.Equal(t, len(read(changefeed.Place{})), 2)
}

// erasedCorrections: those of the subject and its reviews, and no others.
func erasedCorrections(t *testing.T, open Open) {
	f := start(t, open)
	all := map[string]domain.Correction{}
	for id, subject := range map[string]string{
		"own": "statements/s", "review": "statements/s/reviews/r", "other": "statements/s2", "longer": "statements/s-/reviews/r",
	} {
		all[id] = f.correction(id, domain.Corrected, subject, "documents/d")
	}
	f.write(func(w store.Writer) error { return w.EraseCorrections("statements/s") })
	f.read(func(r store.Reader) error {
		for id, c := range all {
			if id == "own" || id == "review" {
				c.Reason, c.NoticeText, c.NoticeVersion = "", "", ""
			}
			got, _, err := r.Correction(id, f.Settled())
			must.OK(t, err)
			must.Equal(t, got, c)
		}
		return nil
	})
}

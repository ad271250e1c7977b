package storetest

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// attributed are the entities that statements of these tests are attributed to.
var attributed = []string{"entities/a", "entities/b", "entities/c"}

// entityCorrections draws a history of some statements: who said them, corrections,
// re-attributions and erasures, several of them in a transaction. run keeps the names of
// one history from those of another.
type entityCorrections struct {
	run, count int
	statements map[string]domain.Statement
}

// step draws one write.
func (m *entityCorrections) step(t *rapid.T, w store.Writer) error {
	id := fmt.Sprintf("%s-%d", rapid.SampledFrom([]string{"s", "t"}).Draw(t, "statement"), m.run)
	s, known := m.statements[id]
	speakers := func(s *domain.Statement) {
		s.Speakers = nil
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(attributed), 0, 2, rapid.ID[string]).Draw(t, "speakers") {
			s.Speakers = append(s.Speakers, domain.Speaker{Entity: fmt.Sprintf("%s-%d", name, m.run)})
		}
		s.Document = rapid.SampledFrom([]string{"d", "e"}).Draw(t, "document")
	}
	switch what := rapid.SampledFrom([]string{"put", "correct", "correct", "name", "of entity", "erase", "erase parts"}).Draw(t, "write"); {
	case what == "of entity":
		return m.correct(w, fmt.Sprintf("%s-%d", rapid.SampledFrom(attributed).Draw(t, "entity"), m.run))
	case !known: // what is not on record is not corrected
		m.statements[id] = statement(id, w.RecordTime(), speakers)
		return w.PutStatement(m.statements[id], caller)
	case what == "correct":
		return m.correct(w, domain.StatementName(id))
	case s.Erased != nil || s.Updated == w.RecordTime(): // one revision of a statement in a transaction
		return nil
	case what == "erase":
		err := w.EraseStatement(id, erasureAt(w))
		return m.read(w, id, err)
	case what == "erase parts":
		err := w.EraseParts(id, store.Parts{Document: "d"}, erasureAt(w))
		return m.read(w, id, err)
	}
	speakers(&s)
	s.Record = s.Next(w.RecordTime())
	m.statements[id] = s
	if s.Revision%2 == 0 {
		return w.PutNaming([]domain.Statement{s}, caller)
	}
	return w.PutStatement(s, caller)
}

// read takes a statement as it is on record.
func (m *entityCorrections) read(w store.Writer, id string, err error) error {
	if err == nil {
		m.statements[id], _, err = w.Statement(id, recordtime.Forever-1)
	}
	return err
}

func (m *entityCorrections) correct(w store.Writer, subject string) error {
	m.count++
	return w.PutCorrection(domain.Correction{
		ID: fmt.Sprintf("c%03d-%d", m.count, m.run), Recorded: w.RecordTime(), Kind: domain.Corrected, Subject: subject, Reason: "r", Caller: caller,
	})
}

// want are the ids of the corrections of an entity at a time, newest first: of itself, and
// of each statement with a revision of then or before that it is a speaker of.
func (m *entityCorrections) want(r store.Reader, all []domain.Correction, entity string, at recordtime.Time) (ids []string, err error) {
	subjects := []string{entity}
	for id := range m.statements {
		revisions, err := r.Revisions(id, at, recordLimit, 100)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(revisions, func(one store.Revision) bool {
			return slices.ContainsFunc(one.Statement.Speakers, func(s domain.Speaker) bool { return s.Entity == entity })
		}) {
			subjects = append(subjects, domain.StatementName(id))
		}
	}
	for _, c := range all {
		if c.Recorded <= at && slices.Contains(subjects, c.Subject) {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

// recordLimit is above the number of every revision.
const recordLimit = 1 << 30

// correctionsFollowSpeakers: whatever was written in whatever order, the corrections of an
// entity at every time are those that reading everything finds.
func correctionsFollowSpeakers(t *testing.T, open Open) {
	f := start(t, open)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		m := &entityCorrections{run: run, statements: map[string]domain.Statement{}}
		var times []recordtime.Time
		for range rapid.IntRange(1, 8).Draw(rt, "transactions") {
			times = append(times, f.write(func(w store.Writer) error {
				for range rapid.IntRange(1, 4).Draw(rt, "writes") {
					if err := m.step(rt, w); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		f.agree(rt, m, times)
	})
}

// agree compares the lists of every entity at every time with what reading everything
// finds.
func (f fixture) agree(t must.TB, m *entityCorrections, times []recordtime.Time) {
	for _, entity := range attributed {
		name := fmt.Sprintf("%s-%d", entity, m.run)
		for _, at := range times {
			var want []string
			f.read(func(r store.Reader) error {
				all, err := r.Corrections(store.List{At: at, Order: order(f.t, domain.CorrectionFields, ""), Limit: 1000}, "")
				must.OK(t, err)
				want, err = m.want(r, all, name, at)
				return err
			})
			must.Equal(t, f.correctionIDsOf(name, at, ""), want)
		}
	}
}

// CorrectionsOfOldRecord checks that the corrections of entities are found in a record
// from before they were kept by entity. back takes the database to the schema before;
// reopen closes it and opens it.
func CorrectionsOfOldRecord(t *testing.T, st store.Store, db recorddb.Database, back func(recorddb.Tx) error, reopen func() store.Store) {
	t.Helper()
	f := fixture{Store: st, t: t}
	m := &entityCorrections{statements: map[string]domain.Statement{}}
	said := func(id string, speakers ...string) {
		f.write(func(w store.Writer) error {
			edit := func(s *domain.Statement) {
				s.Speakers = nil
				for _, name := range speakers {
					s.Speakers = append(s.Speakers, domain.Speaker{Entity: name + "-0"})
				}
			}
			s, known := m.statements[id]
			if edit(&s); known {
				s.Record = s.Next(w.RecordTime())
			} else {
				s = statement(id, w.RecordTime(), edit)
			}
			m.statements[id] = s
			return w.PutStatement(s, caller)
		})
	}
	correct := func(subject string) { f.write(func(w store.Writer) error { return m.correct(w, subject) }) }
	begin := f.Settled()
	said("s", "entities/a")
	said("t", "entities/b", "entities/c")
	correct("statements/s")
	correct("entities/a-0")
	said("s", "entities/b")
	correct("statements/s")
	correct("statements/t")
	said("t", "entities/a")
	said("t", "entities/c")
	must.OK(t, db.Write(t.Context(), back))
	f.Store = reopen()
	f.agree(t, m, []recordtime.Time{begin, m.statements["s"].Created, m.statements["s"].Updated, m.statements["t"].Updated, f.Settled()})
	must.Equal(t, f.correctionIDsOf("entities/a-0", f.Settled(), ""), []string{"c004-0", "c003-0", "c002-0", "c001-0"})
	correct("statements/t") // and the next one is found as well
	f.agree(t, m, []recordtime.Time{f.Settled()})
}

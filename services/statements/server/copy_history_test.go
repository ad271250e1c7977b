package server_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/copytest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
)

// openFile opens a file as a service does, with a clock of its own.
func openFile(t copytest.TB, path string) store.Store {
	emptyFile.Put(t, path)
	wall := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	return must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true, Now: func() time.Time {
		wall = wall.Add(time.Millisecond)
		return wall
	}}))(t)
}

// history is a record: what there is of each kind, and when it was written.
type history struct {
	documents  []domain.Document
	entities   []domain.Entity
	statements []domain.Statement
	// corrections counts them.
	corrections int
	requests    []store.Request
	staged      []string
	times       []recordtime.Time
}

// change is a drawn change, of a resource that there is or a new one.
type change struct {
	what, which int
	retract     bool
	who, text   string
}

// drawTransactions draws some transactions of several changes each.
func drawTransactions(t *rapid.T) [][]change {
	one := rapid.Custom(func(t *rapid.T) change {
		return change{
			what: rapid.IntRange(0, 7).Draw(t, "what"), which: rapid.IntRange(0, 100).Draw(t, "which"), retract: rapid.Bool().Draw(t, "retract"),
			who: rapid.SampledFrom([]string{"ana", "ben", ""}).Draw(t, "who"), text: rapid.StringMatching("[a-z \\n🙂]{0,10}").Draw(t, "text"),
		}
	})
	return rapid.SliceOfN(rapid.SliceOfN(one, 1, 5), 0, 8).Draw(t, "transactions")
}

// Times implements copytest.History.
func (h *history) Times() []recordtime.Time { return h.times }

// Write implements copytest.History.
func (h *history) Write(t copytest.TB, st store.Store, transactions [][]change) {
	for _, changes := range transactions {
		must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
			for _, c := range changes {
				if err := h.step(w, c); err != nil {
					return err
				}
			}
			h.times = append(h.times, w.RecordTime())
			return nil
		}))
	}
}

func (h *history) step(w store.Writer, c change) error {
	switch c.what {
	case 0, 1:
		return h.putDocument(w, c)
	case 2:
		return h.putEntity(w, c)
	case 3, 4:
		return h.putStatement(w, c)
	case 7:
		return h.putCorrection(w, c)
	default:
		return h.work(w, c)
	}
}

// next is the record of the next revision: of a new resource, a change, or a
// retraction.
func (c change) next(record domain.Record, w store.Writer) domain.Record {
	switch {
	case record.Revision == 0:
		return record.First(w.RecordTime())
	case c.retract:
		return record.Retract(w.RecordTime(), domain.Retraction{Reason: "wrong", Caller: c.who})
	default:
		return record.Next(w.RecordTime())
	}
}

func (h *history) putDocument(w store.Writer, c change) error {
	i := c.which % (len(h.documents) + 1)
	if i == len(h.documents) {
		id := fmt.Sprint("d", i)
		h.documents = append(h.documents, domain.Document{
			Record: domain.Record{ID: id, UID: "uid-" + id}, Headline: "About " + id, Publisher: "p", LanguageCode: "en",
		})
	}
	d := &h.documents[i]
	if d.IsDeleted() {
		return nil // for good
	}
	d.Headline += "!"
	created := d.Revision == 0
	d.Record = c.next(d.Record, w)
	switch {
	case created && c.retract:
		d.Restricted, d.EmbargoEnd = true, 7
	case d.Restricted && !d.IsDeleted():
		d.Restricted = false
		if err := publishVersions(w, *d, c.who); err != nil {
			return err
		}
	}
	if !d.IsDeleted() {
		d.LatestVersion++
		version := domain.Version{
			Document: d.ID, Number: d.LatestVersion, UID: fmt.Sprint(d.UID, d.LatestVersion), Created: w.RecordTime(), Length: 3, Restricted: d.Restricted,
			SHA256: "s", Text: c.text, AccessTime: time.Unix(1, 5).UTC(),
		}
		if err := w.PutVersion(version, c.who); err != nil {
			return err
		}
	}
	return w.PutDocument(*d, c.who)
}

// publishVersions tells the versions of a document again.
func publishVersions(w store.Writer, d domain.Document, who string) error {
	for number := range d.LatestVersion {
		version, _, err := w.Version(d.ID, number+1, store.Newest, false)
		if err != nil {
			return err
		}
		if version.Created == w.RecordTime() {
			continue // an embargo does not end in the transaction that it began in
		}
		version.Published = w.RecordTime()
		if err := w.PublishVersion(version, who); err != nil {
			return err
		}
	}
	return nil
}

// putCorrection puts a correction of a statement on record that need not be there.
func (h *history) putCorrection(w store.Writer, c change) error {
	h.corrections++
	return w.PutCorrection(domain.Correction{
		ID: fmt.Sprint("c", h.corrections), Recorded: w.RecordTime(), Kind: domain.Corrected, Subject: fmt.Sprint("statements/s", c.which),
		Document: "documents/d0", Reason: c.text, Caller: c.who, PreviousRevision: 1, NewRevision: 2, NoticeText: c.text, Restricted: c.retract,
	})
}

func (h *history) putEntity(w store.Writer, c change) error {
	i := c.which % (len(h.entities) + 1)
	if i == len(h.entities) {
		id := fmt.Sprint("e", i)
		h.entities = append(h.entities, domain.Entity{
			Record: domain.Record{ID: id, UID: "uid-" + id}, Type: "PLACE", DisplayName: id, Identifiers: map[string]string{"wikidata": id},
		})
	}
	e := &h.entities[i]
	if e.IsDeleted() {
		return nil
	}
	e.Aliases = append(slices.Clone(e.Aliases), fmt.Sprint("alias", len(e.Aliases)))
	e.Record = c.next(e.Record, w)
	return w.PutEntity(*e, c.who)
}

func (h *history) putStatement(w store.Writer, c change) error {
	i := c.which % (len(h.statements) + 1)
	if i == len(h.statements) {
		id := fmt.Sprint("s", i)
		h.statements = append(h.statements, domain.Statement{
			Record: domain.Record{ID: id, UID: "uid-" + id}, Document: "d0", Version: 1, Type: domain.Direct, Text: "words of " + id,
			LanguageCode: "en", Contents: []domain.Span{{Start: 1, End: 2, Exact: "words of " + id}},
			Speakers: []domain.Speaker{{Entity: "entities/e0", Role: "President"}}, Time: domain.Period{Missing: domain.NotStated},
		})
	}
	s := &h.statements[i]
	if s.IsDeleted() {
		return nil
	}
	s.Speakers = append(slices.Clone(s.Speakers), domain.Speaker{Entity: fmt.Sprint("entities/e", len(s.Speakers))})
	created := s.Revision == 0
	s.Record = c.next(s.Record, w)
	s.Restricted = s.Restricted && c.which%2 == 0 || created && c.retract
	return w.PutStatement(*s, c.who)
}

// work remembers a request, stages one, or ends a stage.
func (h *history) work(w store.Writer, c change) error {
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", len(h.requests))
	request := store.Request{ID: id, Method: "M", Fingerprint: "f"}
	switch c.which % 3 {
	case 0:
		h.requests = append(h.requests, request)
		return w.Remember(request, "statements/a", "statements/b")
	case 1:
		h.requests = append(h.requests, request)
		h.staged = append(h.staged, id)
		return w.Stage(store.Stage{
			RequestID: id, Fingerprint: "f", Caller: c.who, Payload: []byte{0, 255}, Creates: []string{"statements/" + id}, Uses: []string{"documents/d"},
		})
	default:
		if len(h.staged) == 0 {
			return nil
		}
		ended := h.staged[0]
		h.staged = h.staged[1:]
		return w.EndStage(ended, store.Published, c.who, "statements/"+ended)
	}
}

// answers are what a store says about the record as it stood at a time.
type answers struct {
	Documents   []domain.Document
	Versions    map[string][]domain.Version
	Entities    []domain.Entity
	Statements  []domain.Statement
	Revisions   map[string][]store.Revision
	Corrections []domain.Correction
	Found       store.Found
	Speaks      []domain.Statement
	Public      []domain.Statement // what of Statements readers may read
}

func answersAt(t copytest.TB, st store.Store, at recordtime.Time) (a answers) {
	a.Versions, a.Revisions = map[string][]domain.Version{}, map[string][]store.Revision{}
	must.OK(t, st.Read(t.Context(), func(r store.Reader) (err error) {
		a.Public = must.Get(r.Public().Statements(store.List{
			At: at, Order: must.Get(listquery.ParseOrder(domain.StatementFields, ""))(t), Limit: 1000, ShowDeleted: true,
		}))(t)
		all := func(schema listquery.Schema) store.List {
			return store.List{At: at, Order: must.Get(listquery.ParseOrder(schema, ""))(t), Limit: 1000, ShowDeleted: true}
		}
		a.Documents = must.Get(r.Documents(all(domain.DocumentFields)))(t)
		for _, d := range a.Documents {
			for _, v := range must.Get(r.Versions(d.ID, at, 0, 1000))(t) {
				whole, _, err := r.Version(d.ID, v.Number, at, true)
				must.OK(t, err)
				a.Versions[d.ID] = append(a.Versions[d.ID], whole)
			}
		}
		a.Entities = must.Get(r.Entities(all(domain.EntityFields)))(t)
		a.Statements = must.Get(r.Statements(all(domain.StatementFields)))(t)
		for _, s := range a.Statements {
			a.Revisions[s.ID] = must.Get(r.Revisions(s.ID, at, 0, 1000))(t)
		}
		a.Corrections = must.Get(r.Corrections(all(domain.CorrectionFields), ""))(t)
		a.Found = must.Get(r.Search(store.Search{At: at, Query: must.Get(searchtext.ParseQuery("words"))(t), Limit: 1000}))(t)
		speaks := all(domain.StatementFields)
		speaks.Filter = must.Get(listquery.ParseFilter(domain.StatementFields, `speaker = "entities/e1"`))(t)
		a.Speaks = must.Get(r.Statements(speaks))(t)
		return nil
	}))
	return a
}

// Work is what a store keeps about the writes of the history.
func (h *history) Work(t copytest.TB, st store.Store) (out []any) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		for _, request := range h.requests {
			done, found, err := r.Replay(request)
			out = append(out, done, found, err)
			stage, found, err := r.Staged(request.ID)
			out = append(out, stage, found, err)
			end, found, err := r.StageEnd(request.ID)
			out = append(out, end, found, err)
			out = append(out, r.CheckFree("statements/"+request.ID) == nil)
		}
		out = append(out, r.CheckUnused("documents/d") == nil, r.CheckFree("documents/d") == nil)
		return nil
	}))
	return out
}

// changesOf is the whole record in the order in which it was made.
func changesOf(t copytest.TB, st store.Store, upTo recordtime.Time) (all []store.Change) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) (err error) {
		all, err = r.Changes(store.Changes{UpTo: upTo, Limit: 10_000, WithText: true})
		return err
	}))
	return all
}

// example is a document in no revision yet.
func example(id string) domain.Document {
	return domain.Document{Record: domain.Record{ID: id, UID: "uid-" + id}, Headline: "h", Publisher: "p", LanguageCode: "en"}
}

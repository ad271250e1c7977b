package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

func embargoes(t *testing.T, open Open) {
	t.Run("readers", func(t *testing.T) { forReaders(t, open) })
	t.Run("ended", func(t *testing.T) { endedEmbargoes(t, open) })
	t.Run("erased", func(t *testing.T) { erasedUnderEmbargo(t, open) })
}

// embargoed is a record with a document under embargo and a public one.
type embargoed struct {
	fixture
	document  domain.Document
	version   domain.Version
	statement domain.Statement
	review    domain.Review
	// began and ended are the record times of the embargo.
	began, ended recordtime.Time
}

// startEmbargoed puts the document "e" with statement "hidden" on record under embargo,
// beside the public statement "open", and ends the embargo.
func startEmbargoed(t testing.TB, open Open) *embargoed {
	t.Helper()
	e := &embargoed{fixture: start(t, open)}
	e.began = e.write(func(w store.Writer) error {
		at := w.RecordTime()
		restricted := func(record domain.Record) domain.Record {
			record = record.First(at)
			record.Restricted = true
			return record
		}
		e.document = domain.Document{Headline: "h", Publisher: "p", LanguageCode: "en", LatestVersion: 1, EmbargoEnd: 50}
		e.document.Record = restricted(domain.Record{ID: "e", UID: "u"})
		e.version = domain.Version{Document: "e", Number: 1, UID: "v", Created: at, SHA256: "s", Length: 1, Text: "t", Restricted: true}
		e.statement = statement("hidden", at, func(s *domain.Statement) { s.Document = "e" })
		e.statement.Record = restricted(e.statement.Record)
		e.review = domain.Review{Statement: "hidden", StatementRevision: 1, Reviewer: "r", TextualRating: "true", PublishTime: domain.Period{Missing: domain.NotStated}}
		e.review.Record = restricted(domain.Record{ID: "r", UID: "w"})
		made := domain.Reattribution{Record: domain.Record{ID: "a", UID: "x"}.First(at), From: "entities/ana", To: "entities/ben", Filter: "f"}
		visible := statement("open", at)
		made.Add(visible)
		made.Add(e.statement)
		for _, put := range []error{
			w.PutDocument(e.document, caller), w.PutVersion(e.version, caller), w.PutStatement(e.statement, caller), w.PutReview(e.review, caller),
			w.PutStatement(visible, caller), w.PutReattribution(made, caller),
			w.PutCorrection(domain.Correction{ID: "c1", Recorded: at, Kind: domain.Corrected, Subject: "statements/hidden", Restricted: true}),
			w.PutCorrection(domain.Correction{ID: "c2", Recorded: at, Kind: domain.Corrected, Subject: "statements/open"}),
		} {
			must.OK(t, put)
		}
		return nil
	})
	e.ended = e.write(func(w store.Writer) error {
		document, statement, review, version := e.document, e.statement, e.review, e.version
		document.Record, statement.Record, review.Record = document.Publish(w.RecordTime()), statement.Publish(w.RecordTime()), review.Publish(w.RecordTime())
		version.Published = w.RecordTime()
		for _, put := range []error{
			w.PutDocument(document, caller), w.PublishVersion(version, caller), w.PutStatement(statement, caller), w.PutReview(review, caller),
		} {
			must.OK(t, put)
		}
		return nil
	})
	return e
}

// counted is how much of each kind a reader finds.
type counted struct {
	Documents, Versions, Statements, Counted, Found, Reviews, Standing, Corrections, Of, Revisions, Read int
}

// counts is what a reader finds at a time.
func (e *embargoed) counts(r store.Reader, at recordtime.Time) (c counted) {
	t := e.t
	list := store.List{At: at, Limit: 10, ShowDeleted: true, ShowDeprecated: true}
	list.Order = order(t, domain.DocumentFields, "")
	c.Documents = len(must.Get(r.Documents(list))(t))
	c.Versions = len(must.Get(r.Versions("e", at, 0, 10))(t))
	c.Statements = len(must.Get(r.Statements(list))(t))
	c.Counted = must.Get(r.Count(store.Count{At: at, GroupBy: "speaker", Limit: 10}))(t).Total
	c.Found = must.Get(r.Search(store.Search{At: at, Query: must.Get(searchtext.ParseQuery("words"))(t), Limit: 10}))(t).Matches
	c.Reviews = len(must.Get(r.Reviews(list))(t))
	c.Standing = len(must.Get(r.StandingReviews([]string{"hidden"}, at, 10))(t))
	c.Revisions = len(must.Get(r.Revisions("hidden", at, 0, 10))(t))
	list.Order = order(t, domain.CorrectionFields, "")
	c.Corrections = len(must.Get(r.Corrections(list, ""))(t))
	c.Of = len(must.Get(r.CorrectionsOf([]string{"statements/hidden", "statements/open"}, at, 10))(t))
	for _, found := range e.read1(r, at) {
		if found {
			c.Read++
		}
	}
	return c
}

// read1 says which single resources under embargo a reader finds at a time.
func (e *embargoed) read1(r store.Reader, at recordtime.Time) []bool {
	document, found1, err := r.Document("e", at)
	must.OK(e.t, err)
	_, found2, err := r.Version("e", 1, at, true)
	must.OK(e.t, err)
	_, found3, err := r.Statement("hidden", at)
	must.OK(e.t, err)
	_, found4, err := r.Review("hidden", "r", at)
	must.OK(e.t, err)
	_, found5, err := r.Correction("c1", at)
	must.OK(e.t, err)
	_, found6, err := r.Revision("hidden", 1, at)
	must.OK(e.t, err)
	must.Equal(e.t, found1, document.ID != "")
	return []bool{found1, found2, found3, found4, found5, found6, len(must.Get(r.StatementsByID([]string{"hidden"}, at))(e.t)) > 0}
}

// Readers find nothing that is under embargo, and after its end what is on record since.
func forReaders(t *testing.T, open Open) {
	e := startEmbargoed(t, open)
	e.read(func(r store.Reader) error {
		whole := counted{Documents: 1, Versions: 1, Statements: 2, Counted: 2, Found: 2, Reviews: 1, Standing: 1, Corrections: 2, Of: 2, Revisions: 1, Read: 7}
		must.Equal(t, e.counts(r, e.began), whole)
		must.Equal(t, e.counts(r.Public(), e.began), counted{Statements: 1, Counted: 1, Found: 1, Corrections: 1, Of: 1})
		must.Equal(t, e.counts(r.Public(), e.ended-1), counted{Statements: 1, Counted: 1, Found: 1, Corrections: 1, Of: 1})
		whole.Revisions = 2
		must.Equal(t, e.counts(r, e.ended), whole)
		whole.Revisions, whole.Corrections, whole.Of, whole.Read = 1, 1, 1, 5
		must.Equal(t, e.counts(r.Public(), e.ended), whole)
		must.Equal(t, e.counts(r.Public().Public(), e.ended), whole)

		told, _, err := r.Public().Reattribution("a", e.ended)
		must.Equal(t, []any{told.Filter, told.Statements, told.Count}, []any{"", []string{"open"}, 1})
		must.OK(t, err)
		told, _, err = r.Reattribution("a", e.ended)
		must.Equal(t, []any{told.Filter, told.Statements, told.Count}, []any{"f", []string{"open", "hidden"}, 2})
		return err
	})
	e.read(func(r store.Reader) error {
		var places, public []changefeed.Place
		for _, change := range must.Get(r.Changes(store.Changes{UpTo: e.ended, Limit: 100}))(t) {
			places = append(places, change.Place)
		}
		for after := (changefeed.Place{}); ; after = public[len(public)-1] {
			page := must.Get(r.Public().Changes(store.Changes{After: after, UpTo: e.ended, Limit: 1}))(t)
			if len(page) == 0 {
				break
			}
			public = append(public, page[0].Place)
		}
		place := func(at recordtime.Time, kind int, id string, revision int64) changefeed.Place {
			return changefeed.Place{Time: at, Kind: kind, ID: id, Revision: revision}
		}
		must.Equal(t, public, []changefeed.Place{
			place(e.began, store.StatementChange, "open", 1), place(e.began, store.CorrectionChange, "c2", 1), place(e.began, store.ReattributionChange, "a", 1),
			place(e.ended, store.DocumentChange, "e", 2), place(e.ended, store.VersionChange, "e", 1),
			place(e.ended, store.StatementChange, "hidden", 2), place(e.ended, store.ReviewChange, "hidden/r", 2),
		})
		must.Equal(t, len(places), len(public)+5)
		return nil
	})
}

// endedEmbargoes are found from their end until somebody records it, or withdraws the
// document.
func endedEmbargoes(t *testing.T, open Open) {
	f := start(t, open)
	ended := func(by recordtime.Time, limit int) (ids []string) {
		f.read(func(r store.Reader) (err error) {
			ids, err = r.EndedEmbargoes(by, limit)
			return err
		})
		return ids
	}
	var documents []domain.Document
	put := func(edit func(w store.Writer, d *domain.Document)) {
		f.write(func(w store.Writer) error {
			for i := range documents {
				edit(w, &documents[i])
				must.OK(t, w.PutDocument(documents[i], caller))
			}
			return nil
		})
	}
	for i, end := range []recordtime.Time{30, 10, 20, 40} {
		id := string(rune('a' + i))
		documents = append(documents, domain.Document{Record: domain.Record{ID: id, UID: id}, Headline: "h", Publisher: "p", LanguageCode: "en", EmbargoEnd: end})
	}
	put(func(w store.Writer, d *domain.Document) { d.Record = d.First(w.RecordTime()); d.Restricted = true })
	must.Equal(t, ended(9, 10), nil)
	must.Equal(t, ended(10, 10), []string{"b"})
	must.Equal(t, ended(35, 10), []string{"b", "c", "a"})
	must.Equal(t, ended(35, 2), []string{"b", "c"})
	put(func(w store.Writer, d *domain.Document) { // moved: the earlier end counts no more
		d.Record = d.Next(w.RecordTime())
		d.EmbargoEnd += 100
	})
	must.Equal(t, ended(100, 10), nil)
	documents = documents[:2]
	put(func(w store.Writer, d *domain.Document) {
		if d.ID == "a" {
			d.Record = d.Retract(w.RecordTime(), domain.Retraction{Reason: "r"})
		} else {
			d.Record = d.Publish(w.RecordTime())
		}
	})
	must.Equal(t, ended(1000, 10), []string{"c", "d"})
}

// What is erased under embargo stays unknown to readers; what is erased later they hear
// of as of everything else.
func erasedUnderEmbargo(t *testing.T, open Open) {
	e := startEmbargoed(t, open)
	early := e.document
	early.ID = "early"
	erasure := domain.Erasure{Reason: "law", Caller: caller}
	e.write(func(w store.Writer) error {
		early.Record = early.First(w.RecordTime())
		early.Restricted = true
		must.OK(t, w.PutDocument(early, caller))
		version := e.version
		version.Document = "early"
		return w.PutVersion(version, caller)
	})
	at := e.write(func(w store.Writer) error {
		for _, id := range []string{"e", "early"} {
			must.OK(t, w.EraseDocument(id, erasure))
		}
		return w.EraseStatement("hidden", erasure)
	})
	e.read(func(r store.Reader) error {
		_, found, err := r.Public().Document("early", at)
		must.False(t, found)
		must.OK(t, err)
		document, found, err := r.Public().Document("e", at)
		must.True(t, found && document.Erased != nil)
		must.OK(t, err)
		_, found, err = r.Public().Document("e", e.began)
		must.False(t, found)
		must.OK(t, err)
		var told []string
		for _, change := range must.Get(r.Public().Changes(store.Changes{After: changefeed.Through(e.ended), UpTo: at, Limit: 100}))(t) {
			told = append(told, change.Place.ID)
			must.False(t, change.Version != nil && !change.Version.Erased)
		}
		must.Equal(t, told, []string{"e", "e", "hidden"})
		for _, change := range must.Get(r.Changes(store.Changes{UpTo: at, Limit: 100}))(t) {
			must.False(t, change.Version != nil && change.Version.SHA256 != "")
		}
		return nil
	})
}

package changes

import (
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Embargoed is the reason for which what is under embargo cannot be named by what ends
// its embargo at another time, or has none: readers would learn of it too early.
const Embargoed = "EMBARGOED"

// embargoField is the field of a request that has the end of an embargo.
const embargoField = "document.embargo_end_time"

// maxPublished is more than a document under embargo has of statements, with what moved
// into it, or of reviews.
const maxPublished = 1 << 20

// embargoTime is the time by which embargoes have ended in a write.
func embargoTime(w store.Writer) recordtime.Time { return embargo.By(w.RecordTime(), w.Clock()) }

// ReviseDocument puts the next revision of a document on record, and ends its embargo if
// the end has passed. before is the document as it stands.
//
// Errors: INVALID_ARGUMENT EMBARGO_TOO_LONG; FAILED_PRECONDITION ALREADY_PUBLIC.
func ReviseDocument(w store.Writer, caller string, before, document domain.Document) (domain.Document, error) {
	if before.EmbargoEnd != document.EmbargoEnd {
		if err := checkEmbargo(w, document, before.Restricted); err != nil {
			return document, err
		}
	}
	if document.Restricted && !embargo.Holds(document.EmbargoEnd, embargoTime(w)) {
		return Publish(w, caller, document)
	}
	document.Record = document.Next(w.RecordTime())
	return document, w.PutDocument(document, caller)
}

// checkEmbargo checks the end of an embargo; free says that it may be any.
func checkEmbargo(w store.Writer, document domain.Document, free bool) error {
	by := embargoTime(w)
	if err := embargo.CheckEnd(embargoField, document.EmbargoEnd, by); err != nil {
		return err
	}
	return embargo.CheckBegin(embargoField, domain.DocumentType, document.Name(), free, document.EmbargoEnd, by)
}

// EndEmbargoes ends the embargoes of documents whose end has passed, and says of how many:
// not of one that somebody else ended or withdrew before.
func EndEmbargoes(w store.Writer, caller string, ids ...string) (ended int, err error) {
	for _, id := range ids {
		document, found, err := w.Document(id, store.Newest)
		if err != nil {
			return 0, err
		}
		if !found || !document.Restricted || absent(document.Record, found) != "" || embargo.Holds(document.EmbargoEnd, embargoTime(w)) {
			continue
		}
		if _, err := Publish(w, caller, document); err != nil {
			return 0, err
		}
		ended++
	}
	return ended, nil
}

// Publish ends the embargo of a document: it, its versions, and the statements on it with
// their reviews get a revision that is not restricted. What was retracted or erased stays
// as it is: readers never hear of it.
func Publish(w store.Writer, caller string, document domain.Document) (domain.Document, error) {
	document.Record = document.Publish(w.RecordTime())
	if err := w.PutDocument(document, caller); err != nil {
		return document, err
	}
	for number := range document.LatestVersion {
		version, _, err := w.Version(document.ID, number+1, store.Newest, false)
		if err != nil {
			return document, err
		}
		version.Published = w.RecordTime()
		if err := w.PublishVersion(version, caller); err != nil {
			return document, err
		}
	}
	return document, publishFacts(w, caller, document)
}

// publishFacts publishes the statements on a document, and their reviews.
func publishFacts(w store.Writer, caller string, document domain.Document) error {
	ids, err := w.EverReferring(document.Name(), maxPublished, domain.RefDocument)
	if err != nil {
		return err
	}
	statements, err := w.StatementsByID(ids, store.Newest)
	if err != nil {
		return err
	}
	for _, id := range ids {
		statement := statements[id]
		if !statement.Restricted || statement.Document != document.ID || statement.IsDeleted() || statement.Erased != nil {
			continue
		}
		statement.Record = statement.Publish(w.RecordTime())
		if err := w.PutStatement(statement, caller); err != nil {
			return err
		}
		statements[id] = statement
	}
	return publishReviews(w, caller, document, ids, statements)
}

// publishReviews publishes the reviews of statements on a document, by id.
func publishReviews(w store.Writer, caller string, document domain.Document, ids []string, statements map[string]domain.Statement) error {
	reviews, err := w.StandingReviews(ids, store.Newest, maxPublished)
	if err != nil {
		return err
	}
	for _, review := range reviews {
		of := statements[review.Statement]
		if !review.Restricted || of.Document != document.ID || of.IsDeleted() || of.Erased != nil {
			continue
		}
		reviewed, found, err := w.Revision(review.Statement, review.StatementRevision, store.Newest)
		if err != nil {
			return err
		}
		// Readers never read the revision that was reviewed, but the same words.
		if found && reviewed.Statement.Text == of.Text && reviewed.Statement.Passages().Key() == of.Passages().Key() {
			review.StatementRevision = of.Revision
		}
		review.Record = review.Publish(w.RecordTime())
		if err := w.PutReview(review, caller); err != nil {
			return err
		}
	}
	return nil
}

// room refuses more statements than a document under embargo may have: they are published
// in one transaction.
func (a *applier) room(refs *References, set Set) error {
	limit := MaxCascade
	if set.Staged {
		limit *= 2
	}
	added := map[string]int{}
	for _, statement := range set.Statements {
		added[statement.Document]++
	}
	for id, count := range added {
		document, err := refs.document(id)
		if err != nil {
			return err
		}
		if !document.Restricted {
			continue
		}
		present, err := a.w.EverReferring(document.Name(), limit, domain.RefDocument)
		if err != nil {
			return err
		}
		if len(present)+count > limit {
			return errs.New(errs.FailedPrecondition, TooManyFacts,
				"%s would have more than %d statements, which a document under embargo may not have", document.Name(), limit).
				About(domain.DocumentType, document.Name())
		}
	}
	return nil
}

// embargoed refuses that something of one document, by id, names what is of another that
// is under embargo. field is where it does.
func embargoed(of, name string, document domain.Document, field string) error {
	if !document.Restricted || document.ID == of {
		return nil
	}
	return errs.New(errs.FailedPrecondition, Embargoed, "%s is under embargo until %s: only what is of %s can name it before",
		name, embargo.Text(document.EmbargoEnd.Time()), document.Name()).About(domain.DocumentType, document.Name()).Field(field, "leave it out until then")
}

// CheckNotice refuses a notice, of a correction of something that is of one document, by
// id, in a version that is not on record or of another document under embargo. The
// version is the field notice_document_version.
//
// Errors: INVALID_ARGUMENT REFERENCE_NOT_FOUND; FAILED_PRECONDITION EMBARGOED.
func CheckNotice(w store.Writer, of, version string) error {
	const field = "notice_document_version"
	if version == "" {
		return nil
	}
	refs := NewReferences(w)
	state, err := refs.version(version)
	if err != nil {
		return err
	}
	if state.fault != "" {
		return errs.Invalid(field, ReferenceNotFound, "%s %s", version, state.fault)
	}
	document, err := refs.document(state.Document)
	if err != nil {
		return err
	}
	return embargoed(of, version, document.Document, field)
}

// checkMove refuses that a statement moves from one document to another if one of the two
// is under embargo.
func (r *References) checkMove(before, after domain.Statement, path string) error {
	if before.Document == after.Document {
		return nil
	}
	field := errs.JoinPath(path, "document_version")
	from, err := r.document(before.Document)
	if err != nil {
		return err
	}
	if err := embargoed(after.Document, before.Name(), from.Document, field); err != nil {
		return err
	}
	to, err := r.document(after.Document)
	if err != nil {
		return err
	}
	return embargoed(before.Document, after.VersionName(), to.Document, field)
}

// checkMergeEmbargo refuses to merge statements of two documents one of which is under
// embargo.
func checkMergeEmbargo(r store.Reader, statement, target domain.Statement) error {
	if statement.Document == target.Document {
		return nil
	}
	for _, of := range []domain.Statement{statement, target} {
		if !of.Restricted {
			continue
		}
		document, _, err := r.Document(of.Document, store.Newest)
		if err != nil {
			return err
		}
		return errs.New(errs.FailedPrecondition, Embargoed,
			"%s is under embargo until %s: it can be merged with statements of its own document only", of.Name(), embargo.Text(document.EmbargoEnd.Time())).
			About(domain.StatementType, of.Name())
	}
	return nil
}

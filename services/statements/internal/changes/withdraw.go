package changes

import (
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Correct puts a correction on record, at the transaction's record time, and
// returns it with its id.
func Correct(w store.Writer, correction domain.Correction) (domain.Correction, error) {
	correction.ID, correction.Recorded = resource.NewUID(), w.RecordTime()
	return correction, w.PutCorrection(correction)
}

// Withdraw puts on record why a resource is withdrawn, and returns the record of
// its tombstone, which names that correction. Of why the kind, the document, the
// reason, the caller and the notice count; name is the resource's.
func Withdraw(w store.Writer, record domain.Record, name string, why domain.Correction) (domain.Record, error) {
	why.Subject, why.PreviousRevision, why.NewRevision = name, record.Revision, record.Revision+1
	why.Restricted = record.Restricted
	correction, err := Correct(w, why)
	return record.Retract(w.RecordTime(), domain.Retraction{
		Reason: why.Reason, Caller: why.Caller, Correction: correction.ID, Kind: why.Kind, Document: why.Document,
		NoticeText: why.NoticeText, NoticeVersion: why.NoticeVersion,
	}), err
}

// RetractStatement retracts a statement that stands or was merged: those that are
// merged into it stand by themselves again, and where it was an appearance it is
// none any more. why as in Withdraw; its document is the statement's.
func RetractStatement(w store.Writer, caller string, statement domain.Statement, why domain.Correction) (domain.Statement, error) {
	statement, err := Detach(w, caller, statement, why.Reason)
	if err != nil {
		return statement, err
	}
	why.Document, why.Caller = domain.DocumentName(statement.Document), caller
	if statement.Record, err = Withdraw(w, statement.Record, statement.Name(), why); err != nil {
		return statement, err
	}
	return statement, w.PutStatement(statement, caller)
}

// Detach undoes the merges of a statement that is to go, in both directions, and
// returns it as it is then.
func Detach(w store.Writer, caller string, statement domain.Statement, reason string) (domain.Statement, error) {
	if statement.IsMerged() {
		var err error
		if statement, err = Unmerge(w, caller, statement, reason); err != nil {
			return statement, err
		}
	}
	if len(statement.Appearances) == 0 {
		return statement, nil
	}
	for _, appearance := range statement.Appearances {
		merged, found, err := w.Statement(domain.LastID(appearance.Statement), store.Newest)
		if err != nil {
			return statement, err
		}
		if !found || merged.RedirectTo != statement.Name() {
			continue // merged into another that is merged into this one
		}
		if _, err := Unmerge(w, caller, merged, reason); err != nil {
			return statement, err
		}
	}
	statement, _, err := w.Statement(statement.ID, store.Newest)
	return statement, err
}

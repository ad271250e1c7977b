package changes

import (
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// TooManyFacts is the reason of a change of more statements at once than there may
// be.
const TooManyFacts = "TOO_MANY_FACTS"

// MaxCascade is how many statements are withdrawn or erased with their document, and
// how many reviews of those are withdrawn.
const MaxCascade = 5_000

// Kill withdraws a document with every statement that stands on it, and returns the
// tombstone and why; with them go their reviews, which quote them, also of those that
// were retracted before. A statement that is printed elsewhere too loses the
// appearance in the document.
//
// Errors: FAILED_PRECONDITION TOO_MANY_FACTS; ABORTED NAME_STAGED.
func Kill(w store.Writer, caller string, document domain.Document, why domain.Correction) (domain.Document, domain.Correction, error) {
	why.Kind, why.Caller, why.Document = domain.Killed, caller, document.Name()
	statements, err := printedIn(w, document)
	if err != nil {
		return document, why, err
	}
	if err := killReviews(w, caller, document, statements, why); err != nil {
		return document, why, err
	}
	for _, statement := range statements {
		if statement.IsDeleted() || statement.Document != document.ID {
			continue // retracted before, or printed here as an appearance
		}
		if statement, err = fresh(w, statement); err != nil {
			return document, why, err
		}
		if _, err := RetractStatement(w, caller, statement, why); err != nil {
			return document, why, err
		}
	}
	if document.Record, err = Withdraw(w, document.Record, document.Name(), why); err != nil {
		return document, why, err
	}
	why, _ = document.Correction(document.Name())
	return document, why, w.PutDocument(document, caller)
}

// killReviews withdraws the reviews of the statements on a document.
//
// FAILED_PRECONDITION: TOO_MANY_FACTS.
func killReviews(w store.Writer, caller string, document domain.Document, statements []domain.Statement, why domain.Correction) error {
	var ids []string
	for _, statement := range statements {
		if statement.Document == document.ID {
			ids = append(ids, statement.ID)
		}
	}
	reviews, err := w.StandingReviews(ids, store.Newest, MaxCascade+1)
	if err != nil {
		return err
	}
	if len(reviews) > MaxCascade {
		return errs.New(errs.FailedPrecondition, TooManyFacts, "the statements of %s have more than %d reviews: retract some of them first",
			document.Name(), MaxCascade).About(domain.DocumentType, document.Name())
	}
	for _, review := range reviews {
		if _, err := RetractReview(w, caller, review, why); err != nil {
			return err
		}
	}
	return nil
}

// fresh reads a statement again if what was done to others may have changed it.
func fresh(w store.Writer, statement domain.Statement) (domain.Statement, error) {
	if !statement.IsMerged() && len(statement.Appearances) == 0 {
		return statement, nil
	}
	statement, _, err := w.Statement(statement.ID, store.Newest)
	return statement, err
}

// printedIn are all statements that stand, or stood, in a document that is to go, in
// the order of their ids. Nothing that is staged may need them or the document.
func printedIn(w store.Writer, document domain.Document) ([]domain.Statement, error) {
	ids, err := w.EverReferring(document.Name(), MaxCascade+1, domain.RefDocument)
	if err != nil {
		return nil, err
	}
	if len(ids) > MaxCascade {
		return nil, errs.New(errs.FailedPrecondition, TooManyFacts, "%s has more than %d statements: erase some of them first",
			document.Name(), MaxCascade).About(domain.DocumentType, document.Name())
	}
	byID, err := w.StatementsByID(ids, store.Newest)
	if err != nil {
		return nil, err
	}
	names := []string{document.Name()}
	statements := make([]domain.Statement, 0, len(ids))
	for _, id := range ids {
		if statement, found := byID[id]; found {
			statements, names = append(statements, statement), append(names, statement.Name())
		}
	}
	return statements, w.CheckUnused(names...)
}

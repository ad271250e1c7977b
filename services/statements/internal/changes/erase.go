package changes

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// EraseStatement erases a statement, retracted or not, with its reviews and the
// words of its corrections. What was merged into it stands by itself again, and
// where it was an appearance it is none in any revision.
//
// Errors: ABORTED NAME_STAGED.
func EraseStatement(w store.Writer, caller string, statement domain.Statement, erasure domain.Erasure) error {
	if err := w.CheckUnused(statement.Name()); err != nil {
		return err
	}
	return eraseStatement(w, caller, statement, erasure)
}

func eraseStatement(w store.Writer, caller string, statement domain.Statement, erasure domain.Erasure) error {
	holders, err := release(w, caller, statement)
	if err != nil {
		return err
	}
	for _, holder := range holders {
		if err := w.EraseParts(holder, store.Parts{Statements: []string{statement.Name()}}, erasure); err != nil {
			return err
		}
	}
	erasure.Statements = 1
	return eraseOne(w, caller, statement, erasure)
}

// release undoes the merges of a statement that is to be erased, and returns the ids
// of those whose earlier revisions still have it as an appearance.
func release(w store.Writer, caller string, statement domain.Statement) (holders []string, err error) {
	if !statement.IsDeleted() {
		// The reason of an erasure is no reason of the others' revisions.
		if statement, err = Detach(w, caller, statement, ""); err != nil {
			return nil, err
		}
	}
	return holdersOf(w, statement)
}

// eraseOne erases a statement that is no appearance of another.
func eraseOne(w store.Writer, caller string, statement domain.Statement, erasure domain.Erasure) error {
	if _, err := w.EraseReviews(statement.ID, erasure, caller); err != nil {
		return err
	}
	if err := w.EraseCorrections(statement.Name()); err != nil {
		return err
	}
	return w.EraseStatement(statement.ID, erasure)
}

// holdersOf are the ids of all statements that a statement was ever an appearance
// of: those it was merged into, and those that these were merged into.
func holdersOf(r store.Reader, statement domain.Statement) (ids []string, err error) {
	for next := []string{statement.ID}; len(next) > 0; next = next[1:] {
		revisions, err := r.Revisions(next[0], store.Newest, 0, int(statement.Revision)+maxRevisions)
		if err != nil {
			return nil, err
		}
		for _, revision := range revisions {
			into := revision.Statement.RedirectTo
			if id := domain.LastID(into); into != "" && !slices.Contains(ids, id) {
				ids, next = append(ids, id), append(next, id)
			}
		}
	}
	return ids, nil
}

// maxRevisions is more than a statement can have: the numbers in names end there.
const maxRevisions = 999_999_999

// EraseDocument erases a document with all its versions and, if cascade, the
// statements on it, and returns how many those are.
//
// Errors: FAILED_PRECONDITION DOCUMENT_HAS_STATEMENTS, TOO_MANY_FACTS; ABORTED
// NAME_STAGED.
func EraseDocument(w store.Writer, caller string, document domain.Document, cascade bool, erasure domain.Erasure) (count int, err error) {
	name := document.Name()
	statements, err := printedIn(w, document)
	if err != nil {
		return 0, err
	}
	if len(statements) > 0 && !cascade {
		statement := statements[0].Name()
		return 0, errs.New(errs.FailedPrecondition, "DOCUMENT_HAS_STATEMENTS",
			"%s cannot be erased alone: statements stand on its versions, or did, such as %s; cascade erases them too", name, statement).
			About(domain.DocumentType, name).With("statement", statement)
	}
	count, err = eraseOn(w, caller, document.ID, statements, erasure)
	if err != nil {
		return count, err
	}
	if err := w.EraseCorrections(name); err != nil {
		return count, err
	}
	erasure.Statements = count
	return count, w.EraseDocument(document.ID, erasure)
}

// eraseOn erases the statements on a document, and of the others what stood there or
// is printed there, and returns how many were erased. All merges are undone first:
// what stays is rewritten once, as it stands then.
func eraseOn(w store.Writer, caller, document string, statements []domain.Statement, erasure domain.Erasure) (count int, err error) {
	var gone []domain.Statement
	parts := map[string]store.Parts{} // of what stays, by id
	for _, statement := range statements {
		if statement.Document != document { // it stood here before, or is printed here too
			parts[statement.ID] = store.Parts{Document: document, Statements: parts[statement.ID].Statements}
			continue
		}
		if statement, err = fresh(w, statement); err != nil {
			return 0, err
		}
		holders, err := release(w, caller, statement)
		if err != nil {
			return 0, err
		}
		for _, holder := range holders {
			part := parts[holder]
			part.Statements = append(part.Statements, statement.Name())
			parts[holder] = part
		}
		gone = append(gone, statement)
	}
	erasure.Statements = 1
	for _, statement := range gone {
		if err := eraseOne(w, caller, statement, erasure); err != nil {
			return 0, err
		}
		delete(parts, statement.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(parts)) {
		if err := w.EraseParts(id, parts[id], erasure); err != nil {
			return 0, err
		}
	}
	return len(gone), nil
}

// EraseEntity erases an entity.
//
// Errors: FAILED_PRECONDITION ENTITY_IN_USE; ABORTED NAME_STAGED.
func EraseEntity(w store.Writer, entity domain.Entity, erasure domain.Erasure) error {
	name := entity.Name()
	if err := w.CheckUnused(name); err != nil {
		return err
	}
	statement, found, err := w.EverReferred(name, domain.EntityRefs...)
	if err != nil {
		return err
	}
	user := ""
	if found {
		user = domain.StatementName(statement)
	} else if review, found, err := w.ReviewNaming(name, true); err != nil {
		return err
	} else if found {
		user = review
	}
	if user != "" {
		return errs.New(errs.FailedPrecondition, "ENTITY_IN_USE",
			"%s cannot be erased: %s names it, now or in an earlier revision: erase that first", name, user).
			About(domain.EntityType, name).With("resource", user)
	}
	if err := w.EraseCorrections(name); err != nil {
		return err
	}
	return w.EraseEntity(entity.ID, erasure)
}

package changes

import (
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Linked checks the statements that a statement is linked to and the versions that
// support it, but for those that it had before: what they were is history. before
// is nil for a new statement. path is the field of the statement in the request.
// REFERENCE_NOT_FOUND; FAILED_PRECONDITION EMBARGOED for what is of another document
// that is under embargo.
func (r *References) Linked(statement domain.Statement, before *domain.Statement, path string, faults *errs.Violations) error {
	if len(statement.Links) == 0 && len(statement.References) == 0 {
		return nil
	}
	had := map[string]bool{}
	if before != nil {
		for _, ref := range before.Refs() {
			had[ref.Value] = ref.Kind == domain.RefLink || ref.Kind == domain.RefReference || had[ref.Value]
		}
	}
	for _, ref := range statement.Refs() {
		if had[ref.Value] || ref.Kind != domain.RefLink && ref.Kind != domain.RefReference {
			continue
		}
		state, err := r.link(ref, statement)
		if err != nil {
			return err
		}
		field := errs.JoinPath(path, ref.Field())
		if state.fault != "" {
			faults.Add(field, ReferenceNotFound, "%s %s", ref.Value, state.fault)
			continue
		}
		document, err := r.document(state.document)
		if err != nil {
			return err
		}
		if err := embargoed(statement.Document, ref.Value, document.Document, field); err != nil {
			return err
		}
	}
	return nil
}

// link is what is known of what a statement is linked to or supported by. A statement of
// the same request can be linked to, and one that was merged: it still answers.
func (r *References) link(ref domain.Ref, from domain.Statement) (linkState, error) {
	if ref.Kind == domain.RefReference {
		version, err := r.version(ref.Value)
		return linkState{version.fault, version.Document}, err
	}
	if document, together := r.batch[ref.Value]; together {
		return linkState{document: document}, nil
	}
	if ref.Value == from.Name() {
		return linkState{document: from.Document}, nil
	}
	if state, known := r.linked[ref.Value]; known {
		return state, nil
	}
	other, found, err := r.w.Statement(domain.LastID(ref.Value), store.Newest)
	if err != nil {
		return linkState{}, err
	}
	r.linked[ref.Value] = linkState{linkFault(other.Record, found), other.Document}
	return r.linked[ref.Value], nil
}

// linkFault is absent for a statement: one that was merged can still be named.
func linkFault(record domain.Record, found bool) string {
	record.RedirectTo = ""
	return absent(record, found)
}

// learnLinked notes which statements are put on record together, and asks with one
// query for all others that they are linked to.
func (r *References) learnLinked(statements []Statement) error {
	for _, statement := range statements {
		r.batch[statement.Name()] = statement.Document
	}
	var ids []string
	for _, statement := range statements {
		for _, link := range statement.Links {
			_, known := r.linked[link.Statement]
			if _, together := r.batch[link.Statement]; !known && !together {
				r.linked[link.Statement] = linkState{fault: linkFault(domain.Record{}, false)}
				ids = append(ids, domain.LastID(link.Statement))
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	others, err := r.w.StatementsByID(ids, store.Newest)
	for _, other := range others {
		r.linked[other.Name()] = linkState{linkFault(other.Record, true), other.Document}
	}
	return err
}

package changes

import (
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Linked checks the statements that a statement is linked to and the versions that
// support it, but for those that it had before: what they were is history. before
// is nil for a new statement. path is the field of the statement in the request.
// REFERENCE_NOT_FOUND.
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
		var fault string
		var err error
		switch {
		case had[ref.Value]:
		case ref.Kind == domain.RefLink:
			fault, err = r.linkFault(ref.Value, statement.Name())
		case ref.Kind == domain.RefReference:
			fault, err = r.VersionFault(ref.Value)
		}
		if err != nil {
			return err
		}
		if fault != "" {
			faults.Add(errs.JoinPath(path, ref.Field()), ReferenceNotFound, "%s %s", ref.Value, fault)
		}
	}
	return nil
}

// linkFault says why a statement cannot be linked to, "" if it can. One of the same
// request can, and one that was merged: it still answers.
func (r *References) linkFault(name, self string) (string, error) {
	if r.batch[name] || name == self {
		return "", nil
	}
	if fault, known := r.linked[name]; known {
		return fault, nil
	}
	other, found, err := r.w.Statement(domain.LastID(name), store.Newest)
	if err != nil {
		return "", err
	}
	r.linked[name] = linkFault(other.Record, found)
	return r.linked[name], nil
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
		r.batch[statement.Name()] = true
	}
	var ids []string
	for _, statement := range statements {
		for _, link := range statement.Links {
			if _, known := r.linked[link.Statement]; !known && !r.batch[link.Statement] {
				r.linked[link.Statement] = linkFault(domain.Record{}, false)
				ids = append(ids, domain.LastID(link.Statement))
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	others, err := r.w.StatementsByID(ids, store.Newest)
	for _, other := range others {
		r.linked[other.Name()] = linkFault(other.Record, true)
	}
	return err
}

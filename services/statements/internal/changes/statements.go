package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// ReferenceNotFound is the reason of a reference to what is not on record.
const ReferenceNotFound = "REFERENCE_NOT_FOUND"

// statements checks all statements of a set, then writes them.
func (a *applier) statements(set Set) ([]Statement, error) {
	statements, anchors := set.Statements, set.Anchors
	if len(statements) == 0 {
		return nil, nil
	}
	refs := NewReferences(a.w)
	if err := refs.learn(statements); err != nil {
		return nil, err
	}
	present, err := a.present(statements)
	if err != nil {
		return nil, err
	}
	if err := a.room(refs, set); err != nil {
		return nil, err
	}
	parents := parents{w: a.w, present: present, batch: make(map[string]Statement, len(statements)), depth: map[string]int{}}
	written := make([]Statement, len(statements))
	for i, statement := range statements {
		if _, twice := parents.batch[statement.Name()]; twice {
			return nil, errs.New(errs.AlreadyExists, "STATEMENT_EXISTS", "%s is twice in this request", statement.Name()).
				About(domain.StatementType, statement.Name()).
				Field(fieldcheck.IDField(statement.Path), "give each statement a name of its own")
		}
		if other, found := present[statement.ID]; found {
			return nil, exists(domain.StatementType, "STATEMENT_EXISTS", statement.Name(), fieldcheck.IDField(statement.Path), other.Record)
		}
		if err := refs.complete(&statement, nil, nil, &a.faults); err != nil {
			return nil, err
		}
		statement.Record = statement.First(a.at)
		document, err := refs.document(statement.Document)
		if err != nil {
			return nil, err
		}
		statement.Restricted = document.Restricted
		parents.batch[statement.Name()], written[i] = statement, statement
	}
	for _, statement := range written {
		if err := parents.check(statement, &a.faults); err != nil {
			return nil, err
		}
	}
	if err := a.faults.Err(); err != nil {
		return nil, err
	}
	if err := reanchorNew(a.w, refs.latest, written, anchors); err != nil {
		return nil, err
	}
	if a.checks {
		return written, nil
	}
	for _, statement := range written {
		if err := a.w.PutStatement(statement.Statement, a.caller); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// present reads with one query what is on record of the statements and of those
// that they are reported in, by id.
func (a *applier) present(statements []Statement) (map[string]domain.Statement, error) {
	var ids []string
	for _, statement := range statements {
		ids = append(ids, statement.ID)
		if statement.Parent != "" {
			ids = append(ids, domain.LastID(statement.Parent))
		}
	}
	slices.Sort(ids)
	return a.w.StatementsByID(slices.Compact(ids), store.Newest)
}

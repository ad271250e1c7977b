package api

import (
	"context"

	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// updatableOfStatement are the fields that an update changes: what is known around
// what a statement says.
var updatableOfStatement = []protoreflect.Name{
	"language_code", "audience", "event", "location", "topics", "links", "rank", "rank_reason", "references", "qualifiers",
	"extraction", "comment",
}

// UpdateStatement changes what is known around a statement.
func (s *statements) UpdateStatement(ctx context.Context, req *statementsv1.UpdateStatementRequest) (*statementsv1.Statement, error) {
	if _, err := parseName("statement.name", req.GetStatement().GetName(), domain.ParseStatement); err != nil {
		return nil, err
	}
	return statementKind.change(ctx, s.core, "UpdateStatement", req, func(w store.Writer, caller string) (domain.Statement, error) {
		return s.update(w, caller, req)
	})
}

func (s *statements) update(w store.Writer, caller string, req *statementsv1.UpdateStatementRequest) (domain.Statement, error) {
	statement, err := standingStatement(w, req.GetStatement().GetName(), req.GetStatement().GetEtag())
	if err != nil {
		return domain.Statement{}, err
	}
	if statement.IsMerged() {
		return statement, changes.StatementMerged(statement, statement.RedirectTo)
	}
	update := s.updateOf("statement", req.GetUpdateMask(), updatableOfStatement...)
	update.Hint = "what a statement says is changed by CorrectStatement, POST /v1/{name}:correct, which takes a reason"
	merged, changed, err := fieldmask.Merge(update, statementToProto(statement), req.GetStatement())
	if err != nil || !changed {
		return statement, err
	}
	before := statement
	var faults errs.Violations
	updateStatement(&statement, merged, "statement", &faults)
	if statement.LanguageCode == "" {
		document, _, err := w.Document(statement.Document, store.Newest)
		if err != nil {
			return domain.Statement{}, err
		}
		statement.LanguageCode = document.LanguageCode
	}
	statement.CheckEditing("statement", &faults)
	refs := changes.NewReferences(w)
	if err := refs.Linked(statement, &before, "statement", &faults); err != nil {
		return domain.Statement{}, err
	}
	if err := refs.Entities(statement, "statement", &faults); err != nil {
		return domain.Statement{}, err
	}
	if err := faults.Err(); err != nil {
		return domain.Statement{}, err
	}
	statement.Record = statement.Next(w.RecordTime()).As(domain.TagUpdate, req.GetChangeComment())
	return statement, w.PutStatement(statement, caller)
}

// DeleteStatement retracts a statement.
func (s *statements) DeleteStatement(ctx context.Context, req *statementsv1.DeleteStatementRequest) (*statementsv1.Statement, error) {
	name := req.GetName()
	if _, err := parseName("name", name, domain.ParseStatement); err != nil {
		return nil, err
	}
	return statementKind.change(ctx, s.core, "DeleteStatement", req, func(w store.Writer, caller string) (domain.Statement, error) {
		statement, err := standingStatement(w, name, req.GetEtag())
		if err != nil {
			return statement, err
		}
		if statement.IsMerged() {
			return statement, changes.StatementMerged(statement, statement.RedirectTo)
		}
		err = unused(w, domain.StatementType, name, "STATEMENT_HAS_CHILDREN", "others are reported in it", domain.RefParent)
		if err != nil {
			return statement, err
		}
		return changes.RetractStatement(w, caller, statement, domain.Correction{Kind: domain.Retracted, Reason: req.GetReason()})
	})
}

func statementAgain(r store.Reader, done store.Done) (domain.Statement, error) {
	all, err := statementsAgain(r, done)
	if err != nil {
		return domain.Statement{}, err
	}
	return all[0], nil
}

// standingStatement reads a statement that is to change.
func standingStatement(w store.Writer, name, etag string) (domain.Statement, error) {
	statement, err := statementAt(w, "name", name, store.Newest, false)
	if err != nil {
		return domain.Statement{}, err
	}
	return statement, statement.CheckETag(etag, domain.StatementType, name)
}

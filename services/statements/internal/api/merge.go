package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// MergeStatement makes a statement an appearance of another, and answers that one.
func (s *statements) MergeStatement(ctx context.Context, req *statementsv1.MergeStatementRequest) (*statementsv1.Statement, error) {
	if _, err := parseName("target", req.GetTarget(), domain.ParseStatement); err != nil {
		return nil, err
	}
	return changeStatement(ctx, s.core, "MergeStatement", req, func(w store.Writer, caller string) (domain.Statement, error) {
		statement, err := standingStatement(w, req.GetName(), "")
		if err != nil {
			return domain.Statement{}, err
		}
		if statement.RedirectTo == req.GetTarget() { // done already
			return mergeTarget(w, req.GetTarget())
		}
		if err := statement.CheckETag(req.GetEtag(), domain.StatementType, req.GetName()); err != nil {
			return domain.Statement{}, err
		}
		target, err := mergeTarget(w, req.GetTarget())
		if err != nil {
			return domain.Statement{}, err
		}
		return changes.Merge(w, caller, statement, target, req.GetReason())
	})
}

// mergeTarget reads the statement that another is to be merged into.
func mergeTarget(w store.Writer, name string) (domain.Statement, error) {
	target, found, err := w.Statement(domain.LastID(name), store.Newest)
	switch {
	case err != nil:
		return target, err
	case !found:
		return target, errs.Invalid("target", changes.ReferenceNotFound, "%s is not on record", name)
	case target.IsDeleted() || target.Erased != nil:
		return target, errs.Invalid("target", changes.ReferenceNotFound, "%s was retracted", name)
	default:
		return target, nil
	}
}

// UnmergeStatement undoes a merge, and answers the statement that stands by itself
// again.
func (s *statements) UnmergeStatement(ctx context.Context, req *statementsv1.UnmergeStatementRequest) (*statementsv1.Statement, error) {
	return changeStatement(ctx, s.core, "UnmergeStatement", req, func(w store.Writer, caller string) (domain.Statement, error) {
		statement, err := standingStatement(w, req.GetName(), req.GetEtag())
		if err != nil {
			return domain.Statement{}, err
		}
		return changes.Unmerge(w, caller, statement, req.GetReason())
	})
}

// namedRequest is a write of one resource on record.
type namedRequest interface {
	writeRequest
	GetName() string
}

// changeStatement does a write that answers one statement on record.
func changeStatement(
	ctx context.Context, c core, method string, req namedRequest, do func(w store.Writer, caller string) (domain.Statement, error),
) (*statementsv1.Statement, error) {
	if _, err := parseName("name", req.GetName(), domain.ParseStatement); err != nil {
		return nil, err
	}
	return statementKind.change(ctx, c, method, req, do)
}

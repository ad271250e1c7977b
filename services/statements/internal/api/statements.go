package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const statementNotFound = "STATEMENT_NOT_FOUND"

// statements answers StatementService. Creates are in create.go, updates and
// retractions in change.go, search in search.go, revisions in revisions.go.
type statements struct {
	statementsv1.UnimplementedStatementServiceServer
	core
}

// GetStatement answers one statement.
func (s *statements) GetStatement(ctx context.Context, req *statementsv1.GetStatementRequest) (*statementsv1.Statement, error) {
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), statementToProto, func(r store.Reader, at recordtime.Time) (domain.Statement, error) {
		return statementAt(r, "name", req.GetName(), at, req.GetShowDeleted())
	})
}

// BatchGetStatements answers statements in the order of their names.
func (s *statements) BatchGetStatements(
	ctx context.Context, req *statementsv1.BatchGetStatementsRequest,
) (*statementsv1.BatchGetStatementsResponse, error) {
	answer := func(all []domain.Statement) *statementsv1.BatchGetStatementsResponse {
		return &statementsv1.BatchGetStatementsResponse{Statements: toProtos(all, statementToProto)}
	}
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), answer, func(r store.Reader, at recordtime.Time) (all []domain.Statement, err error) {
		all = make([]domain.Statement, len(req.GetNames()))
		for i, name := range req.GetNames() {
			if all[i], err = statementAt(r, errs.Index("names", i), name, at, req.GetShowDeleted()); err != nil {
				return nil, err
			}
		}
		return all, nil
	})
}

// statementAt reads a statement by the name in a field.
func statementAt(r store.Reader, field, name string, at recordtime.Time, showDeleted bool) (domain.Statement, error) {
	id, err := parseName(field, name, domain.ParseStatement)
	if err != nil {
		return domain.Statement{}, err
	}
	statement, found, err := r.Statement(id, at)
	if err != nil {
		return domain.Statement{}, err
	}
	return statement, present(statement.Record, found, showDeleted, domain.StatementType, statementNotFound, name)
}

// ListStatements answers a page of statements.
func (s *statements) ListStatements(ctx context.Context, req *statementsv1.ListStatementsRequest) (*statementsv1.ListStatementsResponse, error) {
	out := &statementsv1.ListStatementsResponse{}
	rows, next, err := list(ctx, s.core, "ListStatements", domain.StatementFields, req,
		func(r store.Reader, query store.List) (rows []domain.Statement, err error) {
			rows, err = r.Statements(query)
			if err == nil && req.GetIncludeCorrections() {
				shown := rows[:min(len(rows), query.Limit-1)] // one more is read, to see whether there is one
				out.Corrections, err = correctionsFor(r, shown, query.At)
			}
			return rows, err
		})
	if err != nil {
		return nil, err
	}
	out.Statements, out.NextPageToken = toProtos(rows, statementToProto), next
	return out, nil
}

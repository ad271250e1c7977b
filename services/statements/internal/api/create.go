package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// CreateStatement puts a statement on record.
func (s *statements) CreateStatement(ctx context.Context, req *statementsv1.CreateStatementRequest) (*statementsv1.Statement, error) {
	written, err := s.create(ctx, "CreateStatement", req, func() (changes.Set, error) {
		in := newStatement{in: req.GetStatement(), id: req.GetStatementId(), path: "statement"}
		return s.prepare(ctx, req.GetSourceText(), []newStatement{in})
	})
	if err != nil {
		return nil, err
	}
	return statementKind.created(written[0], req.GetValidateOnly(), req.GetStatementId() != ""), nil
}

// BatchCreateStatements puts statements on record, all or none.
func (s *statements) BatchCreateStatements(
	ctx context.Context, req *statementsv1.BatchCreateStatementsRequest,
) (*statementsv1.BatchCreateStatementsResponse, error) {
	written, err := s.create(ctx, "BatchCreateStatements", req, func() (changes.Set, error) {
		var faults errs.Violations
		batch := make([]newStatement, len(req.GetRequests()))
		for i, one := range req.GetRequests() {
			path := errs.Index("requests", i)
			fieldcheck.Empty(one.GetSourceText(), path+".source_text", fieldcheck.FieldNotEmpty, &faults)
			fieldcheck.Empty(one.GetRequestId(), path+".request_id", fieldcheck.FieldNotEmpty, &faults)
			if one.GetValidateOnly() {
				faults.Add(path+".validate_only", fieldcheck.FieldNotEmpty, "must be empty here")
			}
			batch[i] = newStatement{in: one.GetStatement(), id: one.GetStatementId(), path: path + ".statement"}
		}
		if err := faults.Err(); err != nil {
			return changes.Set{}, err
		}
		return s.prepare(ctx, req.GetSourceText(), batch)
	})
	if err != nil {
		return nil, err
	}
	out := &statementsv1.BatchCreateStatementsResponse{Statements: make([]*statementsv1.Statement, len(written))}
	for i, statement := range written {
		out.Statements[i] = statementKind.created(statement, req.GetValidateOnly(), req.GetRequests()[i].GetStatementId() != "")
	}
	return out, nil
}

// create puts prepared statements on record.
func (s *statements) create(ctx context.Context, method string, req writeRequest, prepare func() (changes.Set, error)) ([]domain.Statement, error) {
	var set changes.Set
	return run(ctx, s.core, req, write[[]domain.Statement]{
		Method:  method,
		Prepare: func() (err error) { set, err = prepare(); return err },
		Do: func(w store.Writer, caller string) ([]domain.Statement, []string, error) {
			return apply(w, caller, set, statementsOf)
		},
		Again: statementsAgain,
	})
}

func statementsOf(set changes.Set) []domain.Statement {
	out := make([]domain.Statement, len(set.Statements))
	for i, statement := range set.Statements {
		out[i] = statement.Statement
	}
	return out
}

// statementsAgain reads the answer of a write that was done before.
func statementsAgain(r store.Reader, done store.Done) ([]domain.Statement, error) {
	return writtenStatements(r, done.Names, done.RecordTime)
}

// writtenStatements reads statements as a write left them, retracted or not. NOT_FOUND,
// reason ERASED, if one was erased since.
func writtenStatements(r store.Reader, names []string, at recordtime.Time) ([]domain.Statement, error) {
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = domain.LastID(name)
	}
	byID, err := r.StatementsByID(ids, at)
	if err != nil {
		return nil, err
	}
	out := make([]domain.Statement, len(names))
	for i, name := range names {
		statement, found := byID[ids[i]]
		if err := present(statement.Record, found, true, domain.StatementType, statementNotFound, name); err != nil {
			return nil, err
		}
		out[i] = statement
	}
	return out, nil
}

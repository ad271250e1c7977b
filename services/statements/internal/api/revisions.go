package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const revisionNotFound = "REVISION_NOT_FOUND"

// GetStatementRevision answers one revision.
func (s *statements) GetStatementRevision(
	ctx context.Context, req *statementsv1.GetStatementRevisionRequest,
) (*statementsv1.StatementRevision, error) {
	id, number, err := domain.ParseRevision(req.GetName())
	if err != nil {
		return nil, badName("name", err)
	}
	return recordread.GetAs(ctx, s.store, nil, revisionToProto, func(r store.Reader, at recordtime.Time) (store.Revision, error) {
		return revisionAt(r, id, number, at)
	})
}

// revisionAt reads a revision, also of a retracted statement.
func revisionAt(r store.Reader, id string, number int64, at recordtime.Time) (store.Revision, error) {
	revision, found, err := r.Revision(id, number, at)
	if err != nil {
		return revision, err
	}
	return revision, present(revision.Statement.Record, found, true, domain.RevisionType, revisionNotFound, domain.RevisionName(id, number))
}

// ListStatementRevisions answers a page of revisions, also of a retracted
// statement.
func (s *statements) ListStatementRevisions(
	ctx context.Context, req *statementsv1.ListStatementRevisionsRequest,
) (*statementsv1.ListStatementRevisionsResponse, error) {
	rows, next, err := recordread.Numbered(ctx, s.store, "ListStatementRevisions", req, req.GetParent(),
		func(r store.Revision) int64 { return r.Statement.Revision },
		func(r store.Reader, at recordtime.Time, below int64, limit int) ([]store.Revision, error) {
			statement, err := statementAt(r, "parent", req.GetParent(), at, true)
			if err != nil {
				return nil, err
			}
			return r.Revisions(statement.ID, at, below, limit)
		})
	return &statementsv1.ListStatementRevisionsResponse{StatementRevisions: toProtos(rows, revisionToProto), NextPageToken: next}, err
}

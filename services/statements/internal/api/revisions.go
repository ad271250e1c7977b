package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/paging"
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
	at, err := recordread.At(ctx, s.store, nil)
	if err != nil {
		return nil, err
	}
	var revision store.Revision
	err = s.read(ctx, func(r store.Reader) (err error) {
		revision, err = revisionAt(r, id, number, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	return revisionToProto(revision), nil
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
	p, err := recordread.Begin(ctx, s.store, "ListStatementRevisions", req, req.GetParent())
	if err != nil {
		return nil, err
	}
	before, err := p.Number()
	if err != nil {
		return nil, err
	}
	var rows []store.Revision
	err = s.read(ctx, func(r store.Reader) error {
		statement, err := statementAt(r, "parent", req.GetParent(), p.At, true)
		if err != nil {
			return err
		}
		rows, err = r.Revisions(statement.ID, p.At, before, p.Size+1)
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, more := paging.Trim(rows, p.Size)
	out := &statementsv1.ListStatementRevisionsResponse{StatementRevisions: toProtos(rows, revisionToProto)}
	if more {
		out.NextPageToken, err = p.Next(rows[len(rows)-1].Statement.Revision)
	}
	return out, err
}

package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/protodiff"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// DiffStatementRevisions answers what changed from one revision to another.
func (s *statements) DiffStatementRevisions(
	ctx context.Context, req *statementsv1.DiffStatementRevisionsRequest,
) (*statementsv1.DiffStatementRevisionsResponse, error) {
	id, number, err := domain.ParseRevision(req.GetName())
	if err != nil {
		return nil, badName("name", err)
	}
	to, ok := resource.ParseNumber(req.GetTo())
	if !ok {
		return nil, domain.NotFound(domain.RevisionType, revisionNotFound, domain.StatementName(id)+"/revisions/"+req.GetTo())
	}
	at, err := recordread.At(ctx, s.store, nil)
	if err != nil {
		return nil, err
	}
	var before, after store.Revision
	err = s.read(ctx, func(r store.Reader) (err error) {
		if before, err = revisionAt(r, id, number, at); err != nil {
			return err
		}
		after, err = revisionAt(r, id, to, at)
		return err
	})
	if err != nil {
		return nil, err
	}
	from, changedTo := statementToProto(before.Statement), statementToProto(after.Statement)
	for _, statement := range []*statementsv1.Statement{from, changedTo} {
		statement.Etag, statement.UpdateTime, statement.RevisionId = "", nil, "" // every revision changes them
	}
	changed, err := protodiff.Compare(from, changedTo)
	out := &statementsv1.DiffStatementRevisionsResponse{FromRevision: domain.RevisionName(id, number), ToRevision: domain.RevisionName(id, to)}
	for _, change := range changed {
		out.Changes = append(out.Changes, &statementsv1.DiffStatementRevisionsResponse_Change{
			Field: change.Field, OldValue: change.Old, NewValue: change.New,
		})
	}
	return out, err
}

package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/protodiff"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
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
	states, err := recordread.Get(ctx, s.store, nil, func(r store.Reader, at recordtime.Time) (states [2]*statementsv1.Statement, err error) {
		for i, n := range []int64{number, to} {
			revision, err := revisionAt(r, id, n, at)
			if err != nil {
				return states, err
			}
			states[i] = statementToProto(revision.Statement)
			states[i].Etag, states[i].UpdateTime, states[i].RevisionId = "", nil, "" // every revision changes them
		}
		return states, nil
	})
	if err != nil {
		return nil, err
	}
	changed, err := protodiff.Compare(states[0], states[1])
	out := &statementsv1.DiffStatementRevisionsResponse{FromRevision: domain.RevisionName(id, number), ToRevision: domain.RevisionName(id, to)}
	for _, change := range changed {
		out.Changes = append(out.Changes, &statementsv1.DiffStatementRevisionsResponse_Change{
			Field: change.Field, OldValue: change.Old, NewValue: change.New,
		})
	}
	return out, err
}

package api

import (
	"context"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// RollbackStatement makes a statement what it was in an earlier revision.
func (s *statements) RollbackStatement(ctx context.Context, req *statementsv1.RollbackStatementRequest) (*statementsv1.Statement, error) {
	name := req.GetName()
	if _, err := parseName("name", name, domain.ParseStatement); err != nil {
		return nil, err
	}
	number, ok := resource.ParseNumber(req.GetRevisionId())
	if !ok {
		return nil, domain.NotFound(domain.RevisionType, revisionNotFound, name+"/revisions/"+req.GetRevisionId())
	}
	return statementKind.change(ctx, s.core, "RollbackStatement", req, func(w store.Writer, caller string) (domain.Statement, error) {
		return rollback(w, caller, req, number)
	})
}

// rollback writes what an earlier revision said, checked as a correction is, and
// why.
func rollback(w store.Writer, caller string, req *statementsv1.RollbackStatementRequest, number int64) (domain.Statement, error) {
	before, err := standingStatement(w, req.GetName(), req.GetEtag())
	if err != nil {
		return before, err
	}
	revision, err := revisionAt(w, before.ID, number, store.Newest)
	if err != nil {
		return before, err
	}
	next := changes.Statement{Statement: revision.Statement}
	if err := changes.NewReferences(w).Follow(&next.Statement); err != nil {
		return before, err
	}
	after, err := changes.Revise(w, before, next, next.Statement)
	if err != nil {
		return before, err
	}
	was, is := statementToProto(before), statementToProto(after)
	if proto.Equal(was, is) {
		return before, nothingCorrected(req.GetName())
	}
	after.Record = before.Next(w.RecordTime()).As(domain.TagRollback, req.GetReason())
	if !saysSame(was, is) {
		_, err := changes.Correct(w, domain.Correction{
			Kind: domain.Corrected, Subject: after.Name(), Document: domain.DocumentName(after.Document), Reason: req.GetReason(), Caller: caller,
			PreviousRevision: before.Revision, NewRevision: after.Revision, Restricted: after.Restricted,
		})
		if err != nil {
			return before, err
		}
	}
	return after, w.PutStatement(after, caller)
}

// saysSame reports whether two states of a statement differ only in what an update
// changes.
func saysSame(a, b *statementsv1.Statement) bool {
	a, b = proto.CloneOf(a), proto.CloneOf(b)
	for _, name := range updatableOfStatement {
		field := a.ProtoReflect().Descriptor().Fields().ByName(name)
		a.ProtoReflect().Clear(field)
		b.ProtoReflect().Clear(field)
	}
	a.LatestAnchor, b.LatestAnchor = nil, nil
	return proto.Equal(a, b)
}

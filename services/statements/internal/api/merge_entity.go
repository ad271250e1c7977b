package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// MergeEntity merges an entity into another.
func (e *entities) MergeEntity(ctx context.Context, req *statementsv1.MergeEntityRequest) (*statementsv1.Entity, error) {
	return e.change(ctx, "MergeEntity", req, func(w store.Writer, caller string) (domain.Entity, error) {
		entity, err := standingEntity(w, req.GetName(), "")
		if err != nil {
			return entity, err
		}
		if entity.RedirectTo == req.GetTarget() {
			return entity, nil // done already
		}
		if err := entity.CheckETag(req.GetEtag(), domain.EntityType, req.GetName()); err != nil {
			return entity, err
		}
		return changes.MergeEntity(w, caller, changes.EntityMerge{
			Entity: entity, Target: req.GetTarget(), Reason: req.GetReason(), Reattribution: newRecord(""),
		})
	})
}

// UnmergeEntity undoes a merge.
func (e *entities) UnmergeEntity(ctx context.Context, req *statementsv1.UnmergeEntityRequest) (*statementsv1.Entity, error) {
	return e.change(ctx, "UnmergeEntity", req, func(w store.Writer, caller string) (domain.Entity, error) {
		entity, err := standingEntity(w, req.GetName(), req.GetEtag())
		if err != nil {
			return entity, err
		}
		return changes.UnmergeEntity(w, caller, entity, req.GetReason())
	})
}

// change makes one change of an entity.
func (e *entities) change(
	ctx context.Context, method string, req namedRequest, do func(w store.Writer, caller string) (domain.Entity, error),
) (*statementsv1.Entity, error) {
	if _, err := parseName("name", req.GetName(), domain.ParseEntity); err != nil {
		return nil, err
	}
	return entityKind.change(ctx, e.core, method, req, do)
}

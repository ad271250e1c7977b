package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const (
	entityNotFound = "ENTITY_NOT_FOUND"
	entityInUse    = "ENTITY_IN_USE"
)

// entities answers EntityService. Resolving is in resolve.go, merges are in
// merge_entity.go.
type entities struct {
	statementsv1.UnimplementedEntityServiceServer
	core
}

// CreateEntity puts an entity on record.
func (e *entities) CreateEntity(ctx context.Context, req *statementsv1.CreateEntityRequest) (*statementsv1.Entity, error) {
	var set changes.Set
	answer, err := run(ctx, e.core, req, write[domain.Entity]{
		Method:  "CreateEntity",
		Prepare: func() (err error) { set, err = newEntity(req); return err },
		Do: func(w store.Writer, caller string) (domain.Entity, []string, error) {
			return apply(w, caller, set, func(s changes.Set) domain.Entity { return s.Entities[0] })
		},
		Again: entityAgain,
	})
	if err != nil {
		return nil, err
	}
	return entityKind.created(answer, req.GetValidateOnly(), req.GetEntityId() != ""), nil
}

func newEntity(req *statementsv1.CreateEntityRequest) (changes.Set, error) {
	if err := fieldcheck.NewETag(req.GetEntity().GetEtag(), "entity.etag"); err != nil {
		return changes.Set{}, err
	}
	var faults errs.Violations
	fieldcheck.Empty(req.GetEntity().GetName(), "entity.name", fieldcheck.NameNotEmpty, &faults)
	entity := entityFromProto(req.GetEntity(), "entity", &faults)
	entity.Record = newRecord(req.GetEntityId())
	entity.Check("entity", &faults)
	return changes.Set{Entities: []domain.Entity{entity}, Fields: map[string]string{entity.Name(): "entity"}}, faults.Err()
}

// entityAgain reads the answer of a write that was done before.
func entityAgain(r store.Reader, done store.Done) (domain.Entity, error) {
	return entityAt(r, "name", done.Names[0], done.RecordTime, true)
}

// entityAt reads an entity by the name in a field. NOT_FOUND, reason ERASED, if it was
// erased since.
func entityAt(r store.Reader, field, name string, at recordtime.Time, showDeleted bool) (domain.Entity, error) {
	id, err := parseName(field, name, domain.ParseEntity)
	if err != nil {
		return domain.Entity{}, err
	}
	entity, found, err := r.Entity(id, at)
	if err != nil {
		return domain.Entity{}, err
	}
	return entity, present(entity.Record, found, showDeleted, domain.EntityType, entityNotFound, name)
}

// GetEntity answers one entity.
func (e *entities) GetEntity(ctx context.Context, req *statementsv1.GetEntityRequest) (*statementsv1.Entity, error) {
	return recordread.GetAs(ctx, e.store, req.GetReadTime(), entityToProto, func(r store.Reader, at recordtime.Time) (domain.Entity, error) {
		return entityAt(r, "name", req.GetName(), at, req.GetShowDeleted())
	})
}

// ListEntities answers a page of entities.
func (e *entities) ListEntities(ctx context.Context, req *statementsv1.ListEntitiesRequest) (*statementsv1.ListEntitiesResponse, error) {
	rows, next, err := list(ctx, e.core, "ListEntities", domain.EntityFields, req, store.Reader.Entities)
	if err != nil {
		return nil, err
	}
	return &statementsv1.ListEntitiesResponse{Entities: toProtos(rows, entityToProto), NextPageToken: next}, nil
}

// UpdateEntity changes what is known about an entity.
func (e *entities) UpdateEntity(ctx context.Context, req *statementsv1.UpdateEntityRequest) (*statementsv1.Entity, error) {
	if _, err := parseName("entity.name", req.GetEntity().GetName(), domain.ParseEntity); err != nil {
		return nil, err
	}
	return entityKind.change(ctx, e.core, "UpdateEntity", req, func(w store.Writer, caller string) (domain.Entity, error) {
		return e.update(w, caller, req)
	})
}

func (e *entities) update(w store.Writer, caller string, req *statementsv1.UpdateEntityRequest) (domain.Entity, error) {
	before, err := standingEntity(w, req.GetEntity().GetName(), req.GetEntity().GetEtag())
	if err != nil {
		return before, err
	}
	if err := changes.Unmerged(before); err != nil {
		return before, err
	}
	update := e.updateOf("entity", req.GetUpdateMask(),
		"entity_type", "display_name", "aliases", "description", "identifiers", "names", "memberships")
	merged, changed, err := fieldmask.Merge(update, entityToProto(before), req.GetEntity())
	if err != nil || !changed {
		return before, err
	}
	entity := before
	var faults errs.Violations
	updateEntity(&entity, merged, "entity", &faults)
	entity.Check("entity", &faults)
	if err := changes.NewReferences(w).Organizations(entity, before, "entity", &faults); err != nil {
		return before, err
	}
	if err := faults.Err(); err != nil {
		return before, err
	}
	entity.Record = before.Next(w.RecordTime()).As(domain.TagUpdate, "")
	return entity, w.PutEntity(entity, caller)
}

// DeleteEntity retracts an entity.
func (e *entities) DeleteEntity(ctx context.Context, req *statementsv1.DeleteEntityRequest) (*statementsv1.Entity, error) {
	return e.change(ctx, "DeleteEntity", req, func(w store.Writer, caller string) (domain.Entity, error) {
		entity, err := standingEntity(w, req.GetName(), req.GetEtag())
		if err != nil {
			return entity, err
		}
		if err := changes.Unmerged(entity); err != nil {
			return entity, err
		}
		if err := entityUnused(w, req.GetName()); err != nil {
			return entity, err
		}
		entity.Record, err = changes.Withdraw(w, entity.Record, req.GetName(),
			domain.Correction{Kind: domain.Retracted, Reason: req.GetReason(), Caller: caller})
		if err != nil {
			return entity, err
		}
		return entity, w.PutEntity(entity, caller)
	})
}

// entityUnused refuses to retract an entity that something on record names:
// ENTITY_IN_USE.
func entityUnused(w store.Writer, name string) error {
	err := unused(w, domain.EntityType, name, entityInUse, "statements name it", domain.EntityRefs...)
	if err != nil {
		return err
	}
	member, found, err := w.MemberOf(name)
	if err != nil {
		return err
	}
	if found {
		return errs.New(errs.FailedPrecondition, entityInUse, "%s cannot be retracted: it is the organization of a membership of %s",
			name, domain.EntityName(member)).About(domain.EntityType, name)
	}
	review, found, err := w.ReviewNaming(name, false)
	if err != nil {
		return err
	}
	if found {
		return errs.New(errs.FailedPrecondition, entityInUse, "%s cannot be retracted: it is the reviewer of %s", name, review).
			About(domain.EntityType, name)
	}
	// What names the merged one means this.
	merged, found, err := w.MergedInto(name)
	if err != nil || !found {
		return err
	}
	return errs.New(errs.FailedPrecondition, entityInUse, "%s cannot be retracted: %s is merged into it: undo that first",
		name, domain.EntityName(merged)).About(domain.EntityType, name)
}

// standingEntity reads an entity that is to change.
func standingEntity(w store.Writer, name, etag string) (domain.Entity, error) {
	entity, err := entityAt(w, "name", name, store.Newest, false)
	if err != nil {
		return domain.Entity{}, err
	}
	return entity, entity.CheckETag(etag, domain.EntityType, name)
}

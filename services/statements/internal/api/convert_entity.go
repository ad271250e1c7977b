package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func entityFromProto(e *statementsv1.Entity) domain.Entity {
	var entity domain.Entity
	updateEntity(&entity, e)
	return entity
}

// updateEntity takes over the fields that an update may change: all.
func updateEntity(entity *domain.Entity, e *statementsv1.Entity) {
	entity.Type, entity.DisplayName, entity.Description = e.GetEntityType().String(), e.GetDisplayName(), e.GetDescription()
	entity.Aliases, entity.Identifiers = e.GetAliases(), e.GetIdentifiers()
}

func entityToProto(e domain.Entity) *statementsv1.Entity {
	return &statementsv1.Entity{
		Name: e.Name(), Uid: e.UID, Etag: e.ETag(),
		CreateTime: timeToProto(e.Created), UpdateTime: timeToProto(e.Updated), DeleteTime: timeToProto(e.Deleted),
		Retraction: correctionToProto(e.Record, e.Name()),
		EntityType: statementsv1.Entity_EntityType(statementsv1.Entity_EntityType_value[e.Type]),
		// The domain struct is not used again, so its list and map may be shared.
		DisplayName: e.DisplayName, Aliases: e.Aliases, Description: e.Description, Identifiers: e.Identifiers,
	}
}

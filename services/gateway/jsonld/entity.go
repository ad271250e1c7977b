package jsonld

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// EntityTypes are the types of schema.org; a group has none of its own.
func EntityTypes() map[statementsv1.Entity_EntityType]string {
	return map[statementsv1.Entity_EntityType]string{
		statementsv1.Entity_PERSON: Person, statementsv1.Entity_ORGANIZATION: Organization, statementsv1.Entity_PLACE: Place,
		statementsv1.Entity_EVENT: Event, statementsv1.Entity_GROUP: Organization,
	}
}

// EntityInput is what a writer says in an entity, with the merge, which an import
// repeats.
func EntityInput(entity *statementsv1.Entity) *statementsv1.Entity {
	input := protoinput.Of(entity)
	input.RedirectTo = entity.GetRedirectTo()
	return input
}

func entity(e *statementsv1.Entity) (*Node, proto.Message) {
	rest := EntityInput(e)
	node := &Node{
		Type: EntityTypes()[rest.GetEntityType()], ID: rest.GetName(), Name: rest.GetDisplayName(), AlternateName: rest.GetAliases(), Description: rest.GetDescription(),
	}
	if rest.GetEntityType() == statementsv1.Entity_GROUP {
		node.AdditionalType = Prefix + rest.GetEntityType().String()
	}
	for _, scheme := range slices.Sorted(maps.Keys(rest.GetIdentifiers())) {
		node.Identifier = append(node.Identifier, property(scheme, rest.GetIdentifiers()[scheme]))
	}
	rest.Name, rest.EntityType, rest.DisplayName, rest.Aliases, rest.Description, rest.Identifiers = "", 0, "", nil, "", nil
	return node, rest
}

func property(id, value string) Property {
	return Property{Type: "PropertyValue", ID: id, Value: value}
}

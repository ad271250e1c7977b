package server_test

import (
	"strings"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// What a merge passed on of an entity is erased with it: no list, no past, no change
// has its names, however far they went.
func TestErasureTakesTheNamesThatMergesPassedOn(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{EntityId: "a", Entity: &statementsv1.Entity{
			EntityType: statementsv1.Entity_PERSON, DisplayName: "Secret Name", Aliases: []string{"Hidden"},
		}})
		must.OK(t, err)
		s.entity(t, "b")
		s.entity(t, "c")
		s.mergeEntity(t, "a", "b")
		s.mergeEntity(t, "b", "c")
		before := s.settled()
		must.Equal(t, s.getEntity(t, "c").GetAliases(), []string{"Name of b", "Secret Name", "Hidden"})
		_, err = s.erasures.EraseEntity(t.Context(), &statementsv1.EraseEntityRequest{Name: "entities/a", Reason: "r"})
		must.OK(t, err)
		must.Equal(t, s.getEntity(t, "c").GetAliases(), []string{"Name of b"})
		past, err := s.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/c", ReadTime: before})
		must.OK(t, err)
		must.Equal(t, past.GetAliases(), []string{"Name of b"})
		must.Equal(t, len(s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "secret hidden"})), 0)
		must.Equal(t, len(s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "secret hidden", ReadTime: before})), 0)
		must.Equal(t, s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "name of b", ReadTime: before})[0],
			[3]string{"entities/c", "0.90", "Name of b"})
		changes, _ := until(t, s.watch(t, everything()))
		for _, change := range changes {
			must.False(t, strings.Contains(change.String(), "Secret") || strings.Contains(change.String(), "Hidden"), change.String())
		}
		// Who follows the record is told of those that lost a name.
		last := map[string]statementsv1.Change_Type{}
		for _, change := range changes {
			last[change.GetChange().GetName()] = change.GetChange().GetType()
		}
		must.Equal(t, last["entities/a"], statementsv1.Change_ERASED)
		must.Equal(t, last["entities/c"], statementsv1.Change_UPDATED)
	})
}

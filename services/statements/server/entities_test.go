package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// correctionOf is the correction in the details of a status.
func correctionOf(st *status.Status) *typev1.Correction {
	for _, detail := range st.Details() {
		if correction, ok := detail.(*typev1.Correction); ok {
			return correction
		}
	}
	return nil
}

func TestEntityLife(t *testing.T) {
	s := startFilled(t, false)
	in := &statementsv1.Entity{
		EntityType: statementsv1.Entity_PLACE, DisplayName: "Mexico", Aliases: []string{"M\u00e9xico", "EUM"},
		Description: "A country.", Identifiers: map[string]string{"iso3166_1": "MX", "wikidata": "Q96"},
	}
	created, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{Entity: in, EntityId: "mexico"})
	must.OK(t, err)
	must.Equal(t, created.GetIdentifiers(), in.GetIdentifiers())
	must.Equal(t, created.GetAliases(), in.GetAliases())
	got, err := s.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/mexico"})
	must.OK(t, err)
	must.Equal(t, got, created)

	changed, err := s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
		Entity:     &statementsv1.Entity{Name: "entities/mexico", Aliases: []string{"MEX"}, Etag: created.GetEtag()},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"aliases", "description"}},
	})
	must.OK(t, err)
	must.Equal(t, changed.GetAliases(), []string{"MEX"})
	must.Equal(t, changed.GetDescription(), "")
	_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
		Entity: &statementsv1.Entity{Name: "entities/mexico", Aliases: []string{"a", "a"}},
	})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "entity.aliases")
	_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
		Entity: &statementsv1.Entity{Name: "entities/mexico"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"identifiers.wikidata"}},
	})
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")

	_, err = s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{Entity: in, EntityId: "mexico"})
	statustest.Check(t, err, codes.AlreadyExists, "ENTITY_EXISTS", "entity_id")
	in.EntityType = 0
	_, err = s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{Entity: in})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "entity.entity_type")
}

func TestEntityInUse(t *testing.T) {
	for _, use := range []edit{
		func(s *statementsv1.Statement) { s.Speakers[0].Entity = "entities/used" },
		func(s *statementsv1.Statement) { s.Speakers[0].Affiliation = "entities/used" },
		func(s *statementsv1.Statement) { s.Audience = []string{"entities/used"} },
		func(s *statementsv1.Statement) { s.Event = "entities/used" },
		func(s *statementsv1.Statement) { s.Location = "entities/used" },
	} {
		s := startFilled(t, false)
		s.entity(t, "used")
		statement := direct()
		use(statement)
		s.create(t, "s1", statement)
		retract := func() error {
			_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/used", Reason: "double"})
			return err
		}
		st := statustest.Check(t, retract(), codes.FailedPrecondition, "ENTITY_IN_USE", "")
		must.Contains(t, st.Message(), "statements/s1")
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "wrong"})
		must.OK(t, err)
		must.OK(t, retract())
		_, err = s.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/used"})
		st = statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
		must.Equal(t, correctionOf(st).GetReason(), "double")
		// The retracted statement still says what it named.
		old, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/s1", ShowDeleted: true})
		must.OK(t, err)
		must.Equal(t, old.GetRevisionId(), "2")
	}
}

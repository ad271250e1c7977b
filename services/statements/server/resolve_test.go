package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// resolved are name, score and matched text of the candidates of a request.
func (s *service) resolved(t testing.TB, req *statementsv1.ResolveEntitiesRequest) (out [][3]string) {
	t.Helper()
	answer, err := s.entities.ResolveEntities(t.Context(), req)
	must.OK(t, err)
	for _, c := range answer.GetCandidates() {
		out = append(out, [3]string{c.GetEntity().GetName(), c.GetScore().GetValue(), c.GetMatchedText()})
	}
	return out
}

// S23: a name is resolved to entities with scores.
func TestS23Resolve(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		put := func(id string, entityType statementsv1.Entity_EntityType, name string, aliases ...string) {
			_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{EntityId: id, Entity: &statementsv1.Entity{
				EntityType: entityType, DisplayName: name, Aliases: aliases, Identifiers: map[string]string{"wikidata": "Q-" + id},
				Names: []*statementsv1.EntityName{{Text: name + " (fr)", LanguageCode: "fr"}},
			}})
			must.OK(t, err)
		}
		put("jane", statementsv1.Entity_PERSON, "Jane Doe", "JD")
		put("john", statementsv1.Entity_PERSON, "John Doe")
		put("doe", statementsv1.Entity_PLACE, "Döe", "Jane Doe")
		resolve := func(text string) [][3]string {
			return s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: text})
		}
		must.Equal(t, resolve("Jane Doe"), [][3]string{
			{"entities/jane", "1.00", "Jane Doe"}, {"entities/doe", "0.95", "Jane Doe"}, {"entities/john", "0.42", "John Doe"},
		})
		must.Equal(t, resolve("JANE DOE!")[:2], [][3]string{{"entities/doe", "0.90", "Jane Doe"}, {"entities/jane", "0.90", "Jane Doe"}})
		must.Equal(t, resolve("Q-john")[0], [3]string{"entities/john", "1.00", "Q-john"})
		must.Equal(t, resolve("jd"), [][3]string{{"entities/jane", "0.90", "JD"}})
		must.Equal(t, len(resolve("nobody")), 0)
		must.Equal(t, s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "Doe", EntityType: statementsv1.Entity_PLACE}),
			[][3]string{{"entities/doe", "0.90", "Döe"}})
		must.Equal(t, len(s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "Doe", PageSize: 1})), 1)

		// A name of a merged entity finds what it was merged into, and not before.
		before := s.settled()
		s.mergeEntity(t, "jane", "john")
		must.Equal(t, resolve("Q-jane"), [][3]string{{"entities/john", "1.00", "Q-jane"}, {"entities/doe", "0.42", "Jane Doe"}})
		must.Equal(t, resolve("JD"), [][3]string{{"entities/john", "0.95", "JD"}})
		must.Equal(t, s.resolved(t, &statementsv1.ResolveEntitiesRequest{Text: "JD", ReadTime: before}),
			[][3]string{{"entities/jane", "0.95", "JD"}})
		// What was retracted is no candidate.
		s.unmergeEntity(t, "jane")
		_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/jane", Reason: "r"})
		must.OK(t, err)
		must.Equal(t, len(resolve("JD")), 0)
	})
}

func TestResolveRefusals(t *testing.T) {
	s := start(t)
	for _, test := range []struct {
		req           *statementsv1.ResolveEntitiesRequest
		reason, field string
	}{
		{&statementsv1.ResolveEntitiesRequest{Text: " -?* "}, "EMPTY_QUERY", "text"},
		{&statementsv1.ResolveEntitiesRequest{}, "INVALID_REQUEST", "text"},
		{&statementsv1.ResolveEntitiesRequest{Text: "a", PageSize: 101}, "INVALID_REQUEST", "page_size"},
		{&statementsv1.ResolveEntitiesRequest{Text: "a", EntityType: 99}, "INVALID_REQUEST", "entity_type"},
		{
			&statementsv1.ResolveEntitiesRequest{Text: "a", ReadTime: &timestamppb.Timestamp{Seconds: 1 << 34}},
			"READ_TIME_NOT_SETTLED", "read_time",
		},
	} {
		_, err := s.entities.ResolveEntities(t.Context(), test.req)
		statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
	}
}

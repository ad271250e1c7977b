package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// office is a membership.
func office(role, organization, start, end string) *statementsv1.Membership {
	return &statementsv1.Membership{Role: role, Organization: organization, StartDate: start, EndDate: end}
}

// named puts a person with memberships on record.
func (s *service) named(t testing.TB, id string, memberships ...*statementsv1.Membership) *statementsv1.Entity {
	t.Helper()
	out, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
		Entity: &statementsv1.Entity{
			EntityType: statementsv1.Entity_PERSON, DisplayName: "Name of " + id, Memberships: memberships,
		}, EntityId: id,
	})
	must.OK(t, err)
	return out
}

// saidBy is a direct quotation by an entity at a time, without role.
func saidBy(entity, at string) *statementsv1.Statement {
	out := direct()
	out.Speakers = []*statementsv1.Speaker{{Entity: entity}}
	out.StatementTime = period(at)
	return out
}

// S9: role and affiliation are those at statement time.
func TestS9RoleAtStatementTime(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "mexico")
		s.named(t, "eva",
			office("Mayor", "", "2015", "2018-11-30"), office("President", "entities/mexico", "2018-12-01", ""), office("Chair", "", "2022", ""))
		for _, test := range []struct{ at, role, affiliation string }{
			{"2016-05-01", "Mayor", ""},
			{"2015-05-01", "", ""}, // she may have become it later that year
			{"2019-02", "President", "entities/mexico"},
			{"2018-11-30/2018-12-01", "", ""},
			{"2023-01-01", "", ""}, // two offices: none is chosen
		} {
			got := s.create(t, "", saidBy("entities/eva", test.at)).GetSpeakers()[0]
			must.Equal(t, []string{got.GetRole(), got.GetAffiliation()}, []string{test.role, test.affiliation})
			must.Equal(t, got.GetRoleFromMembership(), test.role != "")
		}
		// What the writer says stands.
		own := saidBy("entities/eva", "2019-02")
		own.Speakers[0].Role = "Candidate"
		got := s.create(t, "own", own).GetSpeakers()[0]
		must.Equal(t, got.GetRole(), "Candidate")
		must.False(t, got.GetRoleFromMembership())
		// By what was found statements are found.
		page, err := s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{
			Filter: `role:"President" affiliation:"entities/mexico"`,
		})
		must.OK(t, err)
		must.Equal(t, len(page.GetStatements()), 1)
	})
}

// F22: a role that passes to someone else changes no statement.
func TestF22ARoleStaysAsItWas(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.named(t, "eva", office("President", "", "2018-12-01", ""))
		before := s.create(t, "s1", saidBy("entities/eva", "2019-02-01"))
		must.Equal(t, before.GetSpeakers()[0].GetRole(), "President")
		unknown := s.create(t, "s2", saidBy("entities/eva", "2017-01-01"))
		_, err := s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{Entity: &statementsv1.Entity{
			Name: "entities/eva", Memberships: []*statementsv1.Membership{office("Mayor", "", "2015-01-01", "2019-12-31")},
		}})
		must.OK(t, err)
		s.named(t, "new", office("President", "", "2019-01-01", ""))
		for _, want := range []*statementsv1.Statement{before, unknown} {
			got, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: want.GetName()})
			must.OK(t, err)
			must.Equal(t, got, want)
		}
		// Nor does a change of what is around it.
		changed, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: &statementsv1.Statement{Name: "statements/s2", Comment: "c"},
		})
		must.OK(t, err)
		must.Equal(t, changed.GetSpeakers(), unknown.GetSpeakers())
		// A new one gets what holds by then.
		must.Equal(t, s.create(t, "s3", saidBy("entities/eva", "2019-02-01")).GetSpeakers()[0].GetRole(), "Mayor")
	})
}

// S9 in a batch and in an ingest, whose organizations may come with it.
func TestS9RolesInBatchAndIngest(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.named(t, "eva", office("President", "", "2018-12-01", ""))
		batch, err := s.statements.BatchCreateStatements(t.Context(), &statementsv1.BatchCreateStatementsRequest{
			Requests: []*statementsv1.CreateStatementRequest{
				{Statement: saidBy("entities/eva", "2020")}, {Statement: saidBy("entities/eva", "2010")},
			},
		})
		must.OK(t, err)
		must.Equal(t, batch.GetStatements()[0].GetSpeakers()[0].GetRole(), "President")
		must.Equal(t, batch.GetStatements()[1].GetSpeakers()[0].GetRole(), "")

		req := ingest(request1)
		statement := saidBy("entities/leo", "2020")
		statement.DocumentVersion = ""
		req.Statements = []*statementsv1.Statement{statement}
		req.Entities = []*statementsv1.Entity{
			{
				Name: "entities/leo", EntityType: statementsv1.Entity_PERSON, DisplayName: "Leo",
				Names:       []*statementsv1.EntityName{{Text: "Léo", LanguageCode: "fr"}},
				Memberships: []*statementsv1.Membership{office("Minister", "entities/trade", "2019-01-01", "")},
			},
			{Name: "entities/trade", EntityType: statementsv1.Entity_ORGANIZATION, DisplayName: "Trade"},
		}
		bad := proto.CloneOf(req)
		bad.Entities[0].Memberships[0].Organization = "entities/nowhere"
		_, err = s.staging.StageDocument(t.Context(), bad)
		statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "entities[0].memberships[0].organization")
		bad.Entities[0].Memberships[0] = office("r", "", "2020", "2019")
		_, err = s.staging.StageDocument(t.Context(), bad)
		statustest.Check(t, err, codes.InvalidArgument, "ENDS_BEFORE_START", "entities[0].memberships[0].end_date")
		_, err = s.staging.StageDocument(t.Context(), req)
		must.OK(t, err)
		// What is learned before it is published counts.
		published, err := s.staging.PublishDocument(t.Context(), &statementsv1.PublishDocumentRequest{RequestId: req.GetRequestId()})
		must.OK(t, err)
		got := published.GetStatements()[0].GetSpeakers()[0]
		must.Equal(t, []string{got.GetRole(), got.GetAffiliation()}, []string{"Minister", "entities/trade"})

		// Again with another membership: the record differs.
		req.RequestId = request2
		req.Entities[0].Memberships[0].Role = "Poet"
		_, err = s.staging.StageDocument(t.Context(), req)
		statustest.Check(t, err, codes.FailedPrecondition, "ENTITY_DIFFERS", "entities[0].memberships")
	})
}

// Bad input: memberships that end before they begin, and others that cannot be.
func TestMembershipsThatCannotBe(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "gone")
		_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/gone", Reason: "r"})
		must.OK(t, err)
		for _, test := range []struct {
			membership    *statementsv1.Membership
			reason, field string
		}{
			{office("r", "", "2019-01-02", "2019-01-01"), "ENDS_BEFORE_START", ".end_date"},
			{office("r", "", "2019", "2018-12"), "ENDS_BEFORE_START", ".end_date"},
			{office("r", "", "last year", ""), "INVALID_PERIOD", ".start_date"},
			{office("r", "", "2019", "2020-13"), "INVALID_PERIOD", ".end_date"},
			{office("r", "", "2019/2020", ""), "INVALID_PERIOD", ".start_date"},
			{office("r", "entities/nowhere", "", ""), "REFERENCE_NOT_FOUND", ".organization"},
			{office("r", "entities/gone", "", ""), "REFERENCE_NOT_FOUND", ".organization"},
			{office("", "", "2019", ""), "INVALID_REQUEST", ""},
			{office("r", "documents/d", "", ""), "INVALID_REQUEST", ".organization"},
		} {
			memberships := []*statementsv1.Membership{office("ok", "entities/ana", "2018", "2018"), test.membership}
			_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{Entity: &statementsv1.Entity{
				EntityType: statementsv1.Entity_PERSON, DisplayName: "X", Memberships: memberships,
			}})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, "entity.memberships[1]"+test.field)
			_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{Entity: &statementsv1.Entity{
				Name: "entities/ana", Memberships: []*statementsv1.Membership{test.membership},
			}})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, "entity.memberships[0]"+test.field)
		}
		_, err = s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{Entity: &statementsv1.Entity{
			EntityType: statementsv1.Entity_PERSON, DisplayName: "X",
			Names: []*statementsv1.EntityName{{Text: "Y", LanguageCode: "en"}, {Text: "Y", LanguageCode: "EN"}},
		}})
		statustest.Check(t, err, codes.InvalidArgument, "DUPLICATE_ITEM", "entity.names[1]")
		got, err := s.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/ana"})
		must.OK(t, err)
		must.Equal(t, got.GetRevisionId(), "1") // nothing was written
	})
}

// An organization with members cannot be retracted; a member can be changed after
// its organization was merged.
func TestOrganizationsOfMembers(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "mexico")
		s.entity(t, "mx")
		eva := s.named(t, "eva", office("President", "entities/mx", "2018-12-01", ""))
		_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/mx", Reason: "r"})
		st := statustest.Check(t, err, codes.FailedPrecondition, "ENTITY_IN_USE", "")
		must.Contains(t, st.Message(), "entities/eva")
		s.mergeEntity(t, "mx", "mexico")
		changed, err := s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
			Entity:     &statementsv1.Entity{Name: "entities/eva", Description: "d", Memberships: eva.GetMemberships()},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description", "memberships"}},
		})
		must.OK(t, err)
		must.Equal(t, changed.GetMemberships(), eva.GetMemberships())
		// The affiliation is what the organization was merged into.
		must.Equal(t, s.create(t, "s1", saidBy("entities/eva", "2020")).GetSpeakers()[0].GetAffiliation(), "entities/mexico")
		page, err := s.entities.ListEntities(t.Context(), &statementsv1.ListEntitiesRequest{Filter: `memberships.organization:"entities/mx"`})
		must.OK(t, err)
		must.Equal(t, page.GetEntities(), []*statementsv1.Entity{changed})
	})
}

package server_test

import (
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// mergeEntity merges an entity into another.
func (s *service) mergeEntity(t testing.TB, id, target string) *statementsv1.Entity {
	t.Helper()
	out, err := s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
		Name: "entities/" + id, Target: "entities/" + target, Reason: "the same",
	})
	must.OK(t, err)
	return out
}

// unmergeEntity undoes a merge.
func (s *service) unmergeEntity(t testing.TB, id string) *statementsv1.Entity {
	t.Helper()
	out, err := s.entities.UnmergeEntity(t.Context(), &statementsv1.UnmergeEntityRequest{Name: "entities/" + id, Reason: "not the same"})
	must.OK(t, err)
	return out
}

func (s *service) getEntity(t testing.TB, id string) *statementsv1.Entity {
	t.Helper()
	out, err := s.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/" + id})
	must.OK(t, err)
	return out
}

// statement reads a statement that is on record.
func (s *service) statement(t testing.TB, id string) *statementsv1.Statement {
	t.Helper()
	out, err := s.get(t.Context(), id)
	must.OK(t, err)
	return out
}

// naming is a statement that names an entity wherever one can be named.
func naming(name string) *statementsv1.Statement {
	out := direct()
	out.Speakers = []*statementsv1.Speaker{
		{Entity: name, Role: "President", Affiliation: name},
		{AttributionText: "an aide", Candidates: []*statementsv1.Speaker_Candidate{
			{Entity: name, Probability: &decimal.Decimal{Value: "0.5"}}, {Entity: "entities/ana", Probability: &decimal.Decimal{Value: "0.2"}},
		}},
	}
	out.Audience, out.Event, out.Location, out.Topics = []string{name}, name, name, []string{name}
	out.Qualifiers = map[string]*statementsv1.QualifierValue{"of": {Value: &statementsv1.QualifierValue_Entity{Entity: name}}}
	return out
}

// S23: a merge redirects, changes all statements, keeps the names, and is undone.
func TestS23MergeAndUnmerge(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{EntityId: "dup", Entity: &statementsv1.Entity{
			EntityType: statementsv1.Entity_PERSON, DisplayName: "Double", Aliases: []string{"Dub", "Name of ben"},
		}})
		must.OK(t, err)
		ben := s.entity(t, "ben")
		before := s.create(t, "s1", naming("entities/dup"))
		other := s.create(t, "s2", direct())
		start := s.settled()

		merged := s.mergeEntity(t, "dup", "ben")
		must.Equal(t, merged.GetRedirectTo(), "entities/ben")
		must.Equal(t, merged.GetRevisionId(), "2")
		must.Equal(t, s.getEntity(t, "dup"), merged)
		must.Equal(t, s.getEntity(t, "ben").GetAliases(), []string{"Double", "Dub"})
		must.Equal(t, s.statement(t, "s2"), other)
		after := s.statement(t, "s1")
		want := naming("entities/ben")
		must.Equal(t, after.GetSpeakers()[0].GetEntity(), "entities/ben")
		must.Equal(t, after.GetSpeakers()[0].GetAffiliation(), "entities/ben")
		must.Equal(t, after.GetSpeakers()[1].GetCandidates(), want.GetSpeakers()[1].GetCandidates())
		must.Equal(t, after.GetAudience(), want.GetAudience())
		must.Equal(t, after.GetTopics(), want.GetTopics())
		must.Equal(t, []string{after.GetEvent(), after.GetLocation()}, []string{"entities/ben", "entities/ben"})
		must.Equal(t, after.GetQualifiers(), want.GetQualifiers())
		changes, _ := until(t, s.watch(t, &statementsv1.WatchRequest{StartTime: start}))
		types := map[string]statementsv1.Change_Type{}
		for _, change := range changes {
			types[change.GetChange().GetName()] = change.GetChange().GetType()
		}
		must.Equal(t, types["entities/dup"], statementsv1.Change_MERGED)
		must.Equal(t, types["entities/ben"], statementsv1.Change_UPDATED)
		must.Equal(t, types["statements/s1"], statementsv1.Change_UPDATED)
		// The record of the past is as it was.
		past, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/s1", ReadTime: start})
		must.OK(t, err)
		must.Equal(t, past, before)

		// Lists have it only with show_deleted.
		names := func(showDeleted bool) (out []string) {
			page, err := s.entities.ListEntities(t.Context(), &statementsv1.ListEntitiesRequest{OrderBy: "name", ShowDeleted: showDeleted})
			must.OK(t, err)
			for _, e := range page.GetEntities() {
				out = append(out, e.GetName())
			}
			return out
		}
		must.Equal(t, names(false), []string{"entities/ana", "entities/ben"})
		must.Equal(t, names(true), []string{"entities/ana", "entities/ben", "entities/dup"})

		// It is told what was done: one re-attribution, one correction a statement.
		list, err := s.reattributions.ListReattributions(t.Context(), &statementsv1.ListReattributionsRequest{})
		must.OK(t, err)
		must.Equal(t, len(list.GetReattributions()), 1)
		done := list.GetReattributions()[0]
		must.True(t, done.GetMerge())
		must.Equal(t, done.GetStatements(), []string{"statements/s1"})
		_, err = s.reattributions.UndoReattribution(t.Context(), &statementsv1.UndoReattributionRequest{Reattribution: done.GetName(), Reason: "r"})
		statustest.Check(t, err, codes.FailedPrecondition, "MERGE_NOT_UNDONE_HERE", "")

		s.unmergeEntity(t, "dup")
		must.Equal(t, s.getEntity(t, "dup").GetRedirectTo(), "")
		must.Equal(t, s.getEntity(t, "ben").GetAliases(), ben.GetAliases())
		restored := s.statement(t, "s1")
		must.Equal(t, restored.GetRevisionId(), "3")
		before.RevisionId, before.Etag, before.UpdateTime = restored.GetRevisionId(), restored.GetEtag(), restored.GetUpdateTime()
		must.Equal(t, restored, before)
		_, err = s.entities.UnmergeEntity(t.Context(), &statementsv1.UnmergeEntityRequest{Name: "entities/dup", Reason: "r"})
		statustest.Check(t, err, codes.FailedPrecondition, "NOT_MERGED", "")
		s.mergeEntity(t, "dup", "ben") // it can be merged again
	})
}

// Bad input: merges in a circle, into itself, of what was merged; each a precise
// status, and nothing half-written.
func TestEntityMergeRefusals(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"a", "b", "c", "gone"} {
			s.entity(t, id)
		}
		_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/gone", Reason: "r"})
		must.OK(t, err)
		merged := s.mergeEntity(t, "a", "b")
		s.mergeEntity(t, "b", "c")
		for _, test := range []struct {
			name, target  string
			code          codes.Code
			reason, field string
		}{
			{"c", "a", codes.InvalidArgument, "MERGE_CIRCLE", "target"},
			{"c", "b", codes.InvalidArgument, "MERGE_CIRCLE", "target"},
			{"c", "c", codes.InvalidArgument, "SAME_ENTITY", "target"},
			{"a", "c", codes.FailedPrecondition, "ALREADY_MERGED", ""},
			{"ana", "b", codes.InvalidArgument, "REFERENCE_NOT_FOUND", "target"},
			{"ana", "gone", codes.InvalidArgument, "REFERENCE_NOT_FOUND", "target"},
			{"ana", "nowhere", codes.InvalidArgument, "REFERENCE_NOT_FOUND", "target"},
			{"gone", "ana", codes.NotFound, "RETRACTED", ""},
			{"nowhere", "ana", codes.NotFound, "ENTITY_NOT_FOUND", ""},
		} {
			_, err := s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
				Name: "entities/" + test.name, Target: "entities/" + test.target, Reason: "r",
			})
			statustest.Check(t, err, test.code, test.reason, test.field)
		}
		again, err := s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
			Name: "entities/a", Target: "entities/b", Reason: "r", Etag: `"1-old"`,
		})
		must.OK(t, err)
		must.Equal(t, again, merged)
		_, err = s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
			Name: "entities/c", Target: "entities/ana", Reason: "r", Etag: `"1-old"`,
		})
		statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
		// What was merged is changed no more, and nothing new refers to it.
		_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{
			Entity: &statementsv1.Entity{Name: "entities/a", DisplayName: "X"},
		})
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_MERGED", "")
		_, err = s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/a", Reason: "r"})
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_MERGED", "")
		_, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: saidBy("entities/a", "2020")})
		st := statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statement.speakers[0].entity")
		must.Contains(t, st.Message(), "merged into entities/b")
		list, err := s.reattributions.ListReattributions(t.Context(), &statementsv1.ListReattributionsRequest{})
		must.OK(t, err)
		must.Equal(t, len(list.GetReattributions()), 2)
	})
}

// validate_only shows the merge and writes nothing; what an ingest needs is not
// merged away.
func TestEntityMergeIsTriedFirst(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.create(t, "s1", direct())
		before := s.statement(t, "s1")
		tried, err := s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
			Name: "entities/ana", Target: "entities/ben", Reason: "r", ValidateOnly: true,
		})
		must.OK(t, err)
		must.Equal(t, tried.GetRedirectTo(), "entities/ben")
		must.Equal(t, tried.GetEtag(), "")
		must.Equal(t, s.getEntity(t, "ana").GetRedirectTo(), "")
		must.Equal(t, s.statement(t, "s1"), before)

		req := ingest(request1)
		req.Entities = nil
		s.stage(t, req)
		_, err = s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
			Name: "entities/ana", Target: "entities/ben", Reason: "r",
		})
		statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
		must.OK(t, s.discard(t, request1))
		s.mergeEntity(t, "ana", "ben")
		req.RequestId = request2
		req.Entities = []*statementsv1.Entity{{Name: "entities/ana", EntityType: statementsv1.Entity_PERSON, DisplayName: "Name of ana"}}
		_, err = s.staging.StageDocument(t.Context(), req)
		statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "entities[0].name")
	})
}

// Merges in a chain come apart one by one, and what was changed since is left alone.
func TestUnmergeLeavesWhatWasChanged(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.entity(t, "eve")
		s.create(t, "s1", direct())
		changed := direct()
		changed.Audience = []string{"entities/ana"}
		s.create(t, "s2", changed)
		s.mergeEntity(t, "ana", "ben")
		_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: &statementsv1.Statement{Name: "statements/s2", Audience: []string{"entities/eve"}},
		})
		must.OK(t, err)
		s.mergeEntity(t, "ben", "eve")
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/eve")
		s.unmergeEntity(t, "ana") // first in, first out
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/ana")
		must.Equal(t, s.statement(t, "s2").GetAudience(), []string{"entities/eve"})
		must.Equal(t, s.statement(t, "s2").GetSpeakers()[0].GetEntity(), "entities/eve") // an editor was there
		list, err := s.reattributions.ListReattributions(t.Context(), &statementsv1.ListReattributionsRequest{})
		must.OK(t, err)
		undone := list.GetReattributions()[1]
		must.Equal(t, undone.GetSkippedStatements(), []string{"statements/s2"})
		must.Equal(t, undone.GetSkippedCount(), int32(1))
		s.unmergeEntity(t, "ben")
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/ana")
		must.Equal(t, s.statement(t, "s2").GetSpeakers()[0].GetEntity(), "entities/ben")
	})
}

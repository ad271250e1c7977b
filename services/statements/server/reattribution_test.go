package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// reattribute puts one speaker in the place of another.
func (s *service) reattribute(t testing.TB, req *statementsv1.ReattributeStatementsRequest) *statementsv1.Reattribution {
	t.Helper()
	out, err := s.reattributions.ReattributeStatements(t.Context(), req)
	must.OK(t, err)
	return out
}

// toBen is the request that ana's statements are ben's.
func toBen() *statementsv1.ReattributeStatementsRequest {
	return &statementsv1.ReattributeStatementsRequest{
		Filter: `speaker:"entities/ana"`, FromEntity: "entities/ana", ToEntity: "entities/ben", Reason: "it was Ben",
	}
}

func (s *service) undo(t testing.TB, name string) *statementsv1.Reattribution {
	t.Helper()
	out, err := s.reattributions.UndoReattribution(t.Context(), &statementsv1.UndoReattributionRequest{Reattribution: name, Reason: "it was Ana"})
	must.OK(t, err)
	return out
}

// F23 and S23: one call re-attributes, previewed, audited, followed, undone as one.
func TestF23ReattributionIsPreviewedAuditedAndUndone(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "mexico")
		s.named(t, "ben", office("Minister", "entities/mexico", "2019-01-01", "2020-12-31"))
		first := s.create(t, "s1", saidBy("entities/ana", "2020-05-01"))
		joint := saidBy("entities/ana", "2022-05-01")
		joint.Speakers = []*statementsv1.Speaker{{Entity: "entities/mexico"}, {Entity: "entities/ana", Role: "President", AttributionText: "she"}}
		second := s.create(t, "s2", joint)
		s.create(t, "s3", indirect())
		gone := s.create(t, "s4", direct())
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: gone.GetName(), Reason: "r"})
		must.OK(t, err)

		preview := toBen()
		preview.ValidateOnly = true
		seen := s.reattribute(t, preview)
		must.Equal(t, seen.GetStatements(), []string{"statements/s1", "statements/s2"})
		must.Equal(t, []any{seen.GetName(), seen.GetCreateTime() == nil, seen.GetStatementCount()}, []any{"", true, int32(2)})
		must.Equal(t, s.statement(t, "s1"), first)

		start := s.settled()
		done := s.reattribute(t, toBen())
		seen.Name, seen.CreateTime = done.GetName(), done.GetCreateTime()
		must.Equal(t, done, seen)
		must.Equal(t, s.statement(t, "s1").GetSpeakers(), []*statementsv1.Speaker{{
			Entity: "entities/ben", Role: "Minister", Affiliation: "entities/mexico", RoleFromMembership: true,
			ValueType: first.GetSpeakers()[0].GetValueType(),
		}})
		changed := s.statement(t, "s2")
		must.Equal(t, changed.GetSpeakers()[0], second.GetSpeakers()[0])
		must.Equal(t, []string{changed.GetSpeakers()[1].GetEntity(), changed.GetSpeakers()[1].GetRole(), changed.GetSpeakers()[1].GetAttributionText()},
			[]string{"entities/ben", "", "she"})
		past, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/s1", ReadTime: start})
		must.OK(t, err)
		must.Equal(t, past, first)
		s.checkAudit(t, done)

		undone := s.undo(t, done.GetName())
		must.Equal(t, undone.GetSkippedCount(), int32(0))
		must.True(t, undone.GetUndoTime() != nil)
		for _, before := range []*statementsv1.Statement{first, second} {
			now, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: before.GetName()})
			must.OK(t, err)
			before.RevisionId, before.Etag, before.UpdateTime = "3", now.GetEtag(), now.GetUpdateTime()
			must.Equal(t, now, before)
		}
		_, err = s.reattributions.UndoReattribution(t.Context(), &statementsv1.UndoReattributionRequest{Reattribution: done.GetName(), Reason: "r"})
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_UNDONE", "")
		// As it stood before it was undone.
		got, err := s.reattributions.GetReattribution(t.Context(), &statementsv1.GetReattributionRequest{Name: done.GetName(), ReadTime: done.GetCreateTime()})
		must.OK(t, err)
		must.Equal(t, got, done)
	})
}

// checkAudit looks for what tells of a re-attribution of statements s1 and s2.
func (s *service) checkAudit(t *testing.T, done *statementsv1.Reattribution) {
	t.Helper()
	corrections, err := s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{
		Filter: `reattribution = "` + done.GetName() + `"`,
	})
	must.OK(t, err)
	subjects := map[string]bool{}
	for _, c := range corrections.GetCorrections() {
		subjects[c.GetSubject()] = true
		must.Equal(t, c.GetKind(), typev1.Correction_ERROR)
		must.Equal(t, []string{c.GetReason(), c.GetPreviousRevision(), c.GetNewRevision()}, []string{"it was Ben", "1", "2"})
	}
	must.Equal(t, subjects, map[string]bool{"statements/s1": true, "statements/s2": true})
	revision, err := s.statements.GetStatementRevision(t.Context(), &statementsv1.GetStatementRevisionRequest{Name: "statements/s1/revisions/2"})
	must.OK(t, err)
	must.Equal(t, revision.GetTags(), []string{"reattribute"})
	must.Equal(t, revision.GetComment(), "it was Ben")

	changes, _ := until(t, s.watch(t, everything()))
	last := changes[len(changes)-1].GetChange()
	must.Equal(t, last.GetReattribution(), done)
	must.Equal(t, last.GetType(), statementsv1.Change_CREATED)
	kinds := map[string]int{}
	for _, change := range changes {
		if change.GetChange().GetRecordTime().AsTime().Equal(done.GetCreateTime().AsTime()) {
			kinds[fmt.Sprintf("%T", change.GetChange().GetResource())]++
		}
	}
	must.Equal(t, kinds, map[string]int{
		"*statementsv1.Change_Statement": 2, "*statementsv1.Change_Correction": 2, "*statementsv1.Change_Reattribution": 1,
	})
}

// What was changed since a re-attribution is left alone when it is undone.
func TestUndoLeavesWhatWasChanged(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.entity(t, "eve")
		for _, id := range []string{"s1", "s2", "s3", "s4"} {
			s.create(t, id, direct())
		}
		done := s.reattribute(t, toBen())
		again := toBen()
		again.FromEntity, again.ToEntity, again.Filter, again.KeepRoles = "entities/ben", "entities/eve", `create_time <= "`+
			s.statement(t, "s1").GetCreateTime().AsTime().Format("2006-01-02T15:04:05.999999Z")+`"`, true
		must.Equal(t, s.reattribute(t, again).GetStatements(), []string{"statements/s1"})
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s2", Reason: "r"})
		must.OK(t, err)
		_, err = s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: &statementsv1.Statement{Name: "statements/s3", Comment: "c"},
		})
		must.OK(t, err)
		undone := s.undo(t, done.GetName())
		must.Equal(t, undone.GetSkippedStatements(), []string{"statements/s1", "statements/s2"})
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/eve")
		must.Equal(t, s.statement(t, "s3").GetSpeakers()[0].GetEntity(), "entities/ana")
		must.Equal(t, s.statement(t, "s3").GetComment(), "c")
		must.Equal(t, s.statement(t, "s4").GetSpeakers()[0].GetEntity(), "entities/ana")
		must.Equal(t, s.statement(t, "s4").GetSpeakers()[0].GetRole(), "President")
	})
}

// An entity that is gone by the time of the undoing is not named again; one that was
// merged counts as what it was merged into.
func TestUndoAfterTheEntityWasMerged(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.entity(t, "eve")
		s.create(t, "s1", direct())
		done := s.reattribute(t, toBen())
		s.mergeEntity(t, "ana", "eve")
		s.undo(t, done.GetName())
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/eve")

		again := toBen()
		again.Filter, again.FromEntity = "create_time:*", "entities/eve"
		done = s.reattribute(t, again)
		s.unmergeEntity(t, "ana")
		_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/eve", Reason: "r"})
		must.OK(t, err)
		must.Equal(t, s.undo(t, done.GetName()).GetSkippedStatements(), []string{"statements/s1"})
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetEntity(), "entities/ben")
	})
}

// Who is given back a statement that was dated anew since is in the office of that time.
func TestF22UndoTakesTheRoleAtTheTimeOfNow(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.named(t, "ben")
		s.named(t, "eva", office("Mayor", "", "2010-01-01", ""), office("Student", "", "2000-01-01", "2006-12-31"))
		s.create(t, "s1", saidBy("entities/eva", "2020-05-01"))
		must.Equal(t, s.statement(t, "s1").GetSpeakers()[0].GetRole(), "Mayor")
		done := s.reattribute(t, &statementsv1.ReattributeStatementsRequest{
			Filter: `speaker:"entities/eva"`, FromEntity: "entities/eva", ToEntity: "entities/ben", Reason: "it was Ben",
		})
		must.OK(t, s.corrected(t, "s1", "statement_time", &statementsv1.Statement{StatementTime: period("2005")}))
		undone := s.undo(t, done.GetName())
		must.Equal(t, len(undone.GetSkippedStatements()), 0)
		speaker := s.statement(t, "s1").GetSpeakers()[0]
		must.Equal(t, []any{speaker.GetEntity(), speaker.GetRole(), speaker.GetRoleFromMembership()}, []any{"entities/eva", "Student", true})
	})
}

func TestReattributionRefusals(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.entity(t, "old")
		s.create(t, "s1", direct())
		s.mergeEntity(t, "old", "ben")
		for _, test := range []struct {
			edit          func(*statementsv1.ReattributeStatementsRequest)
			reason, field string
		}{
			{func(r *statementsv1.ReattributeStatementsRequest) { r.ToEntity = "entities/nowhere" }, "REFERENCE_NOT_FOUND", "to_entity"},
			{func(r *statementsv1.ReattributeStatementsRequest) { r.ToEntity = "entities/old" }, "REFERENCE_NOT_FOUND", "to_entity"},
			{func(r *statementsv1.ReattributeStatementsRequest) { r.FromEntity = "entities/nowhere" }, "REFERENCE_NOT_FOUND", "from_entity"},
			{func(r *statementsv1.ReattributeStatementsRequest) { r.ToEntity = "entities/ana" }, "SAME_ENTITY", "to_entity"},
			{func(r *statementsv1.ReattributeStatementsRequest) { r.Filter = `nonsense = 1` }, "UNKNOWN_FILTER_FIELD", "filter"},
			{func(r *statementsv1.ReattributeStatementsRequest) { r.Filter = "" }, "INVALID_REQUEST", "filter"},
			{func(r *statementsv1.ReattributeStatementsRequest) { r.Reason = "" }, "INVALID_REQUEST", "reason"},
		} {
			req := toBen()
			test.edit(req)
			_, err := s.reattributions.ReattributeStatements(t.Context(), req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		}
		for _, edit := range []func(*statementsv1.ReattributeStatementsRequest){
			func(r *statementsv1.ReattributeStatementsRequest) { r.FromEntity = "entities/old" },
			func(r *statementsv1.ReattributeStatementsRequest) { r.Filter = `statement_type = INDIRECT` },
		} {
			req := toBen()
			edit(req)
			_, err := s.reattributions.ReattributeStatements(t.Context(), req)
			statustest.Check(t, err, codes.FailedPrecondition, "NOTHING_TO_REATTRIBUTE", "")
		}
		_, err := s.reattributions.GetReattribution(t.Context(), &statementsv1.GetReattributionRequest{Name: "reattributions/x"})
		statustest.Check(t, err, codes.NotFound, "REATTRIBUTION_NOT_FOUND", "")
		_, err = s.reattributions.UndoReattribution(t.Context(), &statementsv1.UndoReattributionRequest{Reattribution: "reattributions/x", Reason: "r"})
		statustest.Check(t, err, codes.NotFound, "REATTRIBUTION_NOT_FOUND", "")
	})
}

// A retry is the same re-attribution; lists go page by page.
func TestReattributionsAreListedAndRetried(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.create(t, "s1", direct())
		req := toBen()
		req.RequestId = request1
		first := s.reattribute(t, req)
		must.Equal(t, s.reattribute(t, req), first)
		back := proto.CloneOf(req)
		back.FromEntity, back.ToEntity, back.Filter, back.RequestId = "entities/ben", "entities/ana", "create_time:*", request2
		second := s.reattribute(t, back)
		var got []*statementsv1.Reattribution
		page := &statementsv1.ListReattributionsRequest{PageSize: 1}
		for {
			answer, err := s.reattributions.ListReattributions(t.Context(), page)
			must.OK(t, err)
			got = append(got, answer.GetReattributions()...)
			if page.PageToken = answer.GetNextPageToken(); page.PageToken == "" {
				break
			}
		}
		must.Equal(t, got, []*statementsv1.Reattribution{second, first})
	})
}

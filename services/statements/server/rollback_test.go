package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestS18RollbackIsANewRevision: nothing is lost by it, and what is said anew has a
// correction.
func TestS18RollbackIsANewRevision(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		created := s.create(t, "s1", direct())
		rollback := func(to string) (*statementsv1.Statement, error) {
			return s.statements.RollbackStatement(t.Context(), &statementsv1.RollbackStatementRequest{
				Name: "statements/s1", RevisionId: to, Reason: "it was right",
			})
		}
		must.Get(s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: &statementsv1.Statement{Name: "statements/s1", Comment: "checked"}, ChangeComment: "second look",
		}))(t)
		back := must.Get(rollback("1"))(t)
		must.Equal(t, back.GetRevisionId()+back.GetComment(), "3")
		corrections := func() []*typev1.Correction {
			return must.Get(s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{}))(t).GetCorrections()
		}
		must.Equal(t, len(corrections()), 0) // it says what it said
		must.Get(s.corrections.CorrectStatement(t.Context(),
			correction(&statementsv1.Statement{Contents: []*typev1.TextSpan{at("trade")}}, "contents")))(t)
		must.Equal(t, s.searched(t, "Café"), []string(nil))
		back = must.Get(rollback("1"))(t)
		must.Equal(t, back.GetContents(), created.GetContents())
		must.Equal(t, back.GetText(), created.GetText())
		must.Equal(t, back.GetRevisionId(), "5")
		must.Equal(t, s.searched(t, "Café"), []string{"s1"})
		newest := corrections()[0]
		must.Equal(t, newest.GetKind(), typev1.Correction_ERROR)
		must.Equal(t, newest.GetPreviousRevision()+newest.GetNewRevision()+newest.GetReason(), "45it was right")
		var tags, comments []string
		for _, revision := range must.Get(s.statements.ListStatementRevisions(t.Context(),
			&statementsv1.ListStatementRevisionsRequest{Parent: "statements/s1"}))(t).GetStatementRevisions() {
			tags, comments = append(tags, revision.GetTags()...), append(comments, revision.GetComment())
		}
		must.Equal(t, tags, []string{"rollback", "correct", "rollback", "update", "create"})
		must.Equal(t, comments, []string{"it was right", "misheard", "it was right", "second look", ""})

		_, err := rollback("5")
		statustest.Check(t, err, codes.InvalidArgument, "NOTHING_CORRECTED", "")
		_, err = rollback("9")
		statustest.Check(t, err, codes.NotFound, "REVISION_NOT_FOUND", "")
		_, err = s.statements.RollbackStatement(t.Context(), &statementsv1.RollbackStatementRequest{
			Name: "statements/s1", RevisionId: "1", Reason: "r", Etag: created.GetEtag(),
		})
		statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	})
}

// TestARollbackToWhatIsGone names what the earlier revision refers to.
func TestARollbackToWhatIsGone(t *testing.T) {
	s := startFilled(t, false)
	s.entity(t, "ben")
	said := direct()
	said.Speakers = []*statementsv1.Speaker{{Entity: "entities/ben"}}
	s.create(t, "s1", said)
	must.Get(s.corrections.CorrectStatement(t.Context(),
		correction(&statementsv1.Statement{Speakers: []*statementsv1.Speaker{{Entity: "entities/ana"}}}, "speakers")))(t)
	must.Get(s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/ben", Reason: "twice"}))(t)
	_, err := s.statements.RollbackStatement(t.Context(), &statementsv1.RollbackStatementRequest{
		Name: "statements/s1", RevisionId: "1", Reason: "r",
	})
	statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "speakers[0].entity")
}

// TestARollbackOfLinks checks again what the earlier revision is linked to.
func TestARollbackOfLinks(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "other", indirect())
	said := direct()
	said.Links = []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_CONTRADICTS, Statement: "statements/other"}}
	s.create(t, "s1", said)
	must.Get(s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/s1"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"links"}},
	}))(t)
	must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/other", Reason: "r"}))(t)
	_, err := s.statements.RollbackStatement(t.Context(), &statementsv1.RollbackStatementRequest{
		Name: "statements/s1", RevisionId: "1", Reason: "r",
	})
	statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "links[0].statement")
}

// TestS18DiffOfRevisions: field by field, in the order of the fields, both ways.
func TestS18DiffOfRevisions(t *testing.T) {
	s := startFilled(t, false)
	s.entity(t, "ben")
	s.create(t, "s1", direct())
	must.Get(s.corrections.CorrectStatement(t.Context(), correction(&statementsv1.Statement{
		Contents: []*typev1.TextSpan{at("Caf\u00e9"), at("trade")}, Audience: []string{"entities/ben"},
		Speakers: []*statementsv1.Speaker{{Entity: "entities/ben", Role: "President"}},
	}, "contents", "audience", "speakers", "cue")))(t)
	diff := func(from, to string) *statementsv1.DiffStatementRevisionsResponse {
		return must.Get(s.statements.DiffStatementRevisions(t.Context(), &statementsv1.DiffStatementRevisionsRequest{
			Name: "statements/s1/revisions/" + from, To: to,
		}))(t)
	}
	answer := diff("1", "2")
	must.Equal(t, answer.GetFromRevision()+" "+answer.GetToRevision(), "statements/s1/revisions/1 statements/s1/revisions/2")
	values := map[string][2]*structpb.Value{}
	var fields []string
	for _, change := range answer.GetChanges() {
		fields = append(fields, change.GetField())
		values[change.GetField()] = [2]*structpb.Value{change.GetOldValue(), change.GetNewValue()}
	}
	must.Equal(t, fields, []string{
		"text", "contents[0].end", "contents[0].exact", "contents[0].suffix", "contents[0].exact_sha256", "contents[1]", "cue",
		"speakers[0].entity", "audience[0]", "text_key",
	})
	must.Equal(t, values["speakers[0].entity"], [2]*structpb.Value{structpb.NewStringValue("entities/ana"), structpb.NewStringValue("entities/ben")})
	must.Equal(t, values["audience[0]"], [2]*structpb.Value{nil, structpb.NewStringValue("entities/ben")})
	must.Equal(t, values["contents[1]"][1].GetStructValue().GetFields()["exact"], structpb.NewStringValue("trade"))
	must.Equal(t, values["cue"][1], nil)
	back := diff("2", "1")
	must.Equal(t, len(back.GetChanges()), len(fields))
	must.Equal(t, back.GetChanges()[0].GetNewValue(), answer.GetChanges()[0].GetOldValue())
	must.Equal(t, len(diff("2", "2").GetChanges()), 0)
	_, err := s.statements.DiffStatementRevisions(t.Context(), &statementsv1.DiffStatementRevisionsRequest{
		Name: "statements/s1/revisions/1", To: "3",
	})
	statustest.Check(t, err, codes.NotFound, "REVISION_NOT_FOUND", "")
}

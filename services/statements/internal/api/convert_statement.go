package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// statementFromProto reads the fields that a writer sets, without name and
// document version. path is the field of the statement in the request.
func statementFromProto(s *statementsv1.Statement, path string, faults *errs.Violations) domain.Statement {
	statement := domain.Statement{
		Type: s.GetStatementType().String(), Text: s.GetText(),
		Contents:       spansFromProto(s.GetContents(), path+".contents", faults),
		SourceMentions: spansFromProto(s.GetSourceMentions(), path+".source_mentions", faults),
		Time:           periodFromProto(s.GetStatementTime(), path+".statement_time", faults),
		Parent:         s.GetParentStatement(),
	}
	if s.GetCue() != nil {
		cue := spanFromProto(s.GetCue(), path+".cue", faults)
		statement.Cue = &cue
	}
	for _, speaker := range s.GetSpeakers() {
		statement.Speakers = append(statement.Speakers, domain.Speaker{
			Entity: speaker.GetEntity(), AttributionText: speaker.GetAttributionText(),
			Role: speaker.GetRole(), Affiliation: speaker.GetAffiliation(),
		})
	}
	updateStatement(&statement, s)
	return statement
}

// updateStatement takes over the fields that an update may change.
func updateStatement(statement *domain.Statement, s *statementsv1.Statement) {
	statement.LanguageCode, statement.Audience = s.GetLanguageCode(), s.GetAudience()
	statement.Event, statement.Location, statement.Comment = s.GetEvent(), s.GetLocation(), s.GetComment()
}

func statementToProto(s domain.Statement) *statementsv1.Statement {
	out := &statementsv1.Statement{
		Name: s.Name(), Uid: s.UID, Etag: s.ETag(), RevisionId: resource.FormatNumber(s.Revision),
		CreateTime: timeToProto(s.Created), UpdateTime: timeToProto(s.Updated), DeleteTime: timeToProto(s.Deleted),
		Retraction:      correctionToProto(s.Record, s.Name()),
		DocumentVersion: s.VersionName(),
		StatementType:   statementsv1.Statement_StatementType(statementsv1.Statement_StatementType_value[s.Type]),
		Text:            s.Text, LanguageCode: s.LanguageCode,
		Contents: spansToProto(s.Contents), SourceMentions: spansToProto(s.SourceMentions),
		Audience: s.Audience, Event: s.Event, Location: s.Location,
		StatementTime: periodToProto(s.Time), ParentStatement: s.Parent, Comment: s.Comment,
		Speakers: make([]*statementsv1.Speaker, len(s.Speakers)),
	}
	if s.Cue != nil {
		out.Cue = spanToProto(*s.Cue)
	}
	for i, speaker := range s.Speakers {
		out.Speakers[i] = &statementsv1.Speaker{
			Entity: speaker.Entity, AttributionText: speaker.AttributionText, Role: speaker.Role, Affiliation: speaker.Affiliation,
		}
	}
	return out
}

func revisionToProto(r store.Revision) *statementsv1.StatementRevision {
	return &statementsv1.StatementRevision{
		Name:     domain.RevisionName(r.Statement.ID, r.Statement.Revision),
		Snapshot: statementToProto(r.Statement), CreateTime: timeToProto(r.Recorded), Caller: r.Caller,
	}
}

// toProtos writes a list.
func toProtos[D, P any](resources []D, toProto func(D) P) []P {
	out := make([]P, len(resources))
	for i, r := range resources {
		out[i] = toProto(r)
	}
	return out
}

package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
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
		Contents:       spansAs(s.GetContents(), typev1.TextSpan_CONTENT, path+".contents", faults),
		SourceMentions: spansAs(s.GetSourceMentions(), typev1.TextSpan_SOURCE_MENTION, path+".source_mentions", faults),
		Speakers:       speakersFromProto(s.GetSpeakers(), path+".speakers", faults),
		Time:           periodFromProto(s.GetStatementTime(), path+".statement_time", faults),
		Parent:         s.GetParentStatement(),
		OriginalText:   s.GetOriginalText(), OriginalLanguageCode: s.GetOriginalLanguageCode(), Translator: s.GetTranslator(),
	}
	if s.GetCue() != nil {
		cue := spanAs(s.GetCue(), typev1.TextSpan_CUE, path+".cue", faults)
		statement.Cue = &cue
	}
	updateStatement(&statement, s, path, faults)
	return statement
}

// updateStatement takes over the fields that an update may change.
func updateStatement(statement *domain.Statement, s *statementsv1.Statement, path string, faults *errs.Violations) {
	statement.LanguageCode, statement.Audience = s.GetLanguageCode(), s.GetAudience()
	statement.Event, statement.Location, statement.Comment = s.GetEvent(), s.GetLocation(), s.GetComment()
	statement.Topics, statement.RankReason = s.GetTopics(), s.GetRankReason()
	statement.Rank = enumName(s.GetRank())
	if statement.Rank == domain.NormalRank {
		statement.Rank = ""
	}
	statement.Links, statement.References = linksFromProto(s.GetLinks()), referencesFromProto(s.GetReferences())
	statement.Qualifiers = qualifiersFromProto(s.GetQualifiers(), path+".qualifiers", faults)
	statement.Extraction = extractionFromProto(s.GetExtraction(), path+".extraction", faults)
}

func statementToProto(s domain.Statement) *statementsv1.Statement {
	out := &statementsv1.Statement{
		Name: s.Name(), Uid: s.UID, Etag: s.ETag(), RevisionId: resource.FormatNumber(s.Revision),
		CreateTime: timeToProto(s.Created), UpdateTime: timeToProto(s.Updated), DeleteTime: timeToProto(s.Deleted),
		Retraction: correctionToProto(s.Record, s.Name()), RedirectTo: s.RedirectTo,
		DocumentVersion: s.VersionName(),
		StatementType:   enumValue[statementsv1.Statement_StatementType](statementsv1.Statement_StatementType_value, s.Type),
		Text:            s.Text, LanguageCode: s.LanguageCode, Verbatim: s.Verbatim(), TextKey: s.TextKey, Restricted: s.Restricted,
		OriginalText: s.OriginalText, OriginalLanguageCode: s.OriginalLanguageCode, Translator: s.Translator,
		Contents: spansToProto(s.Contents, typev1.TextSpan_CONTENT), Cue: spanPointer(s.Cue, typev1.TextSpan_CUE),
		SourceMentions: spansToProto(s.SourceMentions, typev1.TextSpan_SOURCE_MENTION),
		Speakers:       toProtos(s.Speakers, speakerToProto),
		Audience:       s.Audience, Event: s.Event, Location: s.Location, Topics: s.Topics,
		StatementTime: periodToProto(s.Time), PublishTime: optionalPeriod(s.PublishTime), AccessTime: clockToProto(s.AccessTime),
		ParentStatement: s.Parent, Comment: s.Comment,
		Appearances: appearancesToProto(s.Appearances), AppearanceCount: int32(s.AppearanceCount()), //nolint:gosec // at most 101
		FirstAppearance: s.FirstPrinted(), LatestAnchor: anchorToProto(s.LatestAnchor),
		Rank: enumValue[statementsv1.Statement_Rank](statementsv1.Statement_Rank_value, s.RankName()), RankReason: s.RankReason,
		Links: linksToProto(s.Links), References: referencesToProto(s.References),
		Qualifiers: qualifiersToProto(s.Qualifiers), Extraction: extractionToProto(s.Extraction),
	}
	return out
}

func revisionToProto(r store.Revision) *statementsv1.StatementRevision {
	out := &statementsv1.StatementRevision{
		Name:     domain.RevisionName(r.Statement.ID, r.Statement.Revision),
		Snapshot: statementToProto(r.Statement), CreateTime: timeToProto(r.Recorded), Caller: r.Caller,
		Comment: r.Statement.Change.Comment,
	}
	if tag := r.Statement.Change.Tag; tag != "" {
		out.Tags = []string{tag}
	}
	return out
}

// toProtos writes a list.
func toProtos[D, P any](resources []D, toProto func(D) P) []P {
	out := make([]P, len(resources))
	for i, r := range resources {
		out[i] = toProto(r)
	}
	return out
}

// enumName is the short name of a value of a proto enum, "" of the one that is not
// set.
func enumName[E interface {
	~int32
	String() string
}](value E) string {
	if value == 0 {
		return ""
	}
	return value.String()
}

// enumValue is the value of a proto enum with a short name; "" is not set.
func enumValue[E ~int32](values map[string]int32, name string) E { return E(values[name]) }

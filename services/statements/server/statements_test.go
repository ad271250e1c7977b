package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestStatementRoundTrip(t *testing.T) {
	s := startFilled(t, false)
	s.entity(t, "ben")
	in := direct()
	in.Audience, in.Event, in.Location, in.Comment = []string{"entities/ben"}, "entities/ben", "entities/ben", "note"
	created := s.create(t, "s1", in)

	want := proto.CloneOf(in)
	for _, span := range []*typev1.TextSpan{want.Contents[0], want.Cue, want.SourceMentions[0], want.StatementTime.Printed.Span} {
		span.AnchorState, span.ExactSha256 = typev1.TextSpan_ANCHORED, sourcetext.HashOf(span.Exact)
	}
	want.Contents[0].Prefix, want.Contents[0].Suffix = created.GetContents()[0].GetPrefix(), created.GetContents()[0].GetSuffix()
	want.Name, want.Uid, want.Etag, want.RevisionId = "statements/s1", created.GetUid(), created.GetEtag(), "1"
	want.CreateTime, want.UpdateTime = created.GetCreateTime(), created.GetCreateTime()
	want.Text, want.LanguageCode, want.Verbatim, want.TextKey = "Caf\u00e9 trade is up.", "en", true, sourcetext.HashOf("cafe trade is up")
	want.Contents[0].Role, want.Cue.Role, want.SourceMentions[0].Role = typev1.TextSpan_CONTENT, typev1.TextSpan_CUE, typev1.TextSpan_SOURCE_MENTION
	want.Speakers[0].ValueType, want.Rank = statementsv1.Speaker_VALUE, statementsv1.Statement_NORMAL
	want.AppearanceCount, want.FirstAppearance = 1, "documents/d/versions/1"
	want.PublishTime = created.GetPublishTime()
	must.Equal(t, want.GetPublishTime().GetEdtf(), "2023-11-18")
	want.StatementTime.StartTime, want.StatementTime.EndTime = created.GetStatementTime().GetStartTime(), created.GetStatementTime().GetEndTime()
	for i, span := range []*typev1.TextSpan{created.GetCue(), created.GetSourceMentions()[0], created.GetStatementTime().GetPrinted().GetSpan()} {
		wanted := []*typev1.TextSpan{want.Cue, want.SourceMentions[0], want.StatementTime.Printed.Span}[i]
		wanted.Prefix, wanted.Suffix = span.GetPrefix(), span.GetSuffix()
	}
	must.Equal(t, created, want)
	must.Equal(t, created.GetStatementTime().GetStartTime().AsTime().Format("2006-01-02"), "2023-11-17")
	must.Equal(t, created.GetCue().GetSuffix(), " Ben \U0001F600: \"Caf\u00e9 trade is up.\"\nThe ")
	must.Equal(t, created.GetCue().GetPrefix(), "\u2003On Friday Ana ")

	got, err := s.get(t.Context(), "s1")
	must.OK(t, err)
	must.Equal(t, got, created)
}

func TestStatementWithoutIDHasItsUID(t *testing.T) {
	s := startFilled(t, false)
	created := s.create(t, "", direct())
	must.Equal(t, created.GetName(), "statements/"+created.GetUid())
}

func TestStatementTexts(t *testing.T) {
	s := startFilled(t, false)
	two := direct()
	two.Contents = []*typev1.TextSpan{at("Caf\u00e9"), at("is up")}
	must.Equal(t, s.create(t, "", two).GetText(), "Caf\u00e9 [\u2026] is up")
	two.Text = "Caf\u00e9 [\u2026] is up"
	s.create(t, "", two)
	words := indirect()
	words.Text = ""
	must.Equal(t, s.create(t, "", words).GetText(), "stressed the wall")
	must.Equal(t, s.create(t, "", indirect()).GetText(), "The ministry talked about walls.")
}

// edit changes a good statement into a bad one.
type edit func(*statementsv1.Statement)

func TestStatementRefusals(t *testing.T) {
	s := startFilled(t, false)
	s.document(t, "other", false)
	parent := direct()
	parent.DocumentVersion = "documents/other/versions/1"
	s.create(t, "in-other", parent)
	_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
		EntityId: "gone", Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Gone"},
	})
	must.OK(t, err)
	_, err = s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/gone", Reason: "twice"})
	must.OK(t, err)
	for name, test := range map[string]struct {
		edit          edit
		reason, field string
	}{
		"one combining mark": {func(s *statementsv1.Statement) { s.Contents[0].Exact = "Cafe\u0301 trade is up." }, "SPAN_MISMATCH", "statement.contents[0].exact"},
		"other words":        {func(s *statementsv1.Statement) { s.Cue.Exact = "said" }, "SPAN_MISMATCH", "statement.cue.exact"},
		"printed time":       {func(s *statementsv1.Statement) { s.StatementTime.Printed.Span.Exact = "On Sunday" }, "SPAN_MISMATCH", "statement.statement_time.printed.span.exact"},
		"no words":           {func(s *statementsv1.Statement) { s.SourceMentions[0].Exact = "" }, "INVALID_REQUEST", "statement.source_mentions[0]"},
		"beyond the text":    {func(s *statementsv1.Statement) { s.Cue.End = 5000 }, "SPAN_OUT_OF_RANGE", "statement.cue.end"},
		"backwards":          {func(s *statementsv1.Statement) { s.Cue.End = 1 }, "INVALID_REQUEST", "statement.cue"},
		"wrong prefix":       {func(s *statementsv1.Statement) { s.Cue.Prefix = "Ana  " }, "SPAN_CONTEXT_MISMATCH", "statement.cue.prefix"},
		"wrong suffix":       {func(s *statementsv1.Statement) { s.Cue.Suffix = "Ben" }, "SPAN_CONTEXT_MISMATCH", "statement.cue.suffix"},
		"another hash":       {func(s *statementsv1.Statement) { s.Cue.ExactSha256 = sourcetext.HashOf("x") }, "SPAN_HASH_MISMATCH", "statement.cue.exact_sha256"},
		"hash alone":         {func(s *statementsv1.Statement) { s.Cue.Exact, s.Cue.ExactSha256 = "", sourcetext.HashOf("x") }, "SPAN_MISMATCH", "statement.cue.exact_sha256"},
		"overlap":            {func(s *statementsv1.Statement) { s.Contents = append(s.Contents, at("is up.")) }, "SPANS_OVERLAP", "statement.contents[1].start"},
		"a role":             {func(s *statementsv1.Statement) { s.Cue.Role = typev1.TextSpan_NUMBER }, "FIELD_NOT_EMPTY", "statement.cue.role"},
		"blank passage":      {func(s *statementsv1.Statement) { s.Contents = []*typev1.TextSpan{at(" ")} }, "TEXT_REQUIRED", "statement.contents[0].exact"},
		"blank summary":      {func(s *statementsv1.Statement) { s.StatementType, s.Text = statementsv1.Statement_INDIRECT, " \u200b" }, "TEXT_REQUIRED", "statement.text"},
		"blank attribution":  {func(s *statementsv1.Statement) { s.Speakers[0].Entity, s.Speakers[0].AttributionText = "", "\u00a0" }, "FIELD_REQUIRED", "statement.speakers[0].attribution_text"},
		"text":               {func(s *statementsv1.Statement) { s.Text = "Caf\u00e9 trade is down." }, "TEXT_MISMATCH", "statement.text"},
		"no month 13":        {func(s *statementsv1.Statement) { s.StatementTime = period("2023-13") }, "INVALID_PERIOD", "statement.statement_time.edtf"},
		"a name":             {func(s *statementsv1.Statement) { s.Name = "statements/x" }, "NAME_NOT_EMPTY", "statement.name"},
		"no version":         {func(s *statementsv1.Statement) { s.DocumentVersion = "" }, "FIELD_REQUIRED", "statement.document_version"},
		"no version name":    {func(s *statementsv1.Statement) { s.DocumentVersion = "documents/d" }, "INVALID_REQUEST", "statement.document_version"},
		"lost version":       {func(s *statementsv1.Statement) { s.DocumentVersion = "documents/d/versions/2" }, "REFERENCE_NOT_FOUND", "statement.document_version"},
		"lost document":      {func(s *statementsv1.Statement) { s.DocumentVersion = "documents/x/versions/1" }, "REFERENCE_NOT_FOUND", "statement.document_version"},
		"lost speaker":       {func(s *statementsv1.Statement) { s.Speakers[0].Entity = "entities/x" }, "REFERENCE_NOT_FOUND", "statement.speakers[0].entity"},
		"retracted":          {func(s *statementsv1.Statement) { s.Speakers[0].Affiliation = "entities/gone" }, "REFERENCE_NOT_FOUND", "statement.speakers[0].affiliation"},
		"lost audience":      {func(s *statementsv1.Statement) { s.Audience = []string{"entities/ana", "entities/x"} }, "REFERENCE_NOT_FOUND", "statement.audience[1]"},
		"lost event":         {func(s *statementsv1.Statement) { s.Event = "entities/x" }, "REFERENCE_NOT_FOUND", "statement.event"},
		"lost location":      {func(s *statementsv1.Statement) { s.Location = "entities/x" }, "REFERENCE_NOT_FOUND", "statement.location"},
		"lost parent":        {func(s *statementsv1.Statement) { s.ParentStatement = "statements/x" }, "REFERENCE_NOT_FOUND", "statement.parent_statement"},
		"far parent":         {func(s *statementsv1.Statement) { s.ParentStatement = "statements/in-other" }, "PARENT_IN_OTHER_VERSION", "statement.parent_statement"},
		"itself":             {func(s *statementsv1.Statement) { s.ParentStatement = "statements/bad" }, "PARENT_CYCLE", "statement.parent_statement"},
		"NUL":                {func(s *statementsv1.Statement) { s.Speakers[0].Role = "a\x00b" }, "NUL_CHARACTER", "statement.speakers[0].role"},
		"no type":            {func(s *statementsv1.Statement) { s.StatementType = 0 }, "INVALID_REQUEST", "statement.statement_type"},
		"unknown type":       {func(s *statementsv1.Statement) { s.StatementType = 99 }, "INVALID_REQUEST", "statement.statement_type"},
		"no speaker":         {func(s *statementsv1.Statement) { s.Speakers = nil }, "INVALID_REQUEST", "statement.speakers"},
		"nobody":             {func(s *statementsv1.Statement) { s.Speakers[0].Entity = "" }, "INVALID_REQUEST", "statement.speakers[0]"},
		"no contents":        {func(s *statementsv1.Statement) { s.Contents = nil }, "INVALID_REQUEST", "statement.contents"},
		"no time":            {func(s *statementsv1.Statement) { s.StatementTime = nil }, "INVALID_REQUEST", "statement.statement_time"},
		"two times":          {func(s *statementsv1.Statement) { s.StatementTime.MissingReason = 1 }, "INVALID_REQUEST", "statement.statement_time"},
	} {
		t.Run(name, func(t *testing.T) {
			statement := direct()
			test.edit(statement)
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement, StatementId: "bad"})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			_, err = s.get(t.Context(), "bad")
			statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
		})
	}
}

func TestSpanMismatchShowsWhatStandsThere(t *testing.T) {
	s := startFilled(t, false)
	statement := direct()
	statement.Cue.Exact = "said"
	_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement})
	st := statustest.Check(t, err, codes.InvalidArgument, "SPAN_MISMATCH", "statement.cue.exact")
	must.Contains(t, st.Message(), `"told"`)
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	s := startFilled(t, false)
	statement := direct()
	statement.Cue.Exact, statement.Contents[0].Exact = "said", "x"
	_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement})
	must.Equal(t, statustest.Fields(err), []string{"statement.contents[0].exact", "statement.cue.exact"})
}

func TestStatementIDIsTakenForGood(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	create := func() error {
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct(), StatementId: "s1"})
		return err
	}
	statustest.Check(t, create(), codes.AlreadyExists, "STATEMENT_EXISTS", "statement_id")
	_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "wrong"})
	must.OK(t, err)
	statustest.Check(t, create(), codes.AlreadyExists, "STATEMENT_EXISTS", "")
}

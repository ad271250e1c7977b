package server_test

import (
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func decimalOf(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

func maybe(entity, probability string) *statementsv1.Speaker_Candidate {
	return &statementsv1.Speaker_Candidate{Entity: "entities/" + entity, Probability: decimalOf(probability)}
}

// finds checks what a filter finds, newest first.
func (s *service) finds(t testing.TB, filter string, want []string) {
	t.Helper()
	got := s.list(t, &statementsv1.ListStatementsRequest{Filter: filter})
	must.Equal(t, map[string][]string{filter: got}, map[string][]string{filter: want})
}

func TestS3EverySpanSaysWhatItShows(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		in := direct()
		in.SourceMentions = []*typev1.TextSpan{at("Ana"), at("Ben")}
		created := s.create(t, "s1", in)
		roles := []typev1.TextSpan_Role{created.GetContents()[0].GetRole(), created.GetCue().GetRole()}
		for _, mention := range created.GetSourceMentions() {
			roles = append(roles, mention.GetRole())
		}
		must.Equal(t, roles, []typev1.TextSpan_Role{
			typev1.TextSpan_CONTENT, typev1.TextSpan_CUE, typev1.TextSpan_SOURCE_MENTION, typev1.TextSpan_SOURCE_MENTION,
		})
		// What a reader gets can be sent again.
		again := direct()
		again.Contents, again.Cue, again.SourceMentions = created.GetContents(), created.GetCue(), created.GetSourceMentions()
		must.Equal(t, s.create(t, "s2", again).GetCue(), created.GetCue())
		again.Cue.Role = typev1.TextSpan_SOURCE_MENTION
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: again})
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_EMPTY", "statement.cue.role")
	})
}

func TestS4FramesAreKeptAndReturned(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		created := s.create(t, "s1", direct())
		runes := []rune(stored)
		for _, span := range []*typev1.TextSpan{created.GetContents()[0], created.GetCue(), created.GetSourceMentions()[0]} {
			start, end := int(span.GetStart()), int(span.GetEnd())
			must.Equal(t, span.GetPrefix(), string(runes[max(0, start-32):start]))
			must.Equal(t, span.GetSuffix(), string(runes[end:min(len(runes), end+32)]))
		}
	})
}

func TestS6TypesAndVerbatim(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "direct", direct())
		s.create(t, "indirect", indirect())
		written := indirect()
		written.StatementType, written.Text = statementsv1.Statement_WRITTEN, ""
		must.True(t, s.create(t, "written", written).GetVerbatim())
		written.Text = "In short: walls."
		must.False(t, s.create(t, "summary", written).GetVerbatim())
		translated := direct()
		translated.OriginalLanguageCode = "es"
		must.False(t, s.create(t, "translated", translated).GetVerbatim())
		for _, kind := range []statementsv1.Statement_StatementType{
			statementsv1.Statement_MIXED, statementsv1.Statement_FREE_INDIRECT, statementsv1.Statement_THOUGHT,
		} {
			in := indirect()
			in.StatementType = kind
			s.create(t, "", in)
			found, err := s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{Filter: "statement_type = " + kind.String()})
			must.OK(t, err)
			must.Equal(t, len(found.GetStatements()), 1)
		}
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: "verbatim = true"}), []string{"written", "direct"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: "statement_type = WRITTEN verbatim = false"}), []string{"summary"})
	})
}

func TestS8CandidatesAndWhatIsKnownOfTheSpeaker(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.entity(t, "cleo")
		in := indirect()
		in.Speakers = []*statementsv1.Speaker{{
			AttributionText: "a person close to the talks",
			Candidates:      []*statementsv1.Speaker_Candidate{maybe("ana", "0.05"), maybe("ben", "0.700000"), maybe("cleo", "0.05")},
		}}
		created := s.create(t, "who", in)
		must.Equal(t, created.GetSpeakers()[0].GetValueType(), statementsv1.Speaker_UNKNOWN)
		must.Equal(t, created.GetSpeakers()[0].GetCandidates(), []*statementsv1.Speaker_Candidate{
			maybe("ben", "0.700000"), maybe("ana", "0.05"), maybe("cleo", "0.05"),
		})
		got, err := s.get(t.Context(), "who")
		must.OK(t, err)
		must.Equal(t, got, created)
		rumour := indirect()
		rumour.Speakers = []*statementsv1.Speaker{{ValueType: statementsv1.Speaker_NONE}}
		must.Equal(t, s.create(t, "rumour", rumour).GetSpeakers()[0].GetValueType(), statementsv1.Speaker_NONE)
		must.Equal(t, s.create(t, "known", direct()).GetSpeakers()[0].GetValueType(), statementsv1.Speaker_VALUE)
		for filter, want := range map[string][]string{
			`speakers.value_type = UNKNOWN`:           {"who"},
			`speakers.value_type = NONE`:              {"rumour"},
			`speakers.value_type = VALUE`:             {"known"},
			`speakers.candidates:"entities/cleo"`:     {"who"},
			`NOT speakers.candidates:*`:               {"known", "rumour"},
			`speaker:"entities/cleo"`:                 nil,
			`speakers.value_type:NONE OR speaker:*`:   {"known", "rumour"},
			`speakers.candidates = "entities/nobody"`: nil,
		} {
			s.finds(t, filter, want)
		}
	})
}

func TestS8WhatCannotBeSaidOfASpeaker(t *testing.T) {
	s := startFilled(t, false)
	s.entity(t, "ben")
	for name, test := range map[string]struct {
		speaker       *statementsv1.Speaker
		reason, field string
	}{
		"more than certain": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "0.6"), maybe("ben", "0.400001")}},
			"PROBABILITY_OUT_OF_RANGE", "candidates"},
		"above 1": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "1.5")}},
			"PROBABILITY_OUT_OF_RANGE", "candidates[0].probability.value"},
		"below 0": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "-0.1")}},
			"PROBABILITY_OUT_OF_RANGE", "candidates[0].probability.value"},
		"7 decimals": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "0.1234567")}},
			"PROBABILITY_OUT_OF_RANGE", "candidates[0].probability.value"},
		"no number": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "likely")}},
			"MALFORMED_DECIMAL", "candidates[0].probability.value"},
		"no probability": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{{Entity: "entities/ana"}}},
			"FIELD_REQUIRED", "candidates[0].probability"},
		"twice": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "0.1"), maybe("ana", "0.2")}},
			"DUPLICATE_ITEM", "candidates[1].entity"},
		"not on record": {&statementsv1.Speaker{AttributionText: "x", Candidates: []*statementsv1.Speaker_Candidate{maybe("zoe", "0.1")}},
			"REFERENCE_NOT_FOUND", "candidates[0].entity"},
		"unknown, and named":   {&statementsv1.Speaker{Entity: "entities/ana", ValueType: statementsv1.Speaker_UNKNOWN}, "INVALID_REQUEST", ""},
		"known, and not named": {&statementsv1.Speaker{AttributionText: "x", ValueType: statementsv1.Speaker_VALUE}, "INVALID_REQUEST", ""},
		"nobody at all":        {&statementsv1.Speaker{Role: "x"}, "INVALID_REQUEST", ""},
		"a reason for a name": {&statementsv1.Speaker{Entity: "entities/ana", SourceType: statementsv1.Speaker_NAMED_INDIVIDUAL, AnonymityReason: "x"},
			"CONTRADICTORY", "anonymity_reason"},
		"a candidate for nobody": {&statementsv1.Speaker{ValueType: statementsv1.Speaker_NONE, Candidates: []*statementsv1.Speaker_Candidate{maybe("ana", "0.1")}},
			"CONTRADICTORY", "candidates"},
	} {
		t.Run(name, func(t *testing.T) {
			in := indirect()
			in.Speakers = []*statementsv1.Speaker{test.speaker}
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in})
			field := "statement.speakers[0]"
			if test.field != "" {
				field += "." + test.field
			}
			statustest.Check(t, err, codes.InvalidArgument, test.reason, field)
		})
	}
}

func TestS10SourceTypesAreCounted(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		official := indirect()
		official.Speakers = []*statementsv1.Speaker{{
			AttributionText: "a senior official", SourceType: statementsv1.Speaker_UNNAMED_INDIVIDUAL,
			AnonymityReason: "because they were not authorised to speak",
		}}
		got := s.create(t, "official", official).GetSpeakers()[0]
		must.Equal(t, got.GetAnonymityReason(), "because they were not authorised to speak")
		official.Speakers = append(official.Speakers, &statementsv1.Speaker{AttributionText: "witnesses", SourceType: statementsv1.Speaker_UNNAMED_GROUP})
		s.create(t, "both", official)
		named := direct()
		named.Speakers[0].SourceType = statementsv1.Speaker_NAMED_INDIVIDUAL
		s.create(t, "named", named)
		s.create(t, "unsaid", direct())
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: "speakers.source_type = UNNAMED_INDIVIDUAL"}), []string{"both", "official"})
		counts, err := s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{GroupBy: "speakers.source_type"})
		must.OK(t, err)
		must.Equal(t, counts, &statementsv1.CountStatementsResponse{TotalCount: 4, Groups: []*statementsv1.ValueCount{
			{Value: "UNNAMED_INDIVIDUAL", Count: 2}, {Value: "", Count: 1}, {Value: "NAMED_INDIVIDUAL", Count: 1}, {Value: "UNNAMED_GROUP", Count: 1},
		}})
	})
}

func TestS11AudienceEventLocationAndTopics(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "trade")
		s.entity(t, "rally")
		in := direct()
		in.Audience, in.Event, in.Location, in.Topics = []string{"entities/ana", "entities/trade"}, "entities/rally", "entities/ana", []string{"entities/trade"}
		created := s.create(t, "s1", in)
		must.Equal(t, created.GetTopics(), in.GetTopics())
		s.create(t, "s2", direct())
		for _, filter := range []string{
			`audience:"entities/trade"`, `event = "entities/rally"`, `location = "entities/ana"`, `topics:"entities/trade"`, `topics:*`,
			`topics = "entities/trade" audience:"entities/ana"`,
		} {
			s.finds(t, filter, []string{"s1"})
		}
		_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/trade", Reason: "x"})
		statustest.Check(t, err, codes.FailedPrecondition, "ENTITY_IN_USE", "")
		in.Topics = []string{"entities/nothing"}
		_, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: in})
		statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statement.topics[0]")
	})
}

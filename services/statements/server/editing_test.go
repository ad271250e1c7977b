package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func link(kind statementsv1.StatementLink_Type, to string) *statementsv1.StatementLink {
	return &statementsv1.StatementLink{Type: kind, Statement: "statements/" + to}
}

// update sends an update that must succeed.
func (s *service) update(t testing.TB, change *statementsv1.Statement, mask ...string) *statementsv1.Statement {
	t.Helper()
	out, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: mask}, ChangeComment: "why not",
	})
	must.OK(t, err)
	return out
}

func TestS12FourTimesEachFilterable(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		version := newVersion()
		version.Text = "Another " + text
		version.PublishTime, version.AccessTime = period("2024-02"), &timestamppb.Timestamp{Seconds: 1_710_000_000, Nanos: 7}
		_, err := s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
			DocumentId: "later", Document: newDocument(), InitialVersion: version,
		})
		must.OK(t, err)
		created := s.create(t, "s1", quote(t, "later", version.GetText(), "trade is up"))
		must.Equal(t, created.GetPublishTime().GetEdtf(), "2024-02")
		must.Equal(t, created.GetAccessTime(), version.GetAccessTime())
		s.create(t, "s2", direct())
		for filter, want := range map[string][]string{
			`publish_time = "2024-02-10"`:                                          {"s1"},
			`publish_time < "2024"`:                                                {"s2"},
			`publish_time:*`:                                                       {"s2", "s1"},
			`access_time > "2024-01-01T00:00:00Z"`:                                 {"s1"},
			`NOT access_time:*`:                                                    {"s2"},
			`statement_time = "2023-11"`:                                           {"s2"},
			`create_time > "2020-01-01T00:00:00Z" publish_time > "2023"`:           {"s1"},
			`create_time < "2020-01-01T00:00:00Z"`:                                 nil,
			`access_time = "2024-03-09T16:00:00Z" statement_time < "2030"`:         nil,
			`access_time = "2024-03-09T16:00:00.000000Z" publish_time > "2024-01"`: {"s1"},
		} {
			s.finds(t, filter, want)
		}
	})
}

func TestS14Links(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "a", direct())
		in := direct()
		in.Links = []*statementsv1.StatementLink{link(statementsv1.StatementLink_CONTRADICTS, "a"), link(statementsv1.StatementLink_PARTIAL_OF, "a")}
		b := s.create(t, "b", in)
		must.Equal(t, b.GetLinks(), in.GetLinks())
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `links.statement:"statements/a"`}), []string{"b"})
		a := s.update(t, &statementsv1.Statement{Name: "statements/a", Links: []*statementsv1.StatementLink{link(statementsv1.StatementLink_RETRACTS_EARLIER, "b")}})
		must.Equal(t, a.GetLinks()[0].GetStatement(), "statements/b")
		for name, test := range map[string]struct {
			links         []*statementsv1.StatementLink
			reason, field string
		}{
			"itself":        {[]*statementsv1.StatementLink{link(statementsv1.StatementLink_SAME, "a")}, "LINK_TO_ITSELF", "statement.links[0].statement"},
			"not on record": {[]*statementsv1.StatementLink{link(statementsv1.StatementLink_SAME, "z")}, "REFERENCE_NOT_FOUND", "statement.links[0].statement"},
			"twice": {[]*statementsv1.StatementLink{link(statementsv1.StatementLink_SAME, "b"), link(statementsv1.StatementLink_SAME, "b")},
				"DUPLICATE_ITEM", "statement.links[1]"},
		} {
			_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
				Statement: &statementsv1.Statement{Name: "statements/a", Links: test.links},
			})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			t.Log(name)
		}
		// What is linked to can go; the link stays as history and hinders no other change.
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/b", Reason: "x"})
		must.OK(t, err)
		must.Equal(t, len(s.update(t, &statementsv1.Statement{Name: "statements/a", Comment: "still"}).GetLinks()), 1)
	})
}

func TestS14StatementsOfOneBatchAreLinked(t *testing.T) {
	s := startFilled(t, false)
	in := direct()
	in.Links = []*statementsv1.StatementLink{link(statementsv1.StatementLink_SAME, "two")}
	_, err := s.statements.BatchCreateStatements(t.Context(), &statementsv1.BatchCreateStatementsRequest{Requests: []*statementsv1.CreateStatementRequest{
		{Statement: in, StatementId: "one"}, {Statement: direct(), StatementId: "two"},
	}})
	must.OK(t, err)
}

func TestS15WordsAsSaidBesideTheirTranslation(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		in := direct()
		in.OriginalText, in.OriginalLanguageCode, in.Translator = "El comercio de café sube.", "es", "Reuters"
		created := s.create(t, "s1", in)
		must.Equal(t, []string{created.GetOriginalText(), created.GetOriginalLanguageCode(), created.GetTranslator()},
			[]string{"El comercio de café sube.", "es", "Reuters"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `original_language_code = es verbatim = false`}), []string{"s1"})
		for name, test := range map[string]struct {
			edit          edit
			reason, field string
		}{
			"of no language":      {func(s *statementsv1.Statement) { s.OriginalText = "x" }, "FIELD_REQUIRED", "statement.original_language_code"},
			"translator of what":  {func(s *statementsv1.Statement) { s.Translator = "AFP" }, "CONTRADICTORY", "statement.translator"},
			"into the same":       {func(s *statementsv1.Statement) { s.OriginalLanguageCode = "EN" }, "CONTRADICTORY", "statement.original_language_code"},
			"into the same given": {func(s *statementsv1.Statement) { s.OriginalLanguageCode, s.LanguageCode = "fr", "fr" }, "CONTRADICTORY", "statement.original_language_code"},
		} {
			bad := direct()
			test.edit(bad)
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: bad})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			t.Log(name)
		}
		_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: &statementsv1.Statement{Name: "statements/s1", LanguageCode: "es"},
		})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "statement.original_language_code")
	})
}

func TestS16RanksHideWhatIsDeprecated(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "a", direct())
		s.create(t, "b", direct())
		before := s.settled()
		b := s.update(t, &statementsv1.Statement{Name: "statements/b", Rank: statementsv1.Statement_DEPRECATED, RankReason: "misquoted"})
		must.Equal(t, b.GetRankReason(), "misquoted")
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{}), []string{"a"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `speaker:"entities/ana"`}), []string{"a"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `speaker:"entities/ana"`, ShowDeprecated: true}), []string{"b", "a"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `rank = DEPRECATED`, ShowDeprecated: true}), []string{"b"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ReadTime: before}), []string{"b", "a"})
		got, err := s.get(t.Context(), "b")
		must.OK(t, err)
		must.Equal(t, got, b)
		s.update(t, &statementsv1.Statement{Name: "statements/a", Rank: statementsv1.Statement_PREFERRED, RankReason: "the longest"})
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `rank = PREFERRED`}), []string{"a"})
		for _, bad := range []*statementsv1.Statement{
			{Rank: statementsv1.Statement_NORMAL}, {RankReason: ""}, {Rank: statementsv1.Statement_DEPRECATED, RankReason: ""},
		} {
			bad.Name = "statements/a"
			mask := []string{"rank"}
			if bad.GetRank() != statementsv1.Statement_NORMAL {
				mask = []string{"rank_reason"}
			}
			_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
				Statement: bad, UpdateMask: &fieldmaskpb.FieldMask{Paths: mask},
			})
			statustest.Check(t, err, codes.InvalidArgument, "RANK_REASON", "statement.rank_reason")
		}
		normal := s.update(t, &statementsv1.Statement{Name: "statements/a"}, "rank", "rank_reason")
		must.Equal(t, normal.GetRank(), statementsv1.Statement_NORMAL)
	})
}

func TestS17ReferencesAndQualifiers(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		in := direct()
		in.References = []*statementsv1.Reference{
			{DocumentVersion: "documents/d/versions/1", Comment: "last paragraph"}, {Uri: "https://example.org/video?t=3"},
		}
		in.Qualifiers = map[string]*statementsv1.QualifierValue{
			"spoken_in": {Value: &statementsv1.QualifierValue_Entity{Entity: "entities/ana"}},
			"length_s":  {Value: &statementsv1.QualifierValue_Number{Number: decimalOf("1.50")}},
			"valid":     {Value: &statementsv1.QualifierValue_Edtf{Edtf: "2023-11/2024"}},
			"tone":      {Value: &statementsv1.QualifierValue_Text{Text: "calm"}},
		}
		created := s.create(t, "s1", in)
		must.Equal(t, created.GetReferences(), in.GetReferences())
		must.Equal(t, created.GetQualifiers(), in.GetQualifiers())
		got, err := s.get(t.Context(), "s1")
		must.OK(t, err)
		must.Equal(t, got, created)
		for name, test := range map[string]struct {
			edit          edit
			reason, field string
		}{
			"no version": {func(s *statementsv1.Statement) { s.References[0].DocumentVersion = "documents/d/versions/9" },
				"REFERENCE_NOT_FOUND", "statement.references[0].document_version"},
			"neither": {func(s *statementsv1.Statement) { s.References[1].Uri = "" }, "INVALID_REQUEST", "statement.references[1]"},
			"no entity": {func(s *statementsv1.Statement) {
				s.Qualifiers["spoken_in"] = &statementsv1.QualifierValue{Value: &statementsv1.QualifierValue_Entity{Entity: "entities/x"}}
			}, "REFERENCE_NOT_FOUND", `statement.qualifiers["spoken_in"].entity`},
			"no number": {func(s *statementsv1.Statement) {
				s.Qualifiers["length_s"] = &statementsv1.QualifierValue{Value: &statementsv1.QualifierValue_Number{Number: decimalOf("x")}}
			}, "MALFORMED_DECIMAL", `statement.qualifiers["length_s"].number.value`},
			"no time": {func(s *statementsv1.Statement) {
				s.Qualifiers["valid"] = &statementsv1.QualifierValue{Value: &statementsv1.QualifierValue_Edtf{Edtf: "soon"}}
			}, "INVALID_PERIOD", `statement.qualifiers["valid"].edtf`},
		} {
			bad := direct()
			bad.References = []*statementsv1.Reference{{DocumentVersion: "documents/d/versions/1"}, {Uri: "https://example.org"}}
			bad.Qualifiers = map[string]*statementsv1.QualifierValue{}
			test.edit(bad)
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: bad})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			t.Log(name)
		}
	})
}

func TestS19AnETagOfTheStatement(t *testing.T) {
	s := startFilled(t, false)
	first := s.create(t, "a", direct())
	other := s.create(t, "b", direct())
	must.True(t, first.GetEtag() != other.GetEtag())
	second := s.update(t, &statementsv1.Statement{Name: "statements/a", Etag: first.GetEtag(), Comment: "x"})
	must.True(t, second.GetEtag() != first.GetEtag())
	_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/a", Etag: first.GetEtag(), Comment: "y"},
	})
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	s.update(t, &statementsv1.Statement{Name: "statements/b", Etag: other.GetEtag(), Comment: "its own"})
}

func TestS20AnUpdateChangesWhatItsMaskNames(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		in := direct()
		in.Topics, in.Comment = []string{"entities/ben"}, "first"
		s.create(t, "s1", in)
		changed := s.update(t, &statementsv1.Statement{Name: "statements/s1", Comment: "second"}, "topics")
		must.Equal(t, changed.GetComment(), "first")
		must.Equal(t, len(changed.GetTopics()), 0)
		revisions, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: "statements/s1"})
		must.OK(t, err)
		must.Equal(t, revisions.GetStatementRevisions()[0].GetComment(), "why not")
		must.Equal(t, revisions.GetStatementRevisions()[0].GetTags(), []string{"update"})
		must.Equal(t, revisions.GetStatementRevisions()[1].GetTags(), []string{"create"})
		for _, field := range []string{"text", "speakers", "contents", "statement_time", "original_text", "translator", "parent_statement", "latest_anchor", "appearances"} {
			_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
				Statement: &statementsv1.Statement{
					Name: "statements/s1", Text: "x", OriginalText: "x", Translator: "x", ParentStatement: "statements/x",
					Appearances: []*statementsv1.Appearance{{}}, LatestAnchor: &statementsv1.VersionAnchor{DocumentVersion: "documents/d/versions/2"},
				},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
			})
			statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
			must.Contains(t, statustest.Violations(err)[0].GetDescription(), ":correct")
		}
		_, err = s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
			Statement: &statementsv1.Statement{Name: "statements/s1"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"qualifiers.key"}},
		})
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
	})
}

func TestS26HowAStatementWasFound(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		in := direct()
		in.Extraction = &statementsv1.Extraction{
			Method: statementsv1.Extraction_MODEL, Tool: "quoter", ToolVersion: "2.1", Confidence: decimalOf("0.950000"),
		}
		created := s.create(t, "model", in)
		must.Equal(t, created.GetExtraction().GetReviewState(), statementsv1.Extraction_UNREVIEWED)
		must.Equal(t, created.GetExtraction().GetConfidence().GetValue(), "0.950000")
		low := direct()
		low.Extraction = &statementsv1.Extraction{Method: statementsv1.Extraction_TOOL, Tool: "rules", Confidence: decimalOf("9E-2")}
		s.create(t, "low", low)
		human := direct()
		human.Extraction = &statementsv1.Extraction{Method: statementsv1.Extraction_HUMAN, Annotator: "ana"}
		s.create(t, "human", human)
		s.create(t, "unsaid", direct())
		s.update(t, &statementsv1.Statement{Name: "statements/model", Extraction: &statementsv1.Extraction{
			ReviewState: statementsv1.Extraction_ACCEPTED, Annotator: "ben",
		}}, "extraction.review_state", "extraction.annotator")
		for filter, want := range map[string][]string{
			`extraction.confidence >= "0.95"`:                            {"model"},
			`extraction.confidence > "0.95"`:                             nil,
			`extraction.confidence > "0.089999"`:                         {"low", "model"},
			`extraction.confidence = "0.09"`:                             {"low"},
			`extraction.method = HUMAN`:                                  {"human"},
			`extraction.tool = quoter`:                                   {"model"},
			`extraction.review_state = ACCEPTED`:                         {"model"},
			`extraction.review_state = UNREVIEWED`:                       {"human", "low"},
			`NOT extraction.method:*`:                                    {"unsaid"},
			`extraction.method = MODEL extraction.confidence < "0.9501"`: {"model"},
		} {
			s.finds(t, filter, want)
		}
		for name, test := range map[string]struct {
			extraction    *statementsv1.Extraction
			reason, field string
		}{
			"no tool":      {&statementsv1.Extraction{Method: statementsv1.Extraction_MODEL}, "FIELD_REQUIRED", "tool"},
			"a sure human": {&statementsv1.Extraction{Method: statementsv1.Extraction_HUMAN, Confidence: decimalOf("1")}, "CONTRADICTORY", "confidence"},
			"too sure":     {&statementsv1.Extraction{Method: statementsv1.Extraction_TOOL, Tool: "x", Confidence: decimalOf("1.1")}, "PROBABILITY_OUT_OF_RANGE", "confidence.value"},
			"too precise": {&statementsv1.Extraction{Method: statementsv1.Extraction_TOOL, Tool: "x", Confidence: decimalOf("0.1234567")},
				"PROBABILITY_OUT_OF_RANGE", "confidence.value"},
			"no number":            {&statementsv1.Extraction{Method: statementsv1.Extraction_TOOL, Tool: "x", Confidence: decimalOf("NaN")}, "MALFORMED_DECIMAL", "confidence.value"},
			"a version of nothing": {&statementsv1.Extraction{Method: statementsv1.Extraction_HUMAN, ToolVersion: "1"}, "CONTRADICTORY", "tool_version"},
		} {
			bad := direct()
			bad.Extraction = test.extraction
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: bad})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, "statement.extraction."+test.field)
			t.Log(name)
		}
	})
}

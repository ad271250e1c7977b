package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestFiltersByWordsAppearancesAndAnchors(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.print(t, "copy", "Reprint. "+text)
		a := s.create(t, "a", direct())
		b := quote(t, "copy", "Reprint. "+text, "Caf\u00e9 trade is up.")
		must.Equal(t, s.create(t, "b", b).GetTextKey(), a.GetTextKey())
		s.create(t, "c", indirect())
		key := `text_key = "` + a.GetTextKey() + `"`
		s.finds(t, key, []string{"b", "a"})
		s.finds(t, `appearance_count = 1`, []string{"c", "b", "a"})
		s.finds(t, `document != "documents/d"`, []string{"b"})
		_, err := s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/b", Target: "statements/a"})
		must.OK(t, err)
		s.finds(t, key, []string{"a"})
		s.finds(t, `appearance_count > 1`, []string{"a"})
		s.finds(t, `document = "documents/copy"`, []string{"a"}) // by an appearance
		s.finds(t, `document_version:"documents/copy/versions/1" verbatim = true`, []string{"a"})
		s.finds(t, `document = "documents/copy" OR statement_type = INDIRECT`, []string{"c", "a"})
		_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
			Parent: "documents/d", DocumentVersion: &statementsv1.DocumentVersion{Text: "Correction below. " + text, PublishTime: period("2023-11-19")},
		})
		must.OK(t, err)
		s.finds(t, `latest_anchor.anchor_state = MOVED`, []string{"c", "a"})
		s.finds(t, `NOT latest_anchor.anchor_state:*`, nil)
		counts, err := s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{GroupBy: "latest_anchor.anchor_state"})
		must.OK(t, err)
		must.Equal(t, counts.GetGroups(), []*statementsv1.ValueCount{{Value: "MOVED", Count: 2}})
	})
}

// A filter that compares the rank says itself which ranks are wanted: what is
// DEPRECATED is not hidden from it.
func TestAFilterOfRankImpliesShowDeprecated(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "a", direct())
		s.create(t, "b", direct())
		s.update(t, &statementsv1.Statement{Name: "statements/b", Rank: statementsv1.Statement_DEPRECATED, RankReason: "misquoted"})
		for filter, want := range map[string][]string{
			`rank = DEPRECATED`: {"b"}, `rank != NORMAL`: {"b"}, `rank:*`: {"b", "a"}, `NOT rank = NORMAL`: {"b"},
			`statement_type = DIRECT AND (rank = NORMAL OR rank = DEPRECATED)`: {"b", "a"}, `statement_type = DIRECT`: {"a"},
		} {
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: filter}), want)
			count, err := s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{Filter: filter})
			must.OK(t, err)
			must.Equal(t, int(count.GetTotalCount()), len(want))
			found, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade", Filter: filter})
			must.OK(t, err)
			must.Equal(t, len(found.GetResults()), len(want))
		}
		s.entity(t, "ben")
		req := toBen()
		req.Filter = `rank = DEPRECATED`
		must.Equal(t, s.reattribute(t, req).GetStatements(), []string{"statements/b"})
	})
}

// A stage keeps every field until it is published, and what it refers to stays.
func TestStagesKeepWhatIsKnownAroundAStatement(t *testing.T) {
	s := start(t)
	s.entity(t, "trade")
	s.document(t, "older", false)
	other := direct()
	other.DocumentVersion, other.Speakers[0].Entity = "documents/older/versions/1", "entities/trade"
	s.create(t, "earlier", other)
	req := ingest(request1)
	req.Statements = req.Statements[:1]
	in := req.Statements[0]
	in.Topics, in.Rank, in.RankReason = []string{"entities/trade"}, statementsv1.Statement_PREFERRED, "the longest"
	in.Links = []*statementsv1.StatementLink{link(statementsv1.StatementLink_CONTRADICTS, "earlier")}
	in.References = []*statementsv1.Reference{{DocumentVersion: "documents/older/versions/1"}}
	in.Qualifiers = map[string]*statementsv1.QualifierValue{"n": {Value: &statementsv1.QualifierValue_Number{Number: decimalOf("3")}}}
	in.Extraction = &statementsv1.Extraction{Method: statementsv1.Extraction_MODEL, Tool: "quoter", Confidence: decimalOf("0.5")}
	in.OriginalText, in.OriginalLanguageCode, in.Translator = "Sube.", "es", "AFP"
	in.Speakers[0].Candidates = []*statementsv1.Speaker_Candidate{maybe("ana", "0.9")}
	want := proto.CloneOf(in)
	s.stage(t, req)
	_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/earlier", Reason: "x"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	published, err := s.publish(t, request1)
	must.OK(t, err)
	got := published.GetStatements()[0]
	must.Equal(t, got.GetPublishTime().GetEdtf(), "2023-11-18")
	must.Equal(t, got.GetExtraction().GetConfidence(), want.GetExtraction().GetConfidence())
	for _, pair := range [][2]any{
		{got.GetTopics(), want.GetTopics()}, {got.GetRank(), want.GetRank()}, {got.GetRankReason(), want.GetRankReason()},
		{got.GetLinks(), want.GetLinks()}, {got.GetReferences(), want.GetReferences()}, {got.GetQualifiers(), want.GetQualifiers()},
		{got.GetOriginalText(), want.GetOriginalText()}, {got.GetTranslator(), want.GetTranslator()},
		{got.GetSpeakers()[0].GetCandidates(), want.GetSpeakers()[0].GetCandidates()},
	} {
		must.Equal(t, pair[0], pair[1])
	}
}

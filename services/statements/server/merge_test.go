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

// prints are how three papers print the same words.
var prints = map[string]string{
	"afp":     "Ana told AFP: \u201cThe caf\u00e9 trade is up.\u201d",
	"reuters": "\u201cThe Caf\u00e9 trade is up\u201d, Ana said on Friday.",
	"ap":      "In the end it was \u201cTHE CAFE TRADE IS UP!\u201d that she said.",
}

// startPrinted puts the three on record, each in a document published at its time.
func startPrinted(t testing.TB, s *service) {
	t.Helper()
	s.entity(t, "ana")
	for id, published := range map[string]string{"afp": "2023-11-18", "reuters": "2023-11-17", "ap": "2023-11"} {
		s.print(t, id, prints[id], func(req *statementsv1.CreateDocumentRequest) { req.InitialVersion.PublishTime = period(published) })
	}
	s.create(t, "afp", quote(t, "afp", prints["afp"], "The caf\u00e9 trade is up."))
	s.create(t, "reuters", quote(t, "reuters", prints["reuters"], "The Caf\u00e9 trade is up"))
	s.create(t, "ap", quote(t, "ap", prints["ap"], "THE CAFE TRADE IS UP!"))
}

func (s *service) merge(t testing.TB, id, target string) (*statementsv1.Statement, error) {
	t.Helper()
	return s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{
		Name: "statements/" + id, Target: "statements/" + target, Reason: "the same words",
	})
}

func (s *service) unmerge(t testing.TB, id string) (*statementsv1.Statement, error) {
	t.Helper()
	return s.statements.UnmergeStatement(t.Context(), &statementsv1.UnmergeStatementRequest{Name: "statements/" + id, Reason: "not so"})
}

func appearing(s *statementsv1.Statement) (names []string) {
	for _, appearance := range s.GetAppearances() {
		names = append(names, appearance.GetStatement())
	}
	return names
}

func TestS13OneStatementWithManyAppearances(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		startPrinted(t, s)
		alone := must.Get(s.get(t.Context(), "afp"))(t)
		must.Equal(t, alone.GetAppearanceCount(), int32(1))
		must.Equal(t, alone.GetFirstAppearance(), "documents/afp/versions/1")
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: fmt.Sprintf("text_key = %q", alone.GetTextKey()), OrderBy: "name"}), []string{"afp", "ap", "reuters"})
		reuters := must.Get(s.get(t.Context(), "reuters"))(t)
		before := s.settled()

		merged := must.Get(s.merge(t, "reuters", "afp"))(t)
		must.Equal(t, merged.GetName(), "statements/afp")
		merged = must.Get(s.merge(t, "ap", "afp"))(t)
		must.Equal(t, appearing(merged), []string{"statements/ap", "statements/reuters"})
		must.Equal(t, merged.GetAppearanceCount(), int32(3))
		must.Equal(t, merged.GetFirstAppearance(), "documents/reuters/versions/1") // ap may have been as late as the 30th
		must.Equal(t, merged.GetAppearances()[1].GetContents(), reuters.GetContents())
		must.Equal(t, merged.GetAppearances()[1].GetPublishTime().GetEdtf(), "2023-11-17")
		must.Equal(t, must.Get(s.get(t.Context(), "afp"))(t), merged)

		// It is found by every document; what was merged is not found by itself.
		for filter, want := range map[string][]string{
			`document = "documents/reuters"`:               {"afp"},
			`document_version = "documents/ap/versions/1"`: {"afp"},
			"appearance_count = 3":                         {"afp"},
			"":                                             {"afp"},
		} {
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: filter}), want)
		}
		must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{ShowDeleted: true})), 3)
		must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "cafe trade"}), []string{"afp"})
		redirected := must.Get(s.get(t.Context(), "reuters"))(t)
		must.Equal(t, redirected.GetRedirectTo(), "statements/afp")
		must.Equal(t, redirected.GetContents(), reuters.GetContents())
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ReadTime: before, OrderBy: "name"}), []string{"afp", "ap", "reuters"})

		// Again is the same, and undone is as before.
		must.Equal(t, must.Get(s.merge(t, "reuters", "afp"))(t), merged)
		apart := must.Get(s.unmerge(t, "reuters"))(t)
		must.Equal(t, apart.GetRevisionId(), "3")
		reuters.Etag, reuters.UpdateTime, reuters.RevisionId = apart.GetEtag(), apart.GetUpdateTime(), "3"
		must.Equal(t, apart, reuters)
		left := must.Get(s.get(t.Context(), "afp"))(t)
		must.Equal(t, appearing(left), []string{"statements/ap"})
		must.Equal(t, left.GetFirstAppearance(), "documents/afp/versions/1")
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `document = "documents/reuters"`}), []string{"reuters"})
		revisions, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: "statements/reuters"})
		must.OK(t, err)
		must.Equal(t, revisions.GetStatementRevisions()[0].GetTags(), []string{"unmerge"})
		must.Equal(t, revisions.GetStatementRevisions()[1].GetTags(), []string{"merge"})
		must.Equal(t, revisions.GetStatementRevisions()[1].GetComment(), "the same words")
	})
}

func TestS13AMergeOfWhatOthersWereMergedInto(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		startPrinted(t, s)
		must.Get(s.merge(t, "ap", "reuters"))(t)
		reuters := must.Get(s.get(t.Context(), "reuters"))(t)
		afp := must.Get(s.merge(t, "reuters", "afp"))(t)
		must.Equal(t, appearing(afp), []string{"statements/ap", "statements/reuters"})
		must.Equal(t, must.Get(s.get(t.Context(), "ap"))(t).GetRedirectTo(), "statements/reuters")

		apart := must.Get(s.unmerge(t, "reuters"))(t)
		must.Equal(t, appearing(apart), appearing(reuters))
		must.Equal(t, apart.GetFirstAppearance(), reuters.GetFirstAppearance())
		must.Equal(t, len(must.Get(s.get(t.Context(), "afp"))(t).GetAppearances()), 0)

		must.Get(s.merge(t, "reuters", "afp"))(t)
		must.Get(s.unmerge(t, "ap"))(t) // from both
		must.Equal(t, appearing(must.Get(s.get(t.Context(), "afp"))(t)), []string{"statements/reuters"})
		must.Equal(t, len(must.Get(s.unmerge(t, "reuters"))(t).GetAppearances()), 0)
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{OrderBy: "name"}), []string{"afp", "ap", "reuters"})
	})
}

func TestS13AnAppearanceGoesIntoNewVersions(t *testing.T) {
	s := start(t)
	startPrinted(t, s)
	must.Get(s.merge(t, "reuters", "afp"))(t)
	next := "Corrected. " + prints["reuters"]
	s.reprint(t, "reuters", next)
	got := must.Get(s.get(t.Context(), "afp"))(t)
	must.True(t, got.LatestAnchor == nil)
	anchor := got.GetAppearances()[0].GetLatestAnchor()
	must.Equal(t, anchor.GetDocumentVersion(), "documents/reuters/versions/2")
	must.Equal(t, standing(t, next, anchor), map[string]string{"contents[0]": "MOVED: The Caf\u00e9 trade is up"})
	must.Equal(t, must.Get(s.unmerge(t, "reuters"))(t).GetLatestAnchor(), anchor)
	must.Get(s.merge(t, "reuters", "afp"))(t)
	s.reprint(t, "afp", "Gone.")
	got = must.Get(s.get(t.Context(), "afp"))(t)
	must.Equal(t, got.GetLatestAnchor().GetAnchorState(), typev1.TextSpan_ORPHANED)
	must.Equal(t, got.GetAppearances()[0].GetLatestAnchor(), anchor)
}

func TestS13AnAppearanceIsVerifiedWithItsText(t *testing.T) {
	s := start(t)
	s.entity(t, "ana")
	s.print(t, "afp", prints["afp"])
	s.create(t, "afp", quote(t, "afp", prints["afp"], "The caf\u00e9 trade is up."))
	s.print(t, "ap", prints["ap"], withheld)
	s.create(t, "ap", quote(t, "ap", prints["ap"], "THE CAFE TRADE IS UP!")) // nobody brought the text
	merged := must.Get(s.merge(t, "ap", "afp"))(t)
	must.Equal(t, merged.GetAppearances()[0].GetContents()[0].GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	answer, err := s.texts.VerifyStatements(t.Context(), &statementsv1.VerifyStatementsRequest{
		DocumentVersion: "documents/ap/versions/1", SourceText: prints["ap"],
	})
	must.OK(t, err)
	must.Equal(t, answer.GetVerifiedCount(), int32(1))
	got := must.Get(s.get(t.Context(), "afp"))(t)
	must.Equal(t, got.GetContents(), merged.GetContents())
	span := got.GetAppearances()[0].GetContents()[0]
	must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
	must.Equal(t, span.GetSuffix(), "\u201d that she said.")
	must.Equal(t, must.Get(s.unmerge(t, "ap"))(t).GetContents()[0], span)
}

func TestS13AMergedStatementStillReportsOthers(t *testing.T) {
	s := start(t)
	startPrinted(t, s)
	must.Get(s.merge(t, "reuters", "afp"))(t)
	in := quote(t, "reuters", prints["reuters"], "trade is up")
	in.ParentStatement = "statements/reuters"
	must.Equal(t, s.create(t, "inner", in).GetParentStatement(), "statements/reuters")
	must.Equal(t, must.Get(s.unmerge(t, "reuters"))(t).GetName(), "statements/reuters")
}

func TestStatementMergeRefusals(t *testing.T) {
	s := start(t)
	startPrinted(t, s)
	s.entity(t, "ben")
	other := quote(t, "afp", prints["afp"], "The caf\u00e9 trade is up.")
	other.Speakers[0].Entity = "entities/ben"
	s.create(t, "ben", other)
	s.create(t, "part", quote(t, "afp", prints["afp"], "trade is up."))
	s.create(t, "gone", quote(t, "afp", prints["afp"], "The caf\u00e9 trade is up."))
	_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/gone", Reason: "twice"})
	must.OK(t, err)
	must.Get(s.merge(t, "reuters", "afp"))(t)
	for name, test := range map[string]struct {
		id, target    string
		code          codes.Code
		reason, field string
	}{
		"itself":           {"afp", "afp", codes.InvalidArgument, "SAME_STATEMENT", "target"},
		"a circle":         {"afp", "reuters", codes.InvalidArgument, "MERGE_CIRCLE", "target"},
		"merged already":   {"reuters", "ap", codes.FailedPrecondition, "ALREADY_MERGED", ""},
		"into one merged":  {"ap", "reuters", codes.FailedPrecondition, "STATEMENT_MERGED", ""},
		"another speaker":  {"ben", "afp", codes.FailedPrecondition, "STATEMENTS_DIFFER", ""},
		"other words":      {"part", "afp", codes.FailedPrecondition, "STATEMENTS_DIFFER", ""},
		"a lost target":    {"ap", "x", codes.InvalidArgument, "REFERENCE_NOT_FOUND", "target"},
		"a gone target":    {"ap", "gone", codes.InvalidArgument, "REFERENCE_NOT_FOUND", "target"},
		"a lost statement": {"x", "ap", codes.NotFound, "STATEMENT_NOT_FOUND", ""},
		"a gone statement": {"gone", "ap", codes.NotFound, "RETRACTED", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.merge(t, test.id, test.target)
			statustest.Check(t, err, test.code, test.reason, test.field)
		})
	}
	_, err = s.unmerge(t, "afp")
	statustest.Check(t, err, codes.FailedPrecondition, "NOT_MERGED", "")
	_, err = s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/ap", Target: "statements/afp", Etag: `"9-x"`})
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	_, err = s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/reuters", Comment: "c"},
	})
	statustest.Check(t, err, codes.FailedPrecondition, "STATEMENT_MERGED", "")
}

// Search does not look at signs. What was said does change with them.
func TestS13OtherSignsAreOtherWords(t *testing.T) {
	s := start(t)
	s.entity(t, "ana")
	const one, two, same = "\u201cWe pay $5, up 3.5 points,\u201d Ana said.", "\u201cWe pay $5, up 3-5 points,\u201d Ana said.", "\u2018We pay $5 \u2013 up 3.5 points!\u2019 said Ana."
	for id, text := range map[string]string{"one": one, "two": two, "same": same} {
		s.print(t, id, text)
	}
	s.create(t, "one", quote(t, "one", one, "We pay $5, up 3.5 points"))
	s.create(t, "two", quote(t, "two", two, "We pay $5, up 3-5 points"))
	s.create(t, "same", quote(t, "same", same, "We pay $5 \u2013 up 3.5 points!"))
	must.Equal(t, must.Get(s.get(t.Context(), "two"))(t).GetTextKey(), must.Get(s.get(t.Context(), "one"))(t).GetTextKey())
	_, err := s.merge(t, "two", "one")
	statustest.Check(t, err, codes.FailedPrecondition, "STATEMENTS_DIFFER", "")
	must.Equal(t, appearing(must.Get(s.merge(t, "same", "one"))(t)), []string{"statements/same"})

	// Nor can the words change under an appearance that keeps them.
	corrected := quote(t, "two", two, "We pay $5, up 3-5 points")
	err = s.corrected(t, "one", "*", corrected)
	statustest.Check(t, err, codes.FailedPrecondition, "STATEMENTS_DIFFER", "")
}

func TestMergeIsDoneOnceOrTried(t *testing.T) {
	s := start(t)
	startPrinted(t, s)
	req := &statementsv1.MergeStatementRequest{Name: "statements/ap", Target: "statements/afp", ValidateOnly: true}
	tried, err := s.statements.MergeStatement(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, appearing(tried), []string{"statements/ap"})
	must.Equal(t, tried.GetEtag(), "")
	must.Equal(t, len(must.Get(s.get(t.Context(), "afp"))(t).GetAppearances()), 0)
	req.ValidateOnly, req.RequestId = false, request1
	merged := must.Get(s.statements.MergeStatement(t.Context(), req))(t)
	must.Get(s.merge(t, "reuters", "afp"))(t)
	must.Equal(t, must.Get(s.statements.MergeStatement(t.Context(), proto.CloneOf(req)))(t), merged)
	undo := &statementsv1.UnmergeStatementRequest{Name: "statements/ap", RequestId: request2}
	apart := must.Get(s.statements.UnmergeStatement(t.Context(), undo))(t)
	must.Equal(t, must.Get(s.statements.UnmergeStatement(t.Context(), proto.CloneOf(undo)))(t), apart)
}

func TestAppearancesAreBounded(t *testing.T) {
	s := start(t)
	startPrinted(t, s)
	var batch []*statementsv1.CreateStatementRequest
	for i := range 100 {
		batch = append(batch, &statementsv1.CreateStatementRequest{
			StatementId: fmt.Sprint("copy-", i), Statement: quote(t, "afp", prints["afp"], "The caf\u00e9 trade is up."),
		})
	}
	must.Get(s.batch(t, batch...))(t)
	for i := range 100 {
		must.Get(s.merge(t, fmt.Sprint("copy-", i), "afp"))(t)
	}
	must.Equal(t, must.Get(s.get(t.Context(), "afp"))(t).GetAppearanceCount(), int32(101))
	_, err := s.merge(t, "ap", "afp")
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_APPEARANCES", "")
}

// TestMergeAgainWithAnETag: what is merged already is answered again, in whatever
// state it was meant.
func TestMergeAgainWithAnETag(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		startPrinted(t, s)
		before := must.Get(s.get(t.Context(), "ap"))(t)
		req := &statementsv1.MergeStatementRequest{Name: "statements/ap", Target: "statements/afp", Etag: before.GetEtag()}
		merged := must.Get(s.statements.MergeStatement(t.Context(), req))(t)
		must.Equal(t, must.Get(s.statements.MergeStatement(t.Context(), req))(t), merged)
		req.Target = "statements/reuters"
		_, err := s.statements.MergeStatement(t.Context(), req)
		statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	})
}

// TestAMergedChildKeepsItsParent: it is reported in it again once the merge is undone.
func TestAMergedChildKeepsItsParent(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "parent", indirect())
		s.create(t, "same", direct())
		child := direct()
		child.ParentStatement = "statements/parent"
		s.create(t, "child", child)
		must.Get(s.merge(t, "child", "same"))(t)
		remove := func() error {
			return second(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/parent", Reason: "r"}))
		}
		statustest.Check(t, remove(), codes.FailedPrecondition, "STATEMENT_HAS_CHILDREN", "")
		must.Get(s.unmerge(t, "child"))(t)
		must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/child", Reason: "r"}))(t)
		must.OK(t, remove())
	})
}

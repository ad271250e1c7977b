package server_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/server"
)

// eraseStatement erases a statement.
func (s *service) eraseStatement(t testing.TB, id string) {
	t.Helper()
	must.Get(s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/" + id, Reason: "article 17"}))(t)
}

// eraseDocument erases a document with what stands on it.
func (s *service) eraseDocument(t testing.TB, id string) {
	t.Helper()
	must.Get(s.erasures.EraseDocument(t.Context(),
		&statementsv1.EraseDocumentRequest{Name: "documents/" + id, Reason: "article 17", Cascade: true}))(t)
}

// moves is the request that corrects a statement onto a document.
func moves(id, document, reason string) *statementsv1.CorrectStatementRequest {
	return &statementsv1.CorrectStatementRequest{
		Name: "statements/" + id, Kind: typev1.Correction_ERROR, Reason: reason,
		Statement: &statementsv1.Statement{DocumentVersion: "documents/" + document + "/versions/1"},
	}
}

// move corrects a statement onto a document.
func (s *service) move(t testing.TB, id, document, reason string) *typev1.Correction {
	t.Helper()
	return must.Get(s.corrections.CorrectStatement(t.Context(), moves(id, document, reason)))(t).GetCorrection()
}

// nowhere checks that no change has a word.
func (s *service) nowhere(t testing.TB, word string) {
	t.Helper()
	changes, _ := until(t, s.watch(t, everything()))
	for _, change := range changes {
		must.False(t, strings.Contains(change.String(), word), change.String())
	}
}

// What is erased is an appearance in no revision of what it was merged into, and of
// what that was merged into, whichever is erased first.
func TestErasureOfAChainOfMergesInAnyOrder(t *testing.T) {
	for _, order := range [][]string{{"reuters", "ap"}, {"ap", "reuters"}} {
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			onFilled(t, func(t *testing.T, s *service) {
				for _, id := range []string{"ap", "reuters", "afp"} {
					s.document(t, id, false)
					statement := direct()
					statement.DocumentVersion = "documents/" + id + "/versions/1"
					s.create(t, id, statement)
				}
				for _, merge := range [][2]string{{"ap", "reuters"}, {"reuters", "afp"}} {
					must.Get(s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{
						Name: "statements/" + merge[0], Target: "statements/" + merge[1], Reason: "the same " + secret,
					}))(t)
				}
				merged := s.settled()
				for _, id := range order {
					s.eraseStatement(t, id)
				}
				_, err := s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/ap", ReadTime: merged})
				statustest.Check(t, err, codes.NotFound, "ERASED", "")
				changes, _ := until(t, s.watch(t, everything()))
				for _, change := range changes {
					must.Equal(t, len(change.GetChange().GetStatement().GetAppearances()), 0)
				}
				revisions := must.Get(s.statements.ListStatementRevisions(t.Context(),
					&statementsv1.ListStatementRevisionsRequest{Parent: "statements/afp"}))(t).GetStatementRevisions()
				for _, revision := range revisions {
					must.Equal(t, len(revision.GetSnapshot().GetAppearances()), 0)
					must.Equal(t, revision.GetComment(), "")
				}
				s.nowhere(t, secret)
			})
		})
	}
}

// The reason of a merge goes with either statement.
func TestErasureTakesTheReasonsOfMerges(t *testing.T) {
	for _, gone := range []string{"low", "top"} {
		t.Run(gone, func(t *testing.T) {
			onFilled(t, func(t *testing.T, s *service) {
				s.document(t, "e", false)
				s.create(t, "low", direct())
				top := direct()
				top.DocumentVersion = "documents/e/versions/1"
				s.create(t, "top", top)
				must.Get(s.statements.MergeStatement(t.Context(),
					&statementsv1.MergeStatementRequest{Name: "statements/low", Target: "statements/top", Reason: secret}))(t)
				must.Get(s.statements.UnmergeStatement(t.Context(),
					&statementsv1.UnmergeStatementRequest{Name: "statements/low", Reason: secret}))(t)
				s.eraseStatement(t, gone)
				for _, id := range []string{"low", "top"} {
					if id == gone {
						continue
					}
					revisions := must.Get(s.statements.ListStatementRevisions(t.Context(),
						&statementsv1.ListStatementRevisionsRequest{Parent: "statements/" + id}))(t).GetStatementRevisions()
					must.True(t, len(revisions) >= 3)
					for _, revision := range revisions {
						must.Equal(t, revision.GetComment(), "")
					}
				}
			})
		})
	}
}

// What was said of a statement while it stood on a document is erased with that
// one: reviews, corrections, their reasons. What was said of it since stays.
func TestErasureTakesWhatWasSaidOfAStatementThatMovedAway(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		s.create(t, "moved", direct())
		passage := checked()
		passage.Span, passage.ClaimReviewed = at("trade"), secret
		gone := s.review(t, "moved", "r1", passage)
		correction := s.move(t, "moved", "e", "it said "+secret)
		kept := s.review(t, "moved", "r2", checked())
		since := must.Get(s.corrections.CorrectStatement(t.Context(), &statementsv1.CorrectStatementRequest{
			Name: "statements/moved", Kind: typev1.Correction_CLARIFICATION, Reason: keep, Statement: &statementsv1.Statement{Comment: keep},
		}))(t).GetCorrection()
		before := s.settled()
		s.eraseDocument(t, "d")
		for _, when := range []*timestamppb.Timestamp{nil, before} {
			_, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: gone.GetName(), ReadTime: when, ShowDeleted: true})
			statustest.Check(t, err, codes.NotFound, "ERASED", "")
			_, err = s.reviews.ExportClaimReview(t.Context(), &statementsv1.ExportClaimReviewRequest{Name: gone.GetName(), ReadTime: when})
			statustest.Check(t, err, codes.NotFound, "ERASED", "")
			must.Equal(t, must.Get(s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: kept.GetName(), ReadTime: when}))(t), kept)
			must.Get(s.reviews.ExportClaimReview(t.Context(), &statementsv1.ExportClaimReviewRequest{Name: kept.GetName(), ReadTime: when}))(t)
		}
		read := func(name string) *typev1.Correction {
			return must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: name}))(t)
		}
		must.Equal(t, read(correction.GetName()).GetReason(), "")
		must.Equal(t, read(since.GetName()), since)
		revision := must.Get(s.statements.GetStatementRevision(t.Context(),
			&statementsv1.GetStatementRevisionRequest{Name: "statements/moved/revisions/3"}))(t)
		must.Equal(t, revision.GetComment(), keep)
		s.nowhere(t, secret)
	})
}

// The words of a notice go with the document that prints them, wherever they are
// kept.
func TestErasureTakesTheNoticesThatADocumentPrints(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"notice", "killed", "other"} {
			s.document(t, id, false)
		}
		s.create(t, "s1", direct())
		on := direct()
		on.DocumentVersion = "documents/killed/versions/1"
		s.create(t, "s2", on)
		req := correction(&statementsv1.Statement{Comment: "x"}, "comment")
		req.NoticeText, req.NoticeDocumentVersion = secret, "documents/notice/versions/1"
		made := []string{must.Get(s.corrections.CorrectStatement(t.Context(), req))(t).GetCorrection().GetName()}
		req = correction(&statementsv1.Statement{Comment: "y"}, "comment")
		req.NoticeText, req.NoticeDocumentVersion = keep, "documents/other/versions/1"
		kept := must.Get(s.corrections.CorrectStatement(t.Context(), req))(t).GetCorrection()
		kill := must.Get(s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/killed", Kind: typev1.Correction_KILL, Reason: "invented",
			NoticeText: secret, NoticeDocumentVersion: "documents/notice/versions/1",
		}))(t)
		made = append(made, kill.GetName())
		before := s.settled()
		s.eraseDocument(t, "notice")
		for _, name := range made {
			got := must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: name}))(t)
			must.Equal(t, got.GetNoticeText(), "")
			must.Equal(t, got.GetNoticeDocumentVersion(), "documents/notice/versions/1")
			must.NotEqual(t, got.GetReason(), "")
		}
		must.Equal(t, must.Get(s.corrections.GetCorrection(t.Context(), &statementsv1.GetCorrectionRequest{Name: kept.GetName()}))(t), kept)
		for _, when := range []*timestamppb.Timestamp{nil, before} {
			document := must.Get(s.documents.GetDocument(t.Context(),
				&statementsv1.GetDocumentRequest{Name: "documents/killed", ShowDeleted: true, ReadTime: when}))(t)
			must.Equal(t, document.GetRetraction().GetNoticeText(), "")
			must.Equal(t, document.GetRetraction().GetReason(), "invented")
			statement := must.Get(s.statements.GetStatement(t.Context(),
				&statementsv1.GetStatementRequest{Name: "statements/s2", ShowDeleted: true, ReadTime: when}))(t)
			must.Equal(t, statement.GetRetraction().GetReason(), "invented")
		}
		s.nowhere(t, secret)
	})
}

// The reasons of the merges of an entity, and of their undoing, go with either of
// the two.
func TestErasureTakesTheReasonsOfMergesOfEntities(t *testing.T) {
	for _, gone := range []string{"a", "b"} {
		for _, undone := range []bool{false, true} {
			t.Run(fmt.Sprint(gone, " undone ", undone), func(t *testing.T) {
				onFilled(t, func(t *testing.T, s *service) {
					s.entity(t, "a")
					s.entity(t, "b")
					must.Get(s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
						Name: "entities/a", Target: "entities/b", Reason: secret + " is b",
					}))(t)
					if undone {
						must.Get(s.entities.UnmergeEntity(t.Context(),
							&statementsv1.UnmergeEntityRequest{Name: "entities/a", Reason: secret + " is not b"}))(t)
					}
					must.Get(s.erasures.EraseEntity(t.Context(),
						&statementsv1.EraseEntityRequest{Name: "entities/" + gone, Reason: "article 17"}))(t)
					listed := must.Get(s.reattributions.ListReattributions(t.Context(), &statementsv1.ListReattributionsRequest{}))(t)
					must.Equal(t, len(listed.GetReattributions()), 1)
					must.False(t, strings.Contains(listed.String(), secret))
					s.nowhere(t, secret)
				})
			})
		}
	}
}

// searchedAt are the ids that a search finds at a time; each must stand on a
// document.
func (s *service) searchedAt(t testing.TB, query string, when *timestamppb.Timestamp) (found []string) {
	t.Helper()
	answer := must.Get(s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: query, ReadTime: when}))(t)
	for _, result := range answer.GetResults() {
		must.Contains(t, result.GetStatement().GetDocumentVersion(), "documents/e/")
		found = append(found, result.GetStatement().GetName()[len("statements/"):])
	}
	return found
}

// What is found at a time is what is read at that time, after an erasure too, and in
// a copy.
func TestASearchInThePastAfterAnErasure(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) server.Config { return server.Config{Database: "sqlite:" + filepath.Join(dir, name)} }
	var times []*timestamppb.Timestamp
	check := func(t *testing.T, s *service) {
		for i, want := range [][]string{{"back"}, {"away"}, {"away", "back"}, {"away", "back"}} {
			must.Equal(t, s.searchedAt(t, "trade", times[i]), want)
		}
	}
	scenario := func(t *testing.T, s *service) {
		times = nil
		mark := func() { times = append(times, s.settled()) }
		s.document(t, "d", false)
		s.document(t, "e", false)
		s.entity(t, "ana")
		on := direct()
		on.DocumentVersion = "documents/e/versions/1"
		s.create(t, "back", on)
		s.create(t, "away", direct())
		mark() // away stands on d
		s.move(t, "back", "d", "r")
		s.move(t, "away", "e", "r")
		mark() // back stands on d
		s.move(t, "back", "e", "r")
		mark()
		s.eraseDocument(t, "d")
		mark()
		check(t, s)
	}
	onEngines(t, scenario)
	t.Run("source", func(t *testing.T) {
		scenario(t, startOn(t, file("source.db").Database, changefeed.Options{}, rpcserver.Options{}))
	})
	must.Get(server.Service.Copy(t.Context(), file("source.db"), file("copy.db"), server.Deps{}, recordcopy.Options{}))(t)
	t.Run("copy", func(t *testing.T) {
		check(t, startOn(t, file("copy.db").Database, changefeed.Options{}, rpcserver.Options{}))
	})
}

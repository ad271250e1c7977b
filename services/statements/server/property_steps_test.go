package server_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// allowed ends the run for an error that has none of the reasons.
func (n *newsroom) allowed(err error, reasons ...string) {
	n.t.Helper()
	if err == nil {
		return
	}
	reason := errs.Info(status.Convert(err)).GetReason()
	if n.readers != nil {
		reasons = append(slices.Clone(reasons), "EMBARGOED")
	}
	must.True(n.t, slices.Contains(reasons, reason), "unexpected error: %v", err)
}

// goneReasons are the reasons of what was retracted or merged.
var goneReasons = []string{"RETRACTED", "STATEMENT_MERGED", "REFERENCE_NOT_FOUND", "INVALID_REQUEST"}

// read reads a statement, whatever became of it.
func (n *newsroom) read(name string) *statementsv1.Statement {
	n.t.Helper()
	out, err := n.statements.GetStatement(n.base.Context(), &statementsv1.GetStatementRequest{Name: name, ShowDeleted: true})
	must.OK(n.t, err)
	return out
}

// span finds words in the first version of a document.
func (n *newsroom) span(document, words string) *typev1.TextSpan {
	text := quotesOf("The first edition of " + document + ".\n")
	start := strings.Index(text, words)                                                  // the texts are ASCII
	first := int32(start)                                                                //nolint:gosec // short
	return &typev1.TextSpan{Start: &first, End: first + int32(len(words)), Exact: words} //nolint:gosec // short
}

// update changes what is known around a statement.
func (n *newsroom) update() {
	change := &statementsv1.Statement{Name: n.drawLikely("updated", stands)}
	switch rapid.IntRange(0, 4).Draw(n.t, "change") {
	case 0:
		change.Comment = fmt.Sprint("note ", rapid.IntRange(0, 9).Draw(n.t, "comment"))
	case 1:
		change.Topics, change.Event = []string{n.drawEntity("topic")}, n.drawEntity("event")
	case 2:
		change.Rank, change.RankReason = statementsv1.Statement_DEPRECATED, "known to be wrong"
	case 3:
		change.Rank = statementsv1.Statement_NORMAL
	default:
		change.Links = []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_SAME, Statement: n.drawStatement("linked")}}
	}
	req := &statementsv1.UpdateStatementRequest{Statement: change, ChangeComment: "an edit"}
	if change.GetRank() == statementsv1.Statement_NORMAL {
		req.UpdateMask = &fieldmaskpb.FieldMask{Paths: []string{"rank", "rank_reason"}}
	}
	_, err := n.statements.UpdateStatement(n.base.Context(), req)
	n.allowed(err, append(goneReasons, "LINK_TO_ITSELF")...)
}

// race: of two changes meant for one state exactly one is made.
func (n *newsroom) race() {
	name := n.drawStatement("contested")
	was := n.read(name)
	writes := n.contenders(was)
	first := rapid.IntRange(0, len(writes)-1).Draw(n.t, "first")
	other := rapid.IntRange(0, 1).Draw(n.t, "other")
	if other == first {
		other = 1 - other
	}
	var results [2]error
	var done sync.WaitGroup
	done.Go(func() { results[0] = writes[first]() })
	done.Go(func() { results[1] = writes[other]() })
	done.Wait()
	won := 0
	for _, err := range results {
		n.allowed(err, append(goneReasons, "ETAG_MISMATCH", "NOTHING_CORRECTED", "STATEMENT_HAS_CHILDREN",
			"STATEMENTS_DIFFER", "SAME_STATEMENT", "MERGE_CIRCLE", "ALREADY_MERGED")...)
		if err == nil {
			won++
		}
	}
	must.True(n.t, won <= 1, "two writes meant for one state were both made")
	if !stands(was) {
		must.Equal(n.t, won, 0)
	}
	if first <= 1 { // an edit is always a change
		must.Equal(n.t, won == 1, stands(was))
	}
	revision := func(s *statementsv1.Statement) (number int) {
		_, err := fmt.Sscan(s.GetRevisionId(), &number)
		must.OK(n.t, err)
		return number
	}
	must.True(n.t, revision(n.read(name)) >= revision(was)+won)
}

// contenders are writes meant for one state of a statement: first two edits.
func (n *newsroom) contenders(was *statementsv1.Statement) []func() error {
	name, ctx := was.GetName(), n.base.Context()
	target := n.drawLikely("contested target", n.same(was))
	edit := func(comment string) func() error {
		return func() error {
			return second(n.statements.UpdateStatement(ctx, &statementsv1.UpdateStatementRequest{
				Statement: &statementsv1.Statement{Name: name, Etag: was.GetEtag(), Comment: was.GetRevisionId() + comment},
			}))
		}
	}
	writes := []func() error{edit("a"), edit("b"), func() error {
		return second(n.statements.DeleteStatement(ctx, &statementsv1.DeleteStatementRequest{Name: name, Etag: was.GetEtag(), Reason: "contested"}))
	}, func() error {
		return second(n.corrections.CorrectStatement(ctx, &statementsv1.CorrectStatementRequest{
			Name: name, Etag: was.GetEtag(), Kind: typev1.Correction_ERROR, Reason: "contested",
			Statement:  &statementsv1.Statement{StatementTime: period("1999-12-31")},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"statement_time"}},
		}))
	}}
	if stands(was) { // merging again is no change
		writes = append(writes, func() error {
			return second(n.statements.MergeStatement(ctx, &statementsv1.MergeStatementRequest{Name: name, Etag: was.GetEtag(), Target: target}))
		})
	}
	return writes
}

// stands reports whether a statement is neither retracted nor merged.
func stands(s *statementsv1.Statement) bool {
	return s.GetDeleteTime() == nil && s.GetRedirectTo() == ""
}

func merged(s *statementsv1.Statement) bool {
	return s.GetRedirectTo() != "" && s.GetDeleteTime() == nil
}

// correct changes what a statement says.
func (n *newsroom) correct() {
	name := n.drawLikely("corrected", stands)
	was := n.read(name)
	req := &statementsv1.CorrectStatementRequest{
		Name: name, Reason: "it was wrong", Statement: &statementsv1.Statement{}, UpdateMask: &fieldmaskpb.FieldMask{},
		Kind: rapid.SampledFrom([]typev1.Correction_Kind{typev1.Correction_ERROR, typev1.Correction_UPDATE, typev1.Correction_CLARIFICATION}).Draw(n.t, "kind"),
	}
	switch rapid.IntRange(0, 2).Draw(n.t, "what") {
	case 0:
		req.Statement.Speakers = []*statementsv1.Speaker{{Entity: n.drawEntity("speaker")}}
		req.UpdateMask.Paths = []string{"speakers"}
	case 1:
		req.Statement.StatementTime = period(rapid.SampledFrom([]string{"2020", "2022"}).Draw(n.t, "said"))
		req.UpdateMask.Paths = []string{"statement_time"}
	default:
		document := strings.Split(was.GetDocumentVersion(), "/")[1]
		req.Statement.Contents = []*typev1.TextSpan{n.span(document, n.one("quote", quotes))}
		req.UpdateMask.Paths = []string{"contents", "text"}
	}
	_, err := n.corrections.CorrectStatement(n.base.Context(), req)
	n.allowed(err, append(goneReasons, "NOTHING_CORRECTED", "STATEMENTS_DIFFER")...)
}

// rollback makes a statement what it was.
func (n *newsroom) rollback() {
	_, err := n.statements.RollbackStatement(n.base.Context(), &statementsv1.RollbackStatementRequest{
		Name: n.drawLikely("rolled back", func(s *statementsv1.Statement) bool { return stands(s) && s.GetRevisionId() != "1" }), RevisionId: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(n.t, "to"), Reason: "as it was",
	})
	n.allowed(err, append(goneReasons, "NOTHING_CORRECTED", "REVISION_NOT_FOUND", "STATEMENTS_DIFFER", "LINK_TO_ITSELF")...)
}

// same says which statements have the words and the speaker of one.
func (n *newsroom) same(as *statementsv1.Statement) func(*statementsv1.Statement) bool {
	return func(other *statementsv1.Statement) bool {
		return stands(other) && other.GetName() != as.GetName() && other.GetTextKey() == as.GetTextKey() &&
			other.GetSpeakers()[0].GetEntity() == as.GetSpeakers()[0].GetEntity()
	}
}

// merge merges statements.
func (n *newsroom) merge() {
	name := n.drawLikely("merged", stands)
	target := n.drawLikely("target", n.same(n.read(name)))
	_, err := n.statements.MergeStatement(n.base.Context(), &statementsv1.MergeStatementRequest{
		Name: name, Target: target, Reason: "the same words",
	})
	n.allowed(err, append(goneReasons, "STATEMENTS_DIFFER", "ALREADY_MERGED", "SAME_STATEMENT", "MERGE_CIRCLE")...)
}

// unmerge undoes a merge.
func (n *newsroom) unmerge() {
	_, err := n.statements.UnmergeStatement(n.base.Context(), &statementsv1.UnmergeStatementRequest{Name: n.drawLikely("unmerged", merged)})
	n.allowed(err, append(goneReasons, "NOT_MERGED")...)
}

// retract retracts a statement.
func (n *newsroom) retract() {
	_, err := n.statements.DeleteStatement(n.base.Context(), &statementsv1.DeleteStatementRequest{
		Name: n.drawStatement("retracted"), Reason: "wrong",
	})
	n.allowed(err, append(goneReasons, "STATEMENT_HAS_CHILDREN")...)
}

// reattribute puts one speaker in the place of another.
func (n *newsroom) reattribute() {
	from := "entities/" + n.one("from", n.people[:2])
	out, err := n.reattributions.ReattributeStatements(n.base.Context(), &statementsv1.ReattributeStatementsRequest{
		Filter: fmt.Sprintf("speaker:%q", from), FromEntity: from, ToEntity: n.drawEntity("to"), Reason: "another person",
	})
	n.allowed(err, append(goneReasons, "NOTHING_TO_REATTRIBUTE", "SAME_ENTITY")...)
	if err == nil {
		n.swaps = append(n.swaps, out.GetName())
	}
}

// undoReattribution undoes one as one.
func (n *newsroom) undoReattribution() {
	if len(n.swaps) == 0 {
		return
	}
	_, err := n.reattributions.UndoReattribution(n.base.Context(), &statementsv1.UndoReattributionRequest{
		Reattribution: n.one("undone", n.swaps), Reason: "it was that person",
	})
	n.allowed(err, append(goneReasons, "ALREADY_UNDONE")...)
}

// mergeEntity merges people.
func (n *newsroom) mergeEntity() {
	name := n.drawEntity("merged person")
	_, err := n.entities.MergeEntity(n.base.Context(), &statementsv1.MergeEntityRequest{
		Name: name, Target: n.drawEntity("target person"), Reason: "the same person",
	})
	n.allowed(err, append(goneReasons, "SAME_ENTITY", "MERGE_CIRCLE", "ALREADY_MERGED")...)
	if err == nil {
		n.entityMerges = append(n.entityMerges, name)
	}
}

// unmergeEntity undoes that.
func (n *newsroom) unmergeEntity() {
	if len(n.entityMerges) == 0 {
		return
	}
	_, err := n.entities.UnmergeEntity(n.base.Context(), &statementsv1.UnmergeEntityRequest{
		Name: n.one("unmerged person", n.entityMerges), Reason: "two persons",
	})
	n.allowed(err, append(goneReasons, "NOT_MERGED")...)
}

// writeReview writes, changes or retracts a review.
func (n *newsroom) writeReview() {
	if kind := rapid.IntRange(0, 3).Draw(n.t, "review"); kind > 1 && len(n.checks) > 0 {
		name := n.one("reviewed", n.checks)
		var err error
		if kind == 2 {
			_, err = n.reviews.UpdateReview(n.base.Context(), &statementsv1.UpdateReviewRequest{
				Review: &statementsv1.Review{Name: name, TextualRating: fmt.Sprint("Rated ", rapid.IntRange(0, 99).Draw(n.t, "rating"))},
			})
		} else {
			_, err = n.reviews.DeleteReview(n.base.Context(), &statementsv1.DeleteReviewRequest{Name: name, Reason: "wrong"})
		}
		n.allowed(err, goneReasons...)
		return
	}
	statement := n.drawStatement("checked")
	review := &statementsv1.Review{Reviewer: "Checkers", TextualRating: "Half true", PublishTime: notStated()}
	if rapid.Bool().Draw(n.t, "of a passage") {
		review.Span = n.read(statement).GetContents()[0]
		review.Span.AnchorState = 0
	}
	out, err := n.reviews.CreateReview(n.base.Context(), &statementsv1.CreateReviewRequest{Parent: statement, Review: review})
	n.allowed(err, goneReasons...)
	if err == nil {
		n.checks = append(n.checks, out.GetName())
	}
}

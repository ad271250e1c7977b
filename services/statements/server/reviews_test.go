package server_test

import (
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// checked is a review with every field set but the span.
func checked() *statementsv1.Review {
	return &statementsv1.Review{
		Reviewer: "The Checkers", ReviewerEntity: "entities/ana", Uri: "https://example.org/checks/1", Headline: "Is trade up?",
		ClaimReviewed: "Trade rose last year.", PublishTime: period("2023-11-20"), TextualRating: "Four Pinocchios",
		RatingValue: number("4"), BestRating: number("0"), WorstRating: number("4"),
		Verdict: statementsv1.Review_FALSE, LanguageCode: "en",
	}
}

func number(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

// review puts a review on record.
func (s *service) review(t testing.TB, statement, id string, review *statementsv1.Review) *statementsv1.Review {
	t.Helper()
	out, err := s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{
		Parent: "statements/" + statement, Review: review, ReviewId: id,
	})
	must.OK(t, err)
	return out
}

// reviewNames are the names on a page of reviews.
func (s *service) reviewNames(t testing.TB, req *statementsv1.ListReviewsRequest) (names []string) {
	t.Helper()
	out, err := s.reviews.ListReviews(t.Context(), req)
	must.OK(t, err)
	for _, review := range out.GetReviews() {
		names = append(names, review.GetName())
	}
	return names
}

// S24: verdicts on a statement, by several reviewers, the rating as given beside
// the normalised one.
func TestS24ReviewRoundTrip(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		created := s.review(t, "s1", "r1", checked())
		want := proto.CloneOf(checked())
		want.Name, want.Uid, want.Etag, want.RevisionId = "statements/s1/reviews/r1", created.GetUid(), created.GetEtag(), "1"
		want.CreateTime, want.UpdateTime, want.StatementRevision = created.GetCreateTime(), created.GetCreateTime(), "1"
		want.PublishTime.StartTime, want.PublishTime.EndTime = created.GetPublishTime().GetStartTime(), created.GetPublishTime().GetEndTime()
		must.Equal(t, created, want)
		got, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: created.GetName()})
		must.OK(t, err)
		must.Equal(t, got, created)

		second := checked()
		second.Reviewer, second.Verdict, second.TextualRating = "Others", statementsv1.Review_MOSTLY_TRUE, "Mostly right"
		unnamed := s.review(t, "s1", "", second)
		must.Equal(t, unnamed.GetName(), "statements/s1/reviews/"+unnamed.GetUid())
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1"}), []string{unnamed.GetName(), created.GetName()})
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-", Filter: "verdict = FALSE"}), []string{created.GetName()})
		_, err = s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: checked(), ReviewId: "r1"})
		statustest.Check(t, err, codes.AlreadyExists, "REVIEW_EXISTS", "review_id")
	})
}

// S24: a review of a span of the statement.
func TestS24ReviewOfASpan(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		review := checked()
		review.Span = at("trade is")
		created := s.review(t, "s1", "r1", review)
		span := created.GetSpan()
		must.Equal(t, span.GetExact()+"|"+span.GetPrefix()+"|"+span.GetSuffix(),
			"trade is|On Friday Ana told Ben \U0001F600: \"Caf\u00e9 | up.\"\nThe ministry x\u0323\u0301 stressed ")
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, span.GetExactSha256(), sourcetext.HashOf("trade is"))
		byHash := checked()
		byHash.Span = at("trade is")
		byHash.Span.ExactSha256, byHash.Span.Exact = sourcetext.HashOf("trade is"), ""
		must.Equal(t, s.review(t, "s1", "r2", byHash).GetSpan(), span)
		for name, test := range map[string]struct {
			edit          func(*typev1.TextSpan)
			reason, field string
		}{
			"outside":       {func(p *typev1.TextSpan) { p.Start, p.End, p.Exact = at("told").Start, at("told").GetEnd(), "told" }, "SPAN_NOT_IN_STATEMENT", "review.span"},
			"over the edge": {func(p *typev1.TextSpan) { p.End += 20 }, "SPAN_NOT_IN_STATEMENT", "review.span"},
			"other words":   {func(p *typev1.TextSpan) { p.Exact = "trade  i" }, "SPAN_MISMATCH", "review.span.exact"},
			"other context": {func(p *typev1.TextSpan) { p.Prefix = "x" }, "SPAN_CONTEXT_MISMATCH", "review.span.prefix"},
			"other hash":    {func(p *typev1.TextSpan) { p.ExactSha256 = sourcetext.HashOf("x") }, "SPAN_HASH_MISMATCH", "review.span.exact_sha256"},
		} {
			t.Run(name, func(t *testing.T) {
				bad := checked()
				bad.Span = at("trade is")
				test.edit(bad.GetSpan())
				_, err := s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: bad})
				statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			})
		}
	})
}

func TestReviewRefusals(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	for name, test := range map[string]struct {
		edit          func(*statementsv1.Review)
		reason, field string
	}{
		"no reviewer":      {func(r *statementsv1.Review) { r.Reviewer = "" }, "INVALID_REQUEST", "review.reviewer"},
		"no rating":        {func(r *statementsv1.Review) { r.TextualRating = "" }, "INVALID_REQUEST", "review.textual_rating"},
		"no time":          {func(r *statementsv1.Review) { r.PublishTime = nil }, "INVALID_REQUEST", "review.publish_time"},
		"no such day":      {func(r *statementsv1.Review) { r.PublishTime = period("2023-02-30") }, "INVALID_PERIOD", "review.publish_time.edtf"},
		"printed time":     {func(r *statementsv1.Review) { r.PublishTime.Printed = &typev1.TimePeriod_Printed{Text: "x"} }, "FIELD_NOT_EMPTY", "review.publish_time.printed"},
		"no URI":           {func(r *statementsv1.Review) { r.Uri = "x" }, "INVALID_REQUEST", "review.uri"},
		"no scale":         {func(r *statementsv1.Review) { r.BestRating = nil }, "FIELD_REQUIRED", "review.best_rating"},
		"scale alone":      {func(r *statementsv1.Review) { r.RatingValue = nil }, "FIELD_REQUIRED", "review.rating_value"},
		"off the scale":    {func(r *statementsv1.Review) { r.RatingValue = number("4.01") }, "RATING_OUT_OF_RANGE", "review.rating_value"},
		"no number":        {func(r *statementsv1.Review) { r.RatingValue = number("four") }, "MALFORMED_DECIMAL", "review.rating_value.value"},
		"unknown reviewer": {func(r *statementsv1.Review) { r.ReviewerEntity = "entities/x" }, "REFERENCE_NOT_FOUND", "review.reviewer_entity"},
		"unknown verdict":  {func(r *statementsv1.Review) { r.Verdict = 99 }, "INVALID_REQUEST", "review.verdict"},
		"a name":           {func(r *statementsv1.Review) { r.Name = "statements/s1/reviews/x" }, "NAME_NOT_EMPTY", "review.name"},
		"an etag":          {func(r *statementsv1.Review) { r.Etag = `"1"` }, "FIELD_NOT_EMPTY", "review.etag"},
	} {
		t.Run(name, func(t *testing.T) {
			review := checked()
			test.edit(review)
			_, err := s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: review, ReviewId: "bad"})
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			_, err = s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: "statements/s1/reviews/bad"})
			statustest.Check(t, err, codes.NotFound, "REVIEW_NOT_FOUND", "")
		})
	}
	_, err := s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/x", Review: checked()})
	statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
	_, err = s.reviews.ListReviews(t.Context(), &statementsv1.ListReviewsRequest{Parent: "statements/x"})
	statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
}

func TestReviewUpdates(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		review := checked()
		review.Span = at("trade is")
		created := s.review(t, "s1", "r1", review)
		before := s.settled()
		update := func(change *statementsv1.Review, paths ...string) (*statementsv1.Review, error) {
			change.Name = created.GetName()
			return s.reviews.UpdateReview(t.Context(), &statementsv1.UpdateReviewRequest{Review: change, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
		}
		changed, err := update(&statementsv1.Review{TextualRating: "Three Pinocchios", RatingValue: number("3"), Etag: created.GetEtag()})
		must.OK(t, err)
		want := proto.CloneOf(created)
		want.TextualRating, want.RatingValue, want.RevisionId = "Three Pinocchios", number("3"), "2"
		want.Etag, want.UpdateTime = changed.GetEtag(), changed.GetUpdateTime()
		must.Equal(t, changed, want)
		_, err = update(&statementsv1.Review{Headline: "x", Etag: created.GetEtag()})
		statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
		same, err := update(proto.CloneOf(changed))
		must.OK(t, err)
		must.Equal(t, same, changed) // nothing changed, so there is no revision
		_, err = update(&statementsv1.Review{}, "textual_rating")
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "review.textual_rating")
		_, err = update(&statementsv1.Review{StatementRevision: "7"}, "statement_revision")
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
		_, err = update(&statementsv1.Review{RatingValue: number("9")})
		statustest.Check(t, err, codes.InvalidArgument, "RATING_OUT_OF_RANGE", "review.rating_value")
		cleared, err := update(&statementsv1.Review{}, "span", "rating_value", "best_rating", "worst_rating", "verdict", "claim_reviewed")
		must.OK(t, err)
		must.True(t, cleared.GetSpan() == nil && cleared.GetRatingValue() == nil && cleared.GetVerdict() == 0)
		then, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: created.GetName(), ReadTime: before})
		must.OK(t, err)
		must.Equal(t, then, created)
	})
}

// The claim in the statement's own words is the statement as it is.
func TestClaimInTheStatementsOwnWords(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	review := checked()
	review.ClaimReviewed = "Caf\u00e9 trade is up."
	must.Equal(t, s.review(t, "s1", "", review).GetClaimReviewed(), "")
	review.Span, review.ClaimReviewed = at("trade"), "trade"
	must.Equal(t, s.review(t, "s1", "", review).GetClaimReviewed(), "")
}

func TestReviewRetraction(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		created := s.review(t, "s1", "r1", checked())
		before := s.settled()
		remove := &statementsv1.DeleteReviewRequest{Name: created.GetName(), Reason: "withdrawn by its reviewer", Etag: created.GetEtag(), RequestId: request1}
		try := proto.CloneOf(remove)
		try.ValidateOnly = true
		tried, err := s.reviews.DeleteReview(t.Context(), try)
		must.OK(t, err)
		must.Equal(t, tried.GetRetraction().GetName(), "")
		gone, err := s.reviews.DeleteReview(t.Context(), remove)
		must.OK(t, err)
		again, err := s.reviews.DeleteReview(t.Context(), remove)
		must.OK(t, err)
		must.Equal(t, again, gone)
		_, err = s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: created.GetName()})
		st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
		must.Equal(t, correctionOf(st), gone.GetRetraction())
		must.Equal(t, gone.GetRetraction().GetReason(), "withdrawn by its reviewer")
		for name, err := range map[string]error{
			"update": second(s.reviews.UpdateReview(t.Context(), &statementsv1.UpdateReviewRequest{Review: &statementsv1.Review{Name: created.GetName(), Headline: "x"}})),
			"delete": second(s.reviews.DeleteReview(t.Context(), &statementsv1.DeleteReviewRequest{Name: created.GetName(), Reason: "x"})),
			"export": second(s.reviews.ExportClaimReview(t.Context(), &statementsv1.ExportClaimReviewRequest{Name: created.GetName()})),
		} {
			t.Run(name, func(t *testing.T) { statustest.Check(t, err, codes.NotFound, "RETRACTED", "") })
		}
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1"}), nil)
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1", ShowDeleted: true}), []string{created.GetName()})
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-", ReadTime: before}), []string{created.GetName()})

		listed, err := s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{Filter: `subject = "` + created.GetName() + `"`})
		must.OK(t, err)
		must.Equal(t, listed.GetCorrections(), []*typev1.Correction{gone.GetRetraction()})
		must.Equal(t, gone.GetRetraction().GetDocument(), "documents/d")
	})
}

// second is the error of a call.
func second[T any](_ T, err error) error { return err }

// A review stands by itself: retracting its statement does not take it away, but it
// is not changed any more.
func TestReviewsOfARetractedStatement(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	created := s.review(t, "s1", "r1", checked())
	_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "wrong"})
	must.OK(t, err)
	got, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: created.GetName()})
	must.OK(t, err)
	must.Equal(t, got, created)
	_, err = s.reviews.ListReviews(t.Context(), &statementsv1.ListReviewsRequest{Parent: "statements/s1"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1", ShowDeleted: true}), []string{created.GetName()})
	must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-"}), []string{created.GetName()})
	_, err = s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: checked()})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.reviews.UpdateReview(t.Context(), &statementsv1.UpdateReviewRequest{Review: &statementsv1.Review{Name: created.GetName(), Headline: "x"}})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.reviews.DeleteReview(t.Context(), &statementsv1.DeleteReviewRequest{Name: created.GetName(), Reason: "x"})
	must.OK(t, err)
}

// Reviews stay where they were made when their statement is merged; those of the
// canonical statement are all of them.
func TestReviewsOfAMergedStatement(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		s.create(t, "s2", direct())
		one, two := s.review(t, "s1", "r1", checked()), s.review(t, "s2", "r1", checked())
		_, err := s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/s2", Target: "statements/s1"})
		must.OK(t, err)
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1", OrderBy: "create_time"}), []string{one.GetName(), two.GetName()})
		_, err = s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s2", Review: checked()})
		statustest.Check(t, err, codes.FailedPrecondition, "STATEMENT_MERGED", "")
		_, err = s.statements.UnmergeStatement(t.Context(), &statementsv1.UnmergeStatementRequest{Name: "statements/s2"})
		must.OK(t, err)
		must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1"}), []string{one.GetName()})
	})
}

// Erasing a statement erases its reviews, at every read time.
func TestReviewsOfAnErasedStatement(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		created := s.review(t, "s1", "r1", checked())
		before := s.settled()
		_, err := s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/s1", Reason: "article 17"})
		must.OK(t, err)
		for _, at := range []*timestamppb.Timestamp{nil, before} {
			_, err = s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: created.GetName(), ReadTime: at, ShowDeleted: true})
			statustest.Check(t, err, codes.NotFound, "ERASED", "")
			must.Equal(t, s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-", ReadTime: at, ShowDeleted: true}), nil)
		}
		all, _ := until(t, s.watch(t, everything()))
		erased := 0
		for _, one := range all {
			if review := one.GetChange().GetReview(); review != nil {
				erased++
				must.Equal(t, one.GetChange().GetType(), statementsv1.Change_ERASED)
				must.Equal(t, review, &statementsv1.Review{Name: created.GetName()})
			}
		}
		must.True(t, erased > 0)
	})
}

func TestWatchSendsReviews(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		_, beat := until(t, s.watch(t, everything()))
		created := s.review(t, "s1", "r1", checked())
		changed, err := s.reviews.UpdateReview(t.Context(), &statementsv1.UpdateReviewRequest{Review: &statementsv1.Review{Name: created.GetName(), Headline: "x"}})
		must.OK(t, err)
		gone, err := s.reviews.DeleteReview(t.Context(), &statementsv1.DeleteReviewRequest{Name: created.GetName(), Reason: "x"})
		must.OK(t, err)
		all, _ := until(t, s.watch(t, after(beat.GetResumeToken())))
		var reviews []*statementsv1.Review
		var types []statementsv1.Change_Type
		for i, one := range all {
			if review := one.GetChange().GetReview(); review != nil {
				reviews, types = append(reviews, review), append(types, one.GetChange().GetType())
				must.Equal(t, one.GetChange().GetName(), created.GetName())
				rest, _ := until(t, s.watch(t, after(one.GetResumeToken())))
				must.Equal(t, len(rest), len(all)-i-1)
			}
		}
		must.Equal(t, reviews, []*statementsv1.Review{created, changed, gone})
		must.Equal(t, types, []statementsv1.Change_Type{statementsv1.Change_CREATED, statementsv1.Change_UPDATED, statementsv1.Change_RETRACTED})
	})
}

func TestReviewWritesAreDoneOnce(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	create := &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: checked(), RequestId: request1, ValidateOnly: true}
	tried, err := s.reviews.CreateReview(t.Context(), create)
	must.OK(t, err)
	must.Equal(t, tried.GetName()+tried.GetUid()+tried.GetEtag(), "")
	create.ValidateOnly = false
	first, err := s.reviews.CreateReview(t.Context(), create)
	must.OK(t, err)
	again, err := s.reviews.CreateReview(t.Context(), create)
	must.OK(t, err)
	must.Equal(t, again, first)
	must.Equal(t, len(s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-"})), 1)
	update := &statementsv1.UpdateReviewRequest{Review: &statementsv1.Review{Name: first.GetName(), Headline: "x"}, ValidateOnly: true}
	tried, err = s.reviews.UpdateReview(t.Context(), update)
	must.OK(t, err)
	must.Equal(t, tried.GetHeadline()+tried.GetEtag(), "x")
	got, err := s.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: first.GetName()})
	must.OK(t, err)
	must.Equal(t, got, first)
}

// Pages of one statement's reviews are not those of another's.
func TestReviewPages(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	s.create(t, "s2", direct())
	for range 3 {
		s.review(t, "s1", "", checked())
	}
	req := &statementsv1.ListReviewsRequest{Parent: "statements/s1", PageSize: 2, OrderBy: "publish_time"}
	first, err := s.reviews.ListReviews(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, len(first.GetReviews()), 2)
	s.review(t, "s1", "", checked()) // later than the walk
	req.PageToken = first.GetNextPageToken()
	second, err := s.reviews.ListReviews(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, len(second.GetReviews()), 1)
	must.Equal(t, second.GetNextPageToken(), "")
	req.Parent = "statements/s2"
	_, err = s.reviews.ListReviews(t.Context(), req)
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
}

// An entity that signs a review stays on record.
func TestReviewerIsInUse(t *testing.T) {
	s := startFilled(t, false)
	s.entity(t, "ben")
	s.create(t, "s1", direct())
	review := checked()
	review.ReviewerEntity = "entities/ben"
	created := s.review(t, "s1", "r1", review)
	_, err := s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/ben", Reason: "x"})
	statustest.Check(t, err, codes.FailedPrecondition, "ENTITY_IN_USE", "")
	_, err = s.reviews.DeleteReview(t.Context(), &statementsv1.DeleteReviewRequest{Name: created.GetName(), Reason: "x"})
	must.OK(t, err)
	_, err = s.entities.DeleteEntity(t.Context(), &statementsv1.DeleteEntityRequest{Name: "entities/ben", Reason: "x"})
	must.OK(t, err)
}

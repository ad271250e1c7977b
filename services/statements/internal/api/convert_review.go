package api

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// updatableOfReview are the fields that UpdateReview changes: all that a writer
// sets.
var updatableOfReview = []protoreflect.Name{
	"reviewer", "reviewer_entity", "uri", "headline", "claim_reviewed", "publish_time", "span", "textual_rating",
	"rating_value", "best_rating", "worst_rating", "verdict", "language_code",
}

// updateReview takes over the fields that a writer sets. path is the field of the
// review in the request.
func updateReview(review *domain.Review, r *statementsv1.Review, path string, faults *errs.Violations) {
	review.Reviewer, review.ReviewerEntity, review.URI = r.GetReviewer(), r.GetReviewerEntity(), r.GetUri()
	review.Headline, review.ClaimReviewed = r.GetHeadline(), r.GetClaimReviewed()
	review.PublishTime = periodFromProto(r.GetPublishTime(), errs.JoinPath(path, "publish_time"), faults)
	if review.PublishTime.Printed != nil {
		faults.Add(errs.JoinPath(path, "publish_time.printed"), fieldcheck.FieldNotEmpty,
			"must be empty here: a review is not a document on record")
		review.PublishTime.Printed = nil
	}
	review.Span = nil
	if r.GetSpan() != nil {
		span := spanAs(r.GetSpan(), typev1.TextSpan_CONTENT, errs.JoinPath(path, "span"), faults)
		review.Span = &span
	}
	review.TextualRating = r.GetTextualRating()
	review.RatingValue = optionalDecimal(r.GetRatingValue(), errs.JoinPath(path, "rating_value"), faults)
	review.BestRating = optionalDecimal(r.GetBestRating(), errs.JoinPath(path, "best_rating"), faults)
	review.WorstRating = optionalDecimal(r.GetWorstRating(), errs.JoinPath(path, "worst_rating"), faults)
	review.Verdict = ""
	if r.GetVerdict() != statementsv1.Review_VERDICT_UNSPECIFIED {
		review.Verdict = r.GetVerdict().String()
	}
	review.LanguageCode = r.GetLanguageCode()
}

func reviewToProto(r domain.Review) *statementsv1.Review {
	if r.Erased != nil {
		return &statementsv1.Review{Name: r.Name()}
	}
	out := &statementsv1.Review{
		Name: r.Name(), Uid: r.UID, Etag: r.ETag(), RevisionId: resource.FormatNumber(r.Revision),
		CreateTime: timeToProto(r.Created), UpdateTime: timeToProto(r.Updated), DeleteTime: timeToProto(r.Deleted),
		Retraction: correctionToProto(r.Record, r.Name()),
		Reviewer:   r.Reviewer, ReviewerEntity: r.ReviewerEntity, Uri: r.URI, Headline: r.Headline, ClaimReviewed: r.ClaimReviewed,
		PublishTime:   periodToProto(r.PublishTime),
		TextualRating: r.TextualRating,
		RatingValue:   decimalToProto(r.RatingValue), BestRating: decimalToProto(r.BestRating), WorstRating: decimalToProto(r.WorstRating),
		Verdict:           statementsv1.Review_Verdict(statementsv1.Review_Verdict_value[r.Verdict]),
		LanguageCode:      r.LanguageCode,
		StatementRevision: resource.FormatNumber(r.StatementRevision),
		Restricted:        r.Restricted,
	}
	out.Span = spanPointer(r.Span, typev1.TextSpan_CONTENT)
	return out
}

package jsonld

import (
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// review is a ClaimReview that points to its statement; the rest is the whole review, with
// the passage that was reviewed: it does not say of which document, and a SpecificResource has to.
// ExportClaimReview has the statement with its speakers in it, for who has no access to
// the record.
func review(r *statementsv1.Review) (*Node, proto.Message) {
	reviewed, _, _ := strings.Cut(r.GetName(), "/reviews/")
	node := &Node{
		Type: ClaimReview, ID: r.GetName(), URL: r.GetUri(), Headline: r.GetHeadline(), DatePublished: Date(r.GetPublishTime()), InLanguage: r.GetLanguageCode(),
		Author: Several[Ref]{{ID: r.GetReviewerEntity(), Name: r.GetReviewer()}}, Served: served(r),
		Reviewed: Reviewed{
			ClaimReviewed: r.GetClaimReviewed(), ItemReviewed: ref(reviewed),
			ReviewRating: &Rating{
				Type: "Rating", AlternateName: r.GetTextualRating(), RatingValue: r.GetRatingValue().GetValue(),
				BestRating: r.GetBestRating().GetValue(), WorstRating: r.GetWorstRating().GetValue(),
			},
		},
	}
	return node, proto.CloneOf(r)
}

package pages

import (
	"context"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// reviewsPage is how many reviews the page of a statement shows.
const reviewsPage = 50

// reviewView is what somebody who checked a statement found.
type reviewView struct {
	Reviewer string
	// Rating is the rating as given, Verdict what it amounts to.
	Rating, Verdict string
	// Number is the rating as a number, with its scale.
	Number          string
	Headline, Claim string
	Published       period
	// Web is where it is published; URI is that where it is no web address.
	Web *link
	URI string
	// Passage is what was reviewed, if not the whole statement.
	Passage string
}

var verdicts = map[statementsv1.Review_Verdict]string{
	statementsv1.Review_TRUE: "true", statementsv1.Review_MOSTLY_TRUE: "mostly true", statementsv1.Review_MIXED: "partly true, partly not",
	statementsv1.Review_MOSTLY_FALSE: "mostly false", statementsv1.Review_FALSE: "false", statementsv1.Review_MISLEADING: "misleading",
	statementsv1.Review_UNPROVEN: "unproven", statementsv1.Review_SATIRE: "satire",
}

func newReview(r *statementsv1.Review) reviewView {
	v := reviewView{
		Reviewer: r.GetReviewer(), Rating: r.GetTextualRating(), Verdict: verdicts[r.GetVerdict()], Headline: r.GetHeadline(), Claim: r.GetClaimReviewed(),
		Published: newPeriod(r.GetPublishTime()), Web: external(r.GetUri()), URI: r.GetUri(), Passage: r.GetSpan().GetExact(),
	}
	if number := r.GetRatingValue().GetValue(); number != "" {
		v.Number = number + " on a scale from " + r.GetWorstRating().GetValue() + " (worst) to " + r.GetBestRating().GetValue() + " (best)"
	}
	return v
}

// reviewsOf reads the reviews of a statement, the newest first.
func (e *explorer) reviewsOf(ctx context.Context, statement string) beginning[reviewView] {
	got, err := e.Reviews.ListReviews(ctx, &statementsv1.ListReviewsRequest{Parent: statement, PageSize: reviewsPage, ReadTime: readingOf(ctx).time})
	if err != nil {
		return beginning[reviewView]{Missing: "The reviews could not be read."}
	}
	l := beginning[reviewView]{More: got.GetNextPageToken() != ""}
	for _, r := range got.GetReviews() {
		l.Rows = append(l.Rows, newReview(r))
	}
	return l
}

// reviewAll reads the reviews of the statements on a page, and reports whether it did so of
// all of them: of at most maxLookups. Where the whole record has few reviews, one call
// answers them all; else there is one for each statement.
func (e *explorer) reviewAll(ctx context.Context, statements []*statementView) bool {
	all, err := e.Reviews.ListReviews(ctx, &statementsv1.ListReviewsRequest{Parent: "statements/-", PageSize: reviewsPage, ReadTime: readingOf(ctx).time})
	if err == nil && all.GetNextPageToken() == "" {
		by := map[string][]reviewView{}
		for _, r := range all.GetReviews() {
			statement, _, _ := strings.Cut(r.GetName(), "/reviews/")
			by[statement] = append(by[statement], newReview(r))
		}
		for _, s := range statements {
			s.Reviews.Rows = by[s.Name]
		}
		return true
	}
	lookUp(statements, func(s *statementView) { s.Reviews = e.reviewsOf(ctx, s.Name) })
	return len(statements) <= maxLookups
}

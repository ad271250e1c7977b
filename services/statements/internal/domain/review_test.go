package domain_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// passage is a statement whose one passage stands at [10, 20) of its text.
func passage(withheld bool) domain.Statement {
	span := domain.Span{
		Start: 10, End: 20, Exact: "héllo worl", Prefix: "before: ", Suffix: "d and after", Anchored: true, SHA256: sourcetext.HashOf("héllo worl"),
	}
	if withheld {
		span.Exact, span.Prefix, span.Suffix = "", "", ""
	}
	return domain.Statement{Record: domain.Record{ID: "s"}, Text: "héllo worl", Contents: []domain.Span{span}}
}

func TestReviewOfAPartOfAPassage(t *testing.T) {
	review := domain.Review{Span: &domain.Span{Start: 11, End: 15, Exact: "éllo"}}
	got, err := review.Prepare("review", passage(false))
	must.OK(t, err)
	must.Equal(t, *got.Span, domain.Span{
		Start: 11, End: 15, Exact: "éllo", Prefix: "before: h", Suffix: " world and after", Anchored: true, SHA256: sourcetext.HashOf("éllo"),
	})
	must.Equal(t, review.Span.Prefix, "") // the writer's is left alone
}

// Of words that are not on record only the hash is kept, and only the whole
// passage can be known to be there.
func TestReviewOfWithheldWords(t *testing.T) {
	review := domain.Review{Span: &domain.Span{Start: 10, End: 20, Exact: "héllo worl"}}
	got, err := review.Prepare("review", passage(true))
	must.OK(t, err)
	must.Equal(t, *got.Span, domain.Span{Start: 10, End: 20, Anchored: true, SHA256: sourcetext.HashOf("héllo worl")})
	review.Span = &domain.Span{Start: 11, End: 15, Exact: "éllo"}
	got, err = review.Prepare("review", passage(true))
	must.OK(t, err)
	must.Equal(t, *got.Span, domain.Span{Start: 11, End: 15, SHA256: sourcetext.HashOf("éllo")})
	for _, bad := range []domain.Span{{Start: 10, End: 20, Exact: "hello worl"}, {Start: 11, End: 15, Exact: "éll"}} {
		review.Span = &bad
		_, err = review.Prepare("review", passage(true))
		must.Equal(t, errs.ReasonOf(err), domain.SpanMismatch)
	}
}

func TestReviewOutsideItsStatement(t *testing.T) {
	for _, bad := range []domain.Span{{Start: 9, End: 12}, {Start: 19, End: 21}, {Start: 30, End: 31}, {Start: 12, End: 12}} {
		_, err := domain.Review{Span: &bad}.Prepare("review", passage(false))
		must.Equal(t, errs.ReasonOf(err), domain.SpanNotInStatement)
		must.Equal(t, statustest.Fields(err), []string{"review.span"})
	}
}

// A number is on its scale exactly if it lies between its ends, whichever of them
// is the best.
func TestRatingsLieOnTheirScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(-3, 3)
		value, best, worst := number.Draw(t, "value"), number.Draw(t, "best"), number.Draw(t, "worst")
		var faults errs.Violations
		domain.Review{RatingValue: strconv.Itoa(value), BestRating: strconv.Itoa(best), WorstRating: strconv.Itoa(worst)}.CheckRating("review", &faults)
		must.Equal(t, faults.Err() == nil, value >= min(best, worst) && value <= max(best, worst))
	})
}

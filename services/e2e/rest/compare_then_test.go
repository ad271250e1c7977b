package rest_test

import (
	"fmt"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// claimIt puts a figure on record that somebody else than the bureau claims, printed in
// numberText, as of a time.
func claimIt(t *testing.T, id, metric, numberText, when string, fields body) {
	t.Helper()
	claimed := body{
		"value": value(numberText), "origin": body{"producer": "Somebody"}, "releaseTime": body{"edtf": when},
		"reported": body{"numberText": numberText, "value": value(numberText)},
	}
	for key, value := range fields {
		claimed[key] = value
	}
	putFigure(t, id, metric, claimed)
}

// correctIt corrects a figure.
func correctIt(t *testing.T, id, kind string, fields body) *typev1.Correction {
	t.Helper()
	answer := &metricsv1.CorrectFigureResponse{}
	api.Post(t, "/v1/figures/"+id+":correct", body{"kind": kind, "reason": "a reason", "figure": fields}).Into(t, answer)
	return answer.GetCorrection()
}

// only is the one comparison of an answer.
func only(t *testing.T, answer *gatewayv1.CompareFigureResponse) *gatewayv1.CompareFigureResponse_Comparison {
	t.Helper()
	must.Equal(t, len(answer.GetComparisons()), 1)
	return answer.GetComparisons()[0]
}

// beside is the comparison with a figure.
func beside(t *testing.T, answer *gatewayv1.CompareFigureResponse, figure string) *gatewayv1.CompareFigureResponse_Comparison {
	t.Helper()
	for _, c := range answer.GetComparisons() {
		if c.GetReference().GetFigure() == figure {
			return c
		}
	}
	t.Fatalf("%s is no reference: %v", figure, answer)
	return nil
}

// TestJ2AReferenceIsNotWhatItWasUpdatedToLater: a number that the record learned years after
// the claim is not what was known then; one that was misread is put right also for then.
func TestJ2AReferenceIsNotWhatItWasUpdatedToLater(t *testing.T) {
	measure(t, "then", nil)
	putFigure(t, "then", "then", body{"value": value("860.4"), "releaseTime": body{"edtf": "2022-12-20"}})
	claimIt(t, "then-claim", "then", "860", "2023-05-01", nil)
	before := only(t, compare(t, "then-claim", ""))
	must.Equal(t, before.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.True(t, before.GetLatest() == nil)

	updated := correctIt(t, "then", "UPDATE", body{"value": value("918")})
	answer := compare(t, "then-claim", "")
	after := only(t, answer)
	must.Equal(t, after.GetReference().GetValue().GetValue()+" "+after.GetReference().GetRevisionId(), "860400000000 1")
	must.Equal(t, after.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.Equal(t, after.GetLatest().GetValue().GetValue()+" "+after.GetLatest().GetRevisionId(), "918000000000 2")
	must.Contains(t, after.GetExplanation(), updated.GetName())
	must.Equal(t, answer.GetCorrections(), []*typev1.Correction{updated})
	must.Equal(t, only(t, compare(t, "then-claim", "?as_of=2100")).GetReference().GetRevisionId(), "2")

	// What was put right before it was updated stays put right.
	putFigure(t, "then-mended", "then", body{"value": value("86"), "releaseTime": body{"edtf": "2022-12-20"}, "origin": body{"producer": "Mended"}})
	mended := correctIt(t, "then-mended", "ERROR", body{"value": value("860.1")})
	right := beside(t, compare(t, "then-claim", ""), "figures/then-mended")
	must.Equal(t, right.GetReference().GetValue().GetValue(), "860100000000")
	must.Equal(t, right.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.Contains(t, right.GetExplanation(), mended.GetName())
	correctIt(t, "then-mended", "UPDATE", body{"value": value("700"), "releaseTime": body{"edtf": "2026-01"}})
	right = beside(t, compare(t, "then-claim", ""), "figures/then-mended") // although its release is later now
	must.Equal(t, right.GetReference().GetRevisionId()+" "+right.GetReference().GetValue().GetValue(), "2 860100000000")
	must.Equal(t, right.GetLatest().GetValue().GetValue(), "700000000000")

	// An error of a later revision may have been one of the earlier, too.
	correctIt(t, "then-mended", "ERROR", body{"value": value("701")})
	right = beside(t, compare(t, "then-claim", ""), "figures/then-mended")
	must.Equal(t, right.GetReference().GetRevisionId(), "2")
	must.Equal(t, right.GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
}

// TestJ2KnownThenIsTheNewestReleaseOfThen: whatever release a figure was updated to since, and whenever the others were recorded.
func TestJ2KnownThenIsTheNewestReleaseOfThen(t *testing.T) {
	measure(t, "release", nil)
	putFigure(t, "release-updated", "release", body{"value": value("860"), "releaseTime": body{"edtf": "2020-05"}})
	claimIt(t, "release-claim", "release", "860", "2020-12-31", nil)
	correctIt(t, "release-updated", "UPDATE", body{"value": value("870"), "releaseTime": body{"edtf": "2021-03"}})
	c := only(t, compare(t, "release-claim", ""))
	must.Equal(t, c.GetReference().GetFigure()+" "+c.GetReference().GetRevisionId(), "figures/release-updated 1")

	// A newer one stands before it now.
	putFigure(t, "release-newest", "release", body{"value": value("880"), "releaseTime": body{"edtf": "2022-01"}})
	c = only(t, compare(t, "release-claim", ""))
	must.Equal(t, c.GetReference().GetFigure()+" "+c.GetReference().GetRevisionId(), "figures/release-updated 1")
	must.Equal(t, c.GetReference().GetValue().GetValue(), "860000000000")
	must.Equal(t, c.GetLatest().GetFigure(), "figures/release-newest")

	// One that came out in between was recorded after the update.
	putFigure(t, "release-between", "release", body{"value": value("865"), "releaseTime": body{"edtf": "2020-07"}})
	c = only(t, compare(t, "release-claim", ""))
	must.Equal(t, c.GetReference().GetFigure(), "figures/release-between")
	must.Equal(t, c.GetReference().GetValue().GetValue(), "865000000000")
	c = only(t, compare(t, "release-claim", "?as_of=2020-06"))
	must.Equal(t, c.GetReference().GetFigure()+" "+c.GetReference().GetRevisionId(), "figures/release-updated 1")
	must.Equal(t, only(t, compare(t, "release-claim", "?as_of=2021-06")).GetReference().GetFigure(), "figures/release-between")
}

// TestJ2AnUpdateThatMovedAFigureToAnotherSeriesIsUndoneInBoth: the one that it stands in now had another reference then.
func TestJ2AnUpdateThatMovedAFigureToAnotherSeriesIsUndoneInBoth(t *testing.T) {
	measure(t, "moved", nil)
	putFigure(t, "moved-other", "moved", body{"value": value("850"), "releaseTime": body{"edtf": "2020-04"}, "origin": body{"producer": "Institute"}})
	putFigure(t, "moved", "moved", body{"value": value("860"), "releaseTime": body{"edtf": "2020-05"}})
	claimIt(t, "moved-claim", "moved", "860", "2020-12-31", nil)
	before := compare(t, "moved-claim", "")
	must.Equal(t, len(before.GetComparisons()), 2)
	correctIt(t, "moved", "UPDATE", body{"origin": body{"producer": "Institute"}})
	after := compare(t, "moved-claim", "")
	must.Equal(t, len(after.GetComparisons()), 2)
	for _, was := range before.GetComparisons() {
		is := beside(t, after, was.GetReference().GetFigure())
		must.Equal(t, is.GetReference().GetRevisionId()+" "+is.GetReference().GetSourceId(), "1 "+was.GetReference().GetSourceId())
		must.Equal(t, is.GetWithinRounding(), was.GetWithinRounding())
	}
	must.Equal(t, only(t, compare(t, "moved-claim", "?as_of=2100")).GetReference().GetRevisionId(), "2")
}

// TestJ2WhatWasKnownBeforeAndCannotBeToldIsNoProof: within the time in which the figure was said, the reference was updated from what had not been
// public when that time began.
func TestJ2WhatWasKnownBeforeAndCannotBeToldIsNoProof(t *testing.T) {
	measure(t, "before", nil)
	putFigure(t, "before", "before", body{"value": value("860.4")})
	correctIt(t, "before", "UPDATE", body{"value": value("860.3"), "releaseTime": body{"edtf": "2023-01-20"}})
	claimIt(t, "before-claim", "before", "860", "2024/2099", nil)
	c := only(t, compare(t, "before-claim", ""))
	must.Equal(t, c.GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	must.Contains(t, c.GetExplanation(), "what was known before cannot be told")
}

// TestJ2PartsThatWereUpdatedLaterCannotBeSummedUpAsKnownThen: and that is said.
func TestJ2PartsThatWereUpdatedLaterCannotBeSummedUpAsKnownThen(t *testing.T) {
	measure(t, "then-parts", nil)
	for quarter := 1; quarter <= 4; quarter++ {
		putFigure(t, fmt.Sprint("then-part-", quarter), "then-parts", body{
			"timePeriod": body{"edtf": fmt.Sprint("2022-3", 2+quarter)}, "frequency": "Q", "value": value("215"), "releaseTime": body{"edtf": "2023-02"},
		})
	}
	claimIt(t, "then-whole", "then-parts", "860", "2023-05-01", nil)
	must.Equal(t, only(t, compare(t, "then-whole", "")).GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	updated := correctIt(t, "then-part-2", "UPDATE", body{"value": value("216")})
	c := only(t, compare(t, "then-whole", ""))
	must.Equal(t, c.GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	must.Contains(t, c.GetExplanation(), updated.GetName())
}

// TestJ2LatestIsFoundWhateverItsKind: an estimate that became a number, and sums of ranges.
func TestJ2LatestIsFoundWhateverItsKind(t *testing.T) {
	measure(t, "latest", nil)
	bound := func(number string) body { return body{"value": value(number), "inclusive": true} }
	putFigure(t, "latest-estimate", "latest", body{"valueKind": "RANGE", "lower": bound("90"), "upper": bound("110"), "releaseTime": body{"edtf": "2023-01-01"}})
	putFigure(t, "latest-number", "latest", body{"value": value("130"), "releaseTime": body{"edtf": "2024-01-01"}})
	claimIt(t, "latest-claim", "latest", "100", "2023-06-01", nil)
	c := only(t, compare(t, "latest-claim", ""))
	must.Equal(t, c.GetReference().GetFigure()+" "+c.GetLatest().GetFigure(), "figures/latest-estimate figures/latest-number")

	measure(t, "latest-sums", nil)
	for quarter := 1; quarter <= 4; quarter++ {
		for release, ends := range map[string][2]string{"2023-01-01": {"10", "20"}, "2024-01-01": {"30", "40"}} {
			putFigure(t, fmt.Sprint("latest-sum-", quarter, "-", release), "latest-sums", body{
				"timePeriod": body{"edtf": fmt.Sprint("2022-3", 2+quarter)}, "frequency": "Q", "valueKind": "RANGE",
				"lower": bound(ends[0]), "upper": bound(ends[1]), "releaseTime": body{"edtf": release},
			})
		}
	}
	claimIt(t, "latest-sum", "latest-sums", "60", "2023-06-01", nil)
	sum := only(t, compare(t, "latest-sum", ""))
	must.Equal(t, sum.GetReference().GetLower().GetValue().GetValue(), "40000000000")
	must.Equal(t, sum.GetLatest().GetLower().GetValue().GetValue(), "120000000000")
}

// TestJ2WhyThereIsNothingToCompareWith: what was left out is said, and why.
func TestJ2WhyThereIsNothingToCompareWith(t *testing.T) {
	measure(t, "why", nil)
	putFigure(t, "why", "why", body{"value": value("861"), "releaseTime": body{"edtf": "2023-01-01"}})
	claimIt(t, "why-claim", "why", "860", "2023-06-01", nil)
	none := func(figure, query string) *gatewayv1.CompareFigureResponse {
		t.Helper()
		answer := compare(t, figure, query)
		must.Equal(t, len(answer.GetComparisons()), 0)
		return answer
	}
	must.Contains(t, none("why-claim", "?sources=aaaaaaaaaaaaaaaa").GetExplanation(), "none of the sources asked for")
	must.Contains(t, none("why-claim", "?sources=aaaaaaaaaaaaaaaa").GetExplanation(), "others have 1")
	must.Contains(t, none("why", "?as_of=2023-03").GetExplanation(), "none but the claimed figure itself")
	putFigure(t, "why-revised", "why", body{"value": value("862"), "releaseTime": body{"edtf": "2023-02-01"}})
	must.Contains(t, none("why", "?as_of=2023-03").GetExplanation(), "of the claimed figure's own source")

	retracted := &metricsv1.Figure{}
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/figures/why?reason=invented"}).OK(t)
	api.Do(t, client.Request{Method: "DELETE", Path: "/v1/figures/why-revised?reason=invented"}).Into(t, retracted)
	gone := none("why-claim", "")
	must.Contains(t, gone.GetExplanation(), "figures/why-revised was retracted ("+retracted.GetRetraction().GetName()+")")
	must.Equal(t, len(gone.GetCorrections()), 2)
}

// TestJ2WhatCameOutAboutWhenItWasSaidCannotBeTold: a year or a day does not say which of both
// was first, unless both releases say the same.
func TestJ2WhatCameOutAboutWhenItWasSaidCannotBeTold(t *testing.T) {
	measure(t, "about", nil)
	putFigure(t, "about-early", "about", body{"value": value("864"), "releaseTime": body{"edtf": "2023-01-10"}})
	putFigure(t, "about-late", "about", body{"value": value("861"), "releaseTime": body{"edtf": "2023-12-20"}})
	claimIt(t, "about-claim", "about", "860", "2023", nil)
	c := only(t, compare(t, "about-claim", ""))
	must.Equal(t, c.GetReference().GetFigure(), "figures/about-late")
	must.Equal(t, c.GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	must.Contains(t, c.GetExplanation(), "may have been put out only after it was said")
	given := only(t, compare(t, "about-claim", "?as_of=2023"))
	must.Equal(t, given.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN) // the reader asks for its end

	putFigure(t, "about-before", "about", body{"value": value("863"), "releaseTime": body{"edtf": "2022-12-20"}})
	same := only(t, compare(t, "about-claim", ""))
	must.Equal(t, same.GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
	must.Contains(t, same.GetExplanation(), "before it holds too")
	claimIt(t, "about-other", "about", "861", "2023", nil)
	must.Equal(t, only(t, compare(t, "about-other", "")).GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	claimIt(t, "about-day", "about", "864", "2023-01-10", nil)
	must.Equal(t, only(t, compare(t, "about-day", "")).GetWithinRounding(), gatewayv1.CompareFigureResponse_CANNOT_TELL)
	claimIt(t, "about-next", "about", "864", "2023-01-11", nil)
	must.Equal(t, only(t, compare(t, "about-next", "")).GetWithinRounding(), gatewayv1.CompareFigureResponse_WITHIN)
}

// TestJ2DifferencesOfWhatTheClaimLeavesOpen: the difference of the printed number, and the
// bounds of what it may have been rounded from, with whether they are reached.
func TestJ2DifferencesOfWhatTheClaimLeavesOpen(t *testing.T) {
	measure(t, "open", nil)
	putFigure(t, "open", "open", body{"value": value("863"), "releaseTime": body{"edtf": "2023-01-01"}})
	claimIt(t, "open-claim", "open", "860", "2023-06-01", nil)
	shown := func(figure string) string {
		c := only(t, compare(t, figure, ""))
		end := func(bound *metricsv1.Bound) string {
			if bound == nil {
				return "none"
			}
			return fmt.Sprint(bound.GetValue().GetValue(), " ", bound.GetInclusive())
		}
		return fmt.Sprint(c.GetDifferenceLow().GetValue(), " ", c.GetDifferenceHigh().GetValue(), ", ",
			end(c.GetDifferenceLowerBound()), " to ", end(c.GetDifferenceUpperBound()))
	}
	must.Equal(t, shown("open-claim"), "-3000000000 -3000000000, -8000000000 true to 2000000000 false")
	claimIt(t, "open-over", "open", "860", "2023-06-01", body{
		"valueKind": "LOWER_BOUND", "approximator": "OVER", "value": nil, "lower": body{"value": value("860"), "inclusive": false}, "reported": nil,
	})
	must.Equal(t, shown("open-over"), "-3000000000 , -3000000000 false to none")

	// Halves are rounded away from zero, on either side of it.
	measure(t, "open-below", nil)
	for id, test := range map[string]struct {
		number string
		within gatewayv1.CompareFigureResponse_Rounding
	}{
		"open-lower": {"-865.5", gatewayv1.CompareFigureResponse_OUTSIDE}, "open-upper": {"-864.5", gatewayv1.CompareFigureResponse_WITHIN},
	} {
		putFigure(t, id, "open-below", body{"value": value(test.number), "releaseTime": body{"edtf": "2023-01-01"}, "origin": body{"producer": id}})
		claimIt(t, id+"-claim", "open-below", "-865", "2023-06-01", nil)
		must.Equal(t, id+beside(t, compare(t, id+"-claim", ""), "figures/"+id).GetWithinRounding().String(), id+test.within.String())
	}
}

// TestJ2ATimeWithoutAnEndSaysNothingOfWhatWasKnown: and is refused.
func TestJ2ATimeWithoutAnEndSaysNothingOfWhatWasKnown(t *testing.T) {
	measure(t, "endless", nil)
	claimIt(t, "endless", "endless", "860", "2023-06-01", nil)
	for _, asOf := range []string{"2026/..", "2026/"} {
		api.Get(t, "/v1/figures/endless:compare?as_of="+asOf).Refused(t, client.Invalid("INVALID_PERIOD", "asOf"))
	}
	must.Equal(t, compare(t, "endless", "?as_of=../2026").GetAsOfBasis(), gatewayv1.CompareFigureResponse_GIVEN)
}

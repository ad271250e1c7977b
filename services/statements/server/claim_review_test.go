package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// export writes a review as a ClaimReview.
func (s *service) export(t testing.TB, name string) *structpb.Struct {
	t.Helper()
	out, err := s.reviews.ExportClaimReview(t.Context(), &statementsv1.ExportClaimReviewRequest{Name: name})
	must.OK(t, err)
	return out
}

// given is what the writer of a review gave.
func given(review *statementsv1.Review) *statementsv1.Review {
	out := proto.CloneOf(review)
	out.Name, out.Uid, out.Etag, out.CreateTime, out.UpdateTime, out.RevisionId = "", "", "", nil, nil, ""
	return out
}

// drawReview draws a review of the words of direct.
func drawReview(t *rapid.T) *statementsv1.Review {
	review := &statementsv1.Review{
		Reviewer:      rapid.StringMatching(`[A-Za-zé🙂"]{1,8}( [a-z]{1,3})?`).Draw(t, "reviewer"),
		TextualRating: rapid.StringMatching(`[A-Z!]{1,9}`).Draw(t, "rating"),
		Headline:      rapid.StringMatching(`([a-z<>&]{1,5})?`).Draw(t, "headline"),
		ClaimReviewed: rapid.SampledFrom([]string{"", "Trade rose.", "Caf\u00e9 trade is up.", "trade"}).Draw(t, "claim"),
		PublishTime:   period(rapid.SampledFrom([]string{"2023", "2023-11-20", "2023-11-20T10:00:00Z", "2023~", "2021/2022", "../2020"}).Draw(t, "published")),
		LanguageCode:  rapid.SampledFrom([]string{"", "en", "zh-Hant"}).Draw(t, "language"),
		Verdict:       statementsv1.Review_Verdict(rapid.Int32Range(0, 8).Draw(t, "verdict")),
	}
	if rapid.Bool().Draw(t, "undated") {
		review.PublishTime = notStated()
	}
	if rapid.Bool().Draw(t, "located") {
		review.Uri = "https://example.org/" + rapid.StringMatching(`[a-z]{0,5}`).Draw(t, "uri")
	}
	if rapid.Bool().Draw(t, "known") {
		review.ReviewerEntity = "entities/ana"
	}
	if words := rapid.SampledFrom([]string{"", "trade", "Caf\u00e9 trade is up.", "up."}).Draw(t, "passage"); words != "" {
		review.Span = at(words)
	}
	if rapid.Bool().Draw(t, "number") {
		scale := rapid.IntRange(-5, 5)
		low, high := scale.Draw(t, "worst"), scale.Draw(t, "best")
		value := rapid.IntRange(min(low, high), max(low, high)).Draw(t, "value")
		review.WorstRating, review.BestRating = number(fmt.Sprint(low)), number(fmt.Sprint(high))
		review.RatingValue = number(fmt.Sprint(value))
		if low == -5 && high == 5 {
			review.RatingValue = number("0.12345678901234567890123456789012345678")
		}
	}
	return review
}

// What is exported and imported again is the same review, and nothing is dropped.
func TestS24ClaimReviewRoundTrip(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		imports := 0
		rapid.Check(t, func(rt *rapid.T) {
			imports++
			created, err := s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: drawReview(rt)})
			must.OK(rt, err)
			exported := s.export(t, created.GetName())
			text, err := protojson.Marshal(exported) // as it goes over the wire
			must.OK(rt, err)
			var read structpb.Struct
			must.OK(rt, protojson.Unmarshal(text, &read))
			out, err := s.reviews.ImportClaimReview(t.Context(), &statementsv1.ImportClaimReviewRequest{
				Parent: "statements/s1", ClaimReview: &read, Verdict: created.GetVerdict(), ReviewId: fmt.Sprint("i", imports),
			})
			must.OK(rt, err)
			must.Equal(rt, given(out.GetReview()), given(created))
			must.Equal(rt, out.GetDroppedProperties(), nil)
			must.Equal(rt, s.export(t, out.GetReview().GetName()), exported)
		})
	})
}

func TestExportNamesTheClaim(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	review := checked()
	review.Span = at("trade is")
	created := s.review(t, "s1", "r1", review)
	want := &structpb.Struct{}
	must.OK(t, protojson.Unmarshal([]byte(`{
		"@context": ["https://schema.org", {"oa": "http://www.w3.org/ns/oa#"}], "@type": "ClaimReview",
		"url": "https://example.org/checks/1", "headline": "Is trade up?", "claimReviewed": "Trade rose last year.",
		"datePublished": "2023-11-20", "inLanguage": "en",
		"author": {"@type": "Person", "name": "The Checkers",
			"identifier": {"@type": "PropertyValue", "propertyID": "onrecord.dev/Entity", "value": "entities/ana"}},
		"reviewRating": {"@type": "Rating", "alternateName": "Four Pinocchios", "ratingValue": "4", "bestRating": "0", "worstRating": "4"},
		"itemReviewed": {"@type": "Claim", "text": "Caf\u00e9 trade is up.", "inLanguage": "en", "datePublished": "2023-11-17",
			"identifier": {"@type": "PropertyValue", "propertyID": "onrecord.dev/Statement", "value": "statements/s1"},
			"author": [{"@type": "Person", "name": "Name of ana"}],
			"appearance": {"@type": "CreativeWork", "url": "https://example.org/a", "headline": "Trade", "publisher": {"@type": "Organization", "name": "AFP"}},
			"oa:hasSelector": [{"@type": "oa:TextPositionSelector", "oa:start": 33, "oa:end": 41},
				{"@type": "oa:TextQuoteSelector", "oa:exact": "trade is", "oa:prefix": "On Friday Ana told Ben \ud83d\ude00: \"Caf\u00e9 ",
				"oa:suffix": " up.\"\nThe ministry x\u0323\u0301 stressed "}]}
	}`), want))
	must.Equal(t, s.export(t, created.GetName()), want)
	_, err := s.reviews.ExportClaimReview(t.Context(), &statementsv1.ExportClaimReviewRequest{Name: "statements/s1/reviews/x"})
	statustest.Check(t, err, codes.NotFound, "REVIEW_NOT_FOUND", "")
}

func TestImportSaysWhatIsAtFault(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	load := func(edit func(map[string]any)) (*statementsv1.ImportClaimReviewResponse, error) {
		in := map[string]any{
			"@context": "https://schema.org", "@type": "ClaimReview", "author": map[string]any{"name": "A"},
			"reviewRating": map[string]any{"alternateName": "False"}, "itemReviewed": map[string]any{"appearance": "https://example.org/b"},
		}
		edit(in)
		claim, err := structpb.NewStruct(in)
		must.OK(t, err)
		return s.reviews.ImportClaimReview(t.Context(), &statementsv1.ImportClaimReviewRequest{
			Parent: "statements/s1", ClaimReview: claim, ReviewId: "bad", RequestId: request1,
		})
	}
	for name, test := range map[string]struct {
		edit          func(map[string]any)
		reason, field string
	}{
		"no context":    {func(m map[string]any) { delete(m, "@context") }, "CLAIM_REVIEW_MALFORMED", "claim_review.@context"},
		"no words":      {func(m map[string]any) { m["reviewRating"] = map[string]any{"ratingValue": 1} }, "CLAIM_REVIEW_MALFORMED", "claim_review.reviewRating.alternateName"},
		"off the scale": {func(m map[string]any) { m["reviewRating"] = map[string]any{"alternateName": "x", "ratingValue": 9} }, "RATING_OUT_OF_RANGE", "claim_review.reviewRating.ratingValue"},
		"no URL":        {func(m map[string]any) { m["url"] = "x" }, "INVALID_REQUEST", "claim_review.url"},
		"a script":      {func(m map[string]any) { m["url"] = "JavaScript:alert(1)" }, "INVALID_REQUEST", "claim_review.url"},
		"no language":   {func(m map[string]any) { m["inLanguage"] = "English language" }, "INVALID_REQUEST", "claim_review.inLanguage"},
		"unknown reviewer": {func(m map[string]any) {
			m["author"] = map[string]any{"name": "A", "identifier": map[string]any{"propertyID": "onrecord.dev/Entity", "value": "entities/x"}}
		}, "REFERENCE_NOT_FOUND", "claim_review.author.identifier"},
		"another passage": {func(m map[string]any) {
			m["itemReviewed"] = map[string]any{"oa:hasSelector": []any{map[string]any{"@type": "oa:TextPositionSelector", "oa:start": 0, "oa:end": 1}, map[string]any{"@type": "oa:TextQuoteSelector", "oa:exact": "x"}}}
		}, "SPAN_NOT_IN_STATEMENT", "claim_review.itemReviewed.oa:hasSelector"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(test.edit)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			must.Contains(t, status.Convert(err).Message(), test.field+": ") // in words too
		})
	}
	first, err := load(func(map[string]any) {})
	must.OK(t, err)
	must.Equal(t, first.GetDroppedProperties(), []string{"itemReviewed.appearance"})
	must.Equal(t, first.GetReview().GetName(), "statements/s1/reviews/bad")
	again, err := load(func(map[string]any) {})
	must.OK(t, err)
	must.Equal(t, again, first)
}

// TestTheSameClaimReviewIsOneReview: whoever imports a feed again makes no second review of
// what is there, and hears of one that is no longer what the ClaimReview says.
func TestTheSameClaimReviewIsOneReview(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		s.create(t, "s2", direct())
		trial := false
		load := func(statement, rating string, verdict statementsv1.Review_Verdict) (*statementsv1.ImportClaimReviewResponse, error) {
			claim := must.Get(structpb.NewStruct(map[string]any{
				"@context": "https://schema.org", "@type": "ClaimReview", "author": "A", "reviewRating": map[string]any{"alternateName": rating},
				"itemReviewed": map[string]any{"oa:hasSelector": []any{
					map[string]any{"@type": "oa:TextPositionSelector", "oa:start": 33, "oa:end": 38}, map[string]any{"@type": "oa:TextQuoteSelector", "oa:exact": "trade"},
				}},
			}))(t)
			return s.reviews.ImportClaimReview(t.Context(), &statementsv1.ImportClaimReviewRequest{Parent: "statements/" + statement, ClaimReview: claim, Verdict: verdict, ValidateOnly: trial})
		}
		first := must.Get(load("s1", "Falsch", statementsv1.Review_FALSE))(t)
		must.Equal(t, must.Get(load("s1", "Falsch", statementsv1.Review_FALSE))(t), first)
		trial = true // says what is there already from what would be new
		must.Equal(t, must.Get(load("s1", "Falsch", statementsv1.Review_FALSE))(t), first)
		must.Equal(t, must.Get(load("s1", "Neu", statementsv1.Review_FALSE))(t).GetReview().GetUid(), "")
		trial = false
		another := must.Get(load("s1", "Teils falsch", statementsv1.Review_FALSE))(t)
		elsewhere := must.Get(load("s2", "Falsch", statementsv1.Review_FALSE))(t)
		must.Equal(t, len(s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/-"})), 3)
		must.True(t, another.GetReview().GetName() != first.GetReview().GetName() && elsewhere.GetReview().GetUid() != first.GetReview().GetUid())

		_, err := load("s1", "Falsch", statementsv1.Review_TRUE)
		statustest.Check(t, err, codes.AlreadyExists, "REVIEW_EXISTS", "")
		_, err = s.reviews.DeleteReview(t.Context(), &statementsv1.DeleteReviewRequest{Name: first.GetReview().GetName(), Reason: "wrong"})
		must.OK(t, err)
		_, err = load("s1", "Falsch", statementsv1.Review_FALSE)
		statustest.Check(t, err, codes.AlreadyExists, "REVIEW_EXISTS", "")
	})
}

// TestAClaimReviewIsThereWhateverBecameOfItsStatement: corrected since, or imported under
// an id that did not follow from it.
func TestAClaimReviewIsThereWhateverBecameOfItsStatement(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		load := func(id string, claimed string) *statementsv1.Review {
			t.Helper()
			claim := must.Get(structpb.NewStruct(map[string]any{
				"@context": "https://schema.org", "@type": "ClaimReview", "author": "A", "claimReviewed": claimed,
				"reviewRating": map[string]any{"alternateName": "Falsch"},
				"itemReviewed": map[string]any{"oa:hasSelector": []any{
					map[string]any{"@type": "oa:TextPositionSelector", "oa:start": 33, "oa:end": 38}, map[string]any{"@type": "oa:TextQuoteSelector", "oa:exact": "trade"},
				}},
			}))(t)
			return must.Get(s.reviews.ImportClaimReview(t.Context(), &statementsv1.ImportClaimReviewRequest{
				Parent: "statements/s1", ClaimReview: claim, ReviewId: id,
			}))(t).GetReview()
		}
		derived, chosen := load("", "trade"), load("chosen", "Trade rose.")
		correct := direct()
		correct.Contents = []*typev1.TextSpan{at("is up")}
		must.OK(t, s.corrected(t, "s1", "contents", correct))
		must.Equal(t, load("", "trade"), derived)
		must.Equal(t, load("", "Trade rose."), chosen)
		must.Equal(t, len(s.reviewNames(t, &statementsv1.ListReviewsRequest{Parent: "statements/s1"})), 2)
	})
}

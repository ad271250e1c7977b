package claimreview

import (
	"strconv"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/structpb"

	numbers "github.com/onrecord/onrecord/services/platform/decimal"
)

// The scale of a rating that does not say its own, as schema.org has it.
const (
	defaultBest  = "5"
	defaultWorst = "1"
)

// rating reads reviewRating: the words, and the number if all of its scale are
// numbers. A number is never made of words.
func (r *reader) rating(top node) {
	value := top.take("reviewRating")
	rating, ok := r.single(value, "reviewRating")
	if !ok {
		r.malformed("reviewRating", "is required: a Rating with its words in alternateName")
		return
	}
	rating.take("@type")
	if r.out.TextualRating = r.text(rating, "alternateName"); r.out.TextualRating == "" {
		r.malformed("reviewRating.alternateName", "is required: the rating in words")
	}
	given, isNumber := numberOf(rating.rest["ratingValue"], "")
	best, hasBest := numberOf(rating.rest["bestRating"], defaultBest)
	worst, hasWorst := numberOf(rating.rest["worstRating"], defaultWorst)
	if isNumber && hasBest && hasWorst {
		for _, property := range []string{"ratingValue", "bestRating", "worstRating"} {
			rating.take(property)
		}
		r.out.RatingValue, r.out.BestRating, r.out.WorstRating = given, best, worst
	}
	r.drop(rating)
}

// numberOf reads a number, or a text that is one; without is what stands for none.
func numberOf(value *structpb.Value, without string) (*decimal.Decimal, bool) {
	text := without
	switch kind := value.GetKind().(type) {
	case nil, *structpb.Value_NullValue:
	case *structpb.Value_NumberValue:
		if !exact(kind.NumberValue) {
			return nil, false
		}
		text = strconv.FormatFloat(kind.NumberValue, 'f', -1, 64)
	default:
		text = textOf(value)
	}
	if _, err := numbers.Parse(text); err != nil {
		return nil, false
	}
	return &decimal.Decimal{Value: text}, true
}

// exact reports whether a number of JSON came as it was written: the float64 that it
// is here by now keeps 15 digits.
func exact(number float64) bool {
	const kept = 15
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(number, 'e', kept-1, 64), 64)
	return err == nil && rounded == number
}

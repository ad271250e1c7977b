package domain

import (
	"reflect"
	"slices"

	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// ReviewType is the type of a review, as errors name it.
const ReviewType = "onrecord.dev/Review"

// Reasons for which a review is refused.
const (
	SpanNotInStatement = "SPAN_NOT_IN_STATEMENT"
	RatingOutOfRange   = "RATING_OUT_OF_RANGE"
)

// reviewPattern is that of the names of reviews.
var reviewPattern = resource.Name("statements", "{statement}", "reviews", "{review}")

// verdicts are the short names of the proto enum.
var verdicts = []string{"TRUE", "MOSTLY_TRUE", "MIXED", "MOSTLY_FALSE", "FALSE", "MISLEADING", "UNPROVEN", "SATIRE"}

// Review is what a reviewer found when they checked a statement.
type Review struct {
	Record
	Statement string `json:"statement"` // id
	// StatementRevision is the revision of the statement that was reviewed.
	StatementRevision int64  `json:"statement_rev"`
	Reviewer          string `json:"reviewer"`
	ReviewerEntity    string `json:"reviewer_entity,omitempty"` // name
	URI               string `json:"uri,omitempty"`
	Headline          string `json:"headline,omitempty"`
	// ClaimReviewed is empty if it is the statement as it is.
	ClaimReviewed string `json:"claim,omitempty"`
	PublishTime   Period `json:"publish_time"`
	// Span is the passage that is reviewed; nil if it is the whole statement.
	Span          *Span  `json:"span,omitempty"`
	TextualRating string `json:"rating"`
	// RatingValue, BestRating and WorstRating are decimals as given: all three, or
	// none.
	RatingValue string `json:"rating_value,omitempty"`
	BestRating  string `json:"best,omitempty"`
	WorstRating string `json:"worst,omitempty"`
	// Verdict is the short name of the proto enum; empty if nobody said.
	Verdict      string `json:"verdict,omitempty"`
	LanguageCode string `json:"lang,omitempty"`
}

// ReviewName is the name of a review.
func ReviewName(statement, review string) string {
	return StatementName(statement) + "/reviews/" + review
}

// ParseReview returns the ids of the statement and the review in the name of a
// review.
func ParseReview(name string) (statement, review string, err error) {
	ids, err := reviewPattern.Parse(name)
	if err != nil {
		return "", "", err
	}
	return ids[0], ids[1], nil
}

// Name is the resource name.
func (r Review) Name() string { return ReviewName(r.Statement, r.ID) }

// Key is what no other review has: the ids of the statement and the review.
func (r Review) Key() string { return ReviewKey(r.Statement, r.ID) }

// ReviewKey is the Key of the review with these ids.
func ReviewKey(statement, review string) string { return statement + "/" + review }

// Says reports whether a review says what another one does, whoever put it on record when.
func (r Review) Says(other Review) bool {
	r.Record, r.StatementRevision = other.Record, other.StatementRevision
	return reflect.DeepEqual(r, other)
}

// OrderKey is the value of a field that reviews can be ordered by.
func (r Review) OrderKey(field string) any {
	switch field {
	case "publish_time":
		return int64(r.PublishTime.OrderKey())
	case "name":
		return r.Key()
	default:
		return r.orderKey(field)
	}
}

// ReviewFields are what ListReviews filters and orders by.
var ReviewFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		listquery.Field{Name: "verdict", Kind: listquery.Enum, Enum: verdicts},
		listquery.Field{Name: "reviewer", Kind: listquery.String},
		name("reviewer_entity", ParseEntity),
		listquery.Field{Name: "language_code", Kind: listquery.String},
		listquery.Field{Name: "publish_time", Kind: listquery.Period, Sortable: true},
	),
}

// Prepare checks a review against the revision of the statement that it reviews,
// and fills what follows from that: the words around its span. path is the field
// of the review in the request.
//
// INVALID_ARGUMENT with every fault: SPAN_NOT_IN_STATEMENT, SPAN_MISMATCH,
// SPAN_OUT_OF_RANGE, SPAN_HASH_MISMATCH, SPAN_CONTEXT_MISMATCH, FIELD_REQUIRED.
func (r Review) Prepare(path string, of Statement) (Review, error) {
	if r.ClaimReviewed == of.Text || r.Span != nil && r.ClaimReviewed == r.Span.Exact {
		r.ClaimReviewed = ""
	}
	if r.Span == nil {
		return r, nil
	}
	var faults errs.Violations
	span := *r.Span
	of.anchorWithin(&span, errs.JoinPath(path, "span"), &faults)
	r.Span = &span
	return r, faults.Err()
}

// Verify compares the span of a review on record with the text of the version that it
// lies in, which source must have, and answers the review with its span anchored. Where
// the text is withheld it keeps the words only if the passage of the statement, of, has
// them. ok is false if it does not match.
func (r Review) Verify(of Statement, source Source, withheld bool) (verified Review, ok bool) {
	var faults errs.Violations
	span := *r.Span
	source.anchor(&span, "", &faults)
	if faults.Len() > 0 {
		return r, false
	}
	if withheld {
		of = of.clone()
		of.withhold()
		if !of.hasWordsOf(span) {
			span.withhold()
		}
	}
	r.Span = &span
	return r, true
}

// hasWordsOf reports whether a passage that a span lies in has its words.
func (s Statement) hasWordsOf(span Span) bool {
	return slices.ContainsFunc(s.Contents, func(passage Span) bool {
		return passage.Start <= span.Start && span.End <= passage.End && passage.Exact != ""
	})
}

// CheckRating refuses a number that does not lie on its scale: RATING_OUT_OF_RANGE,
// or FIELD_REQUIRED where a part of the scale is missing. path is the field of the
// review in the request.
func (r Review) CheckRating(path string, faults *errs.Violations) {
	parts := []struct{ field, value string }{
		{"rating_value", r.RatingValue}, {"best_rating", r.BestRating}, {"worst_rating", r.WorstRating},
	}
	set, numbers := 0, make([]decimal.Decimal, len(parts))
	for i, part := range parts {
		if part.value == "" {
			continue
		}
		number, err := decimal.Parse(part.value)
		if err != nil {
			return // reported where it was read
		}
		numbers[i] = number
		set++
	}
	if set == 0 {
		return
	}
	for _, part := range parts {
		if part.value == "" {
			faults.Add(errs.JoinPath(path, part.field), FieldRequired, "a rating that is a number needs its best and its worst one")
		}
	}
	if set < len(parts) {
		return
	}
	value, low, high := numbers[0], numbers[2], numbers[1]
	if low.Cmp(high) > 0 { // the best may be the smaller
		low, high = high, low
	}
	if value.Cmp(low) < 0 || value.Cmp(high) > 0 {
		faults.Add(errs.JoinPath(path, "rating_value"), RatingOutOfRange, "%s is not between %s and %s", value, low, high)
	}
}

// anchorWithin verifies a span, whose field is path, against the passages of the
// statement, as far as their words are on record, and fills what follows.
func (s Statement) anchorWithin(span *Span, path string, faults *errs.Violations) {
	for _, passage := range s.Contents {
		if span.Start < passage.Start || span.End > passage.End || span.End <= span.Start {
			continue
		}
		passage.anchorPart(span, path, faults)
		return
	}
	faults.Add(path, SpanNotInStatement, "[%d, %d) does not lie in one of the passages of %s", span.Start, span.End, s.Name())
}

// anchorPart verifies a span that lies in the passage. Where the words of the
// passage are not on record, those of the span are not kept either.
func (s Span) anchorPart(part *Span, path string, faults *errs.Violations) {
	before := faults.Len()
	if part.Exact != "" {
		sum := sourcetext.HashOf(part.Exact)
		if part.SHA256 != "" && part.SHA256 != sum {
			faults.Add(path+".exact_sha256", SpanHashMismatch, "the words in exact have the SHA-256 %s", sum)
		}
		part.SHA256 = sum
	}
	whole := part.Start == s.Start && part.End == s.End
	if s.Exact == "" {
		checkShape(part, path, faults)
		if whole && part.SHA256 != s.SHA256 {
			faults.Add(path+".exact", SpanMismatch, "these are not the words of the statement's passage")
		}
		part.Anchored = whole && s.Anchored
		part.withhold()
		return
	}
	words := []rune(s.Exact)
	if len(words) != s.End-s.Start {
		faults.Add(path, SpanMismatch, "the passage does not have the length of its span")
		return
	}
	from, to := part.Start-s.Start, part.End-s.Start
	if found := string(words[from:to]); sourcetext.HashOf(found) != part.SHA256 {
		faults.Add(path+".exact", SpanMismatch, "the text at [%d, %d) is %q", part.Start, part.End, Shown(found))
	}
	prefix := tail(s.Prefix+string(words[:from]), ContextLength)
	suffix := head(string(words[to:])+s.Suffix, ContextLength)
	checkContext(part, path, prefix, suffix, faults)
	if faults.Len() > before {
		return
	}
	part.Exact, part.Prefix, part.Suffix, part.Anchored = string(words[from:to]), prefix, suffix, s.Anchored
}

// tail returns the last code points of a text, at most count.
func tail(text string, count int) string {
	runes := []rune(text)
	return string(runes[max(0, len(runes)-count):])
}

// head returns the first code points of a text, at most count.
func head(text string, count int) string {
	runes := []rune(text)
	return string(runes[:min(count, len(runes))])
}

package claimreview

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// Malformed is the reason of what is no ClaimReview.
const Malformed = "CLAIM_REVIEW_MALFORMED"

// MaxBytes is how large a ClaimReview may be, encoded as a protobuf Struct.
const MaxBytes = 64 << 10

// Reading is what a ClaimReview says.
type Reading struct {
	review  *statementsv1.Review
	item    node // of itemReviewed
	dropped []string
}

// Property names the property that a field of a Review is read from, "" if it is
// read from none.
func Property(field string) string {
	return map[string]string{
		"reviewer": "author", "reviewer_entity": "author.identifier", "uri": "url", "headline": "headline",
		"claim_reviewed": "claimReviewed", "publish_time": "datePublished", "span": "itemReviewed." + selectorTerm,
		"textual_rating": "reviewRating.alternateName", "rating_value": "reviewRating.ratingValue",
		"best_rating": "reviewRating.bestRating", "worst_rating": "reviewRating.worstRating", "language_code": "inLanguage",
	}[field]
}

// Read reads a ClaimReview in a field of a request. INVALID_ARGUMENT, reason
// CLAIM_REVIEW_MALFORMED, with every property at fault.
func Read(in *structpb.Struct, field string) (Reading, error) {
	if size := proto.Size(in); size > MaxBytes {
		return Reading{}, errs.Invalid(field, Malformed, "it has %d bytes, the limit is %d", size, MaxBytes)
	}
	r := &reader{field: field, out: &statementsv1.Review{}}
	top := r.node(in, "")
	r.context(top)
	if !top.is("ClaimReview") {
		r.malformed("@type", "must be ClaimReview: take it out of what holds it, such as @graph")
	}
	r.out.Uri, r.out.Headline = r.text(top, "url"), r.text(top, "headline")
	r.out.ClaimReviewed, r.out.LanguageCode = r.text(top, "claimReviewed"), r.text(top, "inLanguage")
	r.published(top)
	r.author(top)
	r.rating(top)
	reading := Reading{review: r.out, item: r.itemReviewed(top)}
	r.drop(top)
	reading.dropped = r.dropped
	return reading, r.faults.Err()
}

// Review returns the review of a claim, without name and verdict. Words that are
// the statement's own are left out.
func (r Reading) Review(claim Claim) *statementsv1.Review {
	review := proto.CloneOf(r.review)
	if review.GetClaimReviewed() == claim.words(review.GetSpan()) {
		review.ClaimReviewed = ""
	}
	return review
}

// Names of reviews that follow from what these say have this prefix of the id, so that nobody
// takes them for chosen ones, and this many hexadecimal digits of a SHA-256.
const (
	derivedPrefix = "x-"
	derivedDigits = 40
)

// ID is the id of the review if nobody chooses one: it follows from what the ClaimReview
// says as far as a Review has a place for it, so that the same again is the same review.
func (r Reading) ID() (string, error) {
	content, err := stablejson.Marshal(r.review)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return derivedPrefix + hex.EncodeToString(sum[:])[:derivedDigits], nil
}

// Dropped returns the properties that a Review has no place for, sorted. What is
// said of the claim and is on record already is not dropped.
func (r Reading) Dropped(claim Claim) []string {
	dropped := slices.Clone(r.dropped)
	known, err := structpb.NewStruct(claim.object())
	for property, value := range r.item.rest {
		if err == nil && proto.Equal(value, known.GetFields()[property]) {
			continue
		}
		dropped = append(dropped, errs.JoinPath(r.item.path, property))
	}
	slices.Sort(dropped)
	return slices.Compact(dropped)
}

// reader reads one ClaimReview.
type reader struct {
	field   string
	out     *statementsv1.Review
	faults  errs.Violations
	dropped []string
}

func (r *reader) malformed(property, format string, args ...any) {
	r.faults.Add(errs.JoinPath(r.field, property), Malformed, format, args...)
}

// drop notes what is left of a node.
func (r *reader) drop(n node) {
	for property := range n.rest {
		r.dropped = append(r.dropped, errs.JoinPath(n.path, property))
	}
}

// published reads datePublished, which may be missing: then it is not stated.
func (r *reader) published(top node) {
	text := r.text(top, "datePublished")
	if text == "" {
		r.out.PublishTime = &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
		return
	}
	if _, err := edtf.Parse(text); err != nil {
		// ISO 8601 has fractions of a second, which EDTF has not.
		at, failed := time.Parse(time.RFC3339Nano, text)
		if failed != nil {
			r.malformed("datePublished", "%q is neither a date of EDTF nor of RFC 3339", text)
			return
		}
		text = at.Format(time.RFC3339)
	}
	r.out.PublishTime = &typev1.TimePeriod{Edtf: text}
}

// author reads who signs: a name, an object with a name, or several.
func (r *reader) author(top node) {
	value := top.take("author")
	for i, one := range listOf(value) {
		if name := textOf(one); name != "" {
			r.sign(name)
			continue
		}
		path := "author"
		if len(listOf(value)) > 1 {
			path = errs.Index(path, i)
		}
		who := r.node(one.GetStructValue(), path)
		who.take("@type")
		r.sign(r.text(who, "name"))
		if id := who.rest["identifier"]; isNameOf(id, entityID) && r.out.ReviewerEntity == "" {
			r.out.ReviewerEntity = id.GetStructValue().GetFields()["value"].GetStringValue()
			who.take("identifier")
		}
		r.drop(who)
	}
	if r.out.Reviewer == "" {
		r.malformed("author", "is required: who reviewed the claim, by name")
	}
}

func (r *reader) sign(name string) {
	if r.out.Reviewer != "" && name != "" {
		name = ", " + name
	}
	r.out.Reviewer += name
}

// isNameOf reports whether a value is a name of this record, of a kind.
func isNameOf(value *structpb.Value, id string) bool {
	return value.GetStructValue().GetFields()["propertyID"].GetStringValue() == id
}

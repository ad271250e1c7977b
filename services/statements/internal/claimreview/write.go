package claimreview

import (
	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// Types of an Agent, as schema.org has them.
const (
	Person       = "Person"
	Organization = "Organization"
)

// Names of this record, as propertyID of a PropertyValue has them.
const (
	statementID = "onrecord.dev/Statement"
	entityID    = "onrecord.dev/Entity"
)

// selectorTerm is the property of the passage that is reviewed.
const selectorTerm = "oa:hasSelector"

// Agent is who says or checks something.
type Agent struct {
	Name string
	// Type is Person or Organization; empty if that is not known.
	Type string
}

// Claim is the statement that is reviewed, with who said it where.
type Claim struct {
	Statement *statementsv1.Statement
	Speakers  []Agent
	Document  *statementsv1.Document
}

// Write writes a review. reviewer is who signs it.
func Write(review *statementsv1.Review, reviewer Agent, claim Claim) (*structpb.Struct, error) {
	author := reviewer.object()
	if entity := review.GetReviewerEntity(); entity != "" {
		author["identifier"] = propertyValue(entityID, entity)
	}
	rating := object{"@type": "Rating"}
	rating.set("alternateName", review.GetTextualRating())
	rating.set("ratingValue", review.GetRatingValue().GetValue())
	rating.set("bestRating", review.GetBestRating().GetValue())
	rating.set("worstRating", review.GetWorstRating().GetValue())
	item := claim.object()
	out := object{
		"@context": "https://schema.org", "@type": "ClaimReview",
		"author": map[string]any(author), "reviewRating": map[string]any(rating),
	}
	if span := review.GetSpan(); span != nil {
		out["@context"] = []any{"https://schema.org", map[string]any{"oa": "http://www.w3.org/ns/oa#"}}
		item[selectorTerm] = selectors(span)
	}
	out["itemReviewed"] = map[string]any(item)
	out.set("url", review.GetUri())
	out.set("headline", review.GetHeadline())
	out.set("datePublished", review.GetPublishTime().GetEdtf())
	out.set("inLanguage", review.GetLanguageCode())
	out["claimReviewed"] = claim.words(review.GetSpan())
	if words := review.GetClaimReviewed(); words != "" {
		out["claimReviewed"] = words
	}
	return structpb.NewStruct(out)
}

// words are those of the claim where the reviewer has none of their own.
func (c Claim) words(span *typev1.TextSpan) string {
	if span.GetExact() != "" {
		return span.GetExact()
	}
	return c.Statement.GetText()
}

// object writes the statement as a Claim.
func (c Claim) object() object {
	out := object{"@type": "Claim", "identifier": propertyValue(statementID, c.Statement.GetName())}
	out.set("text", c.Statement.GetText())
	out.set("inLanguage", c.Statement.GetLanguageCode())
	out.set("datePublished", c.Statement.GetStatementTime().GetEdtf())
	var authors []any
	for _, speaker := range c.Speakers {
		authors = append(authors, map[string]any(speaker.object()))
	}
	if len(authors) > 0 {
		out["author"] = authors
	}
	appearance := object{"@type": "CreativeWork"}
	appearance.set("url", c.Document.GetUri())
	appearance.set("headline", c.Document.GetHeadline())
	if publisher := c.Document.GetPublisher(); publisher != "" {
		appearance["publisher"] = map[string]any{"@type": Organization, "name": publisher}
	}
	out["appearance"] = map[string]any(appearance)
	return out
}

// selectors write a passage (Web Annotation). Words that are not on record are
// known by their hash.
func selectors(span *typev1.TextSpan) []any {
	position := map[string]any{
		"@type": "oa:TextPositionSelector", "oa:start": float64(span.GetStart()), "oa:end": float64(span.GetEnd()),
	}
	if span.GetExact() == "" {
		position["sha256"] = span.GetExactSha256()
		return []any{position}
	}
	quote := object{"@type": "oa:TextQuoteSelector", "oa:exact": span.GetExact()}
	quote.set("oa:prefix", span.GetPrefix())
	quote.set("oa:suffix", span.GetSuffix())
	return []any{position, map[string]any(quote)}
}

func (a Agent) object() object {
	out := object{"name": a.Name}
	out.set("@type", a.Type)
	return out
}

func propertyValue(id, value string) map[string]any {
	return map[string]any{"@type": "PropertyValue", "propertyID": id, "value": value}
}

// object is a JSON object that is written.
type object map[string]any

// set adds a property that is not empty.
func (o object) set(property, value string) {
	if value != "" {
		o[property] = value
	}
}

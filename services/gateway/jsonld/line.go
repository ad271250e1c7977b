package jsonld

import (
	"bytes"
	"encoding/json"
	"strings"
)

// DefaultBase is what names are relative to in a file, which makes IRIs of them.
const DefaultBase = "https://onrecord.dev/"

// Namespace begins the IRIs of the record's own terms.
const Namespace = "https://onrecord.dev/ns#"

// Prefix begins the record's own terms in a document.
const Prefix = "onrecord:"

// Context says what the terms of a document mean whose names are relative to a base:
// those of schema.org, the selectors of Web Annotation, and the record's own for what
// neither has. Every document has all of it, so that none has to be fetched.
func Context(base string) json.RawMessage {
	quoted, err := json.Marshal(base)
	if err != nil {
		quoted = []byte(`"` + DefaultBase + `"`) // never: a text can be written
	}
	return json.RawMessage(`{"@version":1.1,"@vocab":"https://schema.org/","@base":` + string(quoted) + `,"onrecord":"` + Namespace + `",` +
		`"oa":"http://www.w3.org/ns/oa#","xsd":"http://www.w3.org/2001/XMLSchema#","target":"oa:hasTarget","source":{"@id":"oa:hasSource","@type":"@id"},` +
		`"selector":"oa:hasSelector","start":"oa:start","end":"oa:end","exact":"oa:exact","prefix":"oa:prefix","suffix":"oa:suffix",` +
		`"TextPositionSelector":"oa:TextPositionSelector","TextQuoteSelector":"oa:TextQuoteSelector","SpecificResource":"oa:SpecificResource",` +
		`"url":{"@type":"@id"},"additionalType":{"@type":"@id"},"onrecord:record":{"@type":"@json"},` +
		`"Observation":{"@id":"https://schema.org/Observation","@context":{"value":{"@id":"https://schema.org/value","@type":"xsd:decimal"},` +
		`"minValue":{"@id":"https://schema.org/minValue","@type":"xsd:decimal"},"maxValue":{"@id":"https://schema.org/maxValue","@type":"xsd:decimal"}}}}`)
}

// Types of schema.org.
const (
	Quotation    = "Quotation"
	Claim        = "Claim"
	ClaimReview  = "ClaimReview"
	Article      = "Article"
	Person       = "Person"
	Organization = "Organization"
	Place        = "Place"
	Event        = "Event"
	Observation  = "Observation"
	Variable     = "StatisticalVariable"
)

// Several is a list in JSON-LD: one value may stand without brackets.
type Several[T any] []T

// UnmarshalJSON reads one value or an array of them.
func (s *Several[T]) UnmarshalJSON(data []byte) error {
	if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte("[")) {
		var all []T
		if err := Strict(data, &all); err != nil {
			return err
		}
		*s = all
		return nil
	}
	var one T
	if err := Strict(data, &one); err != nil {
		return err
	}
	*s = Several[T]{one}
	return nil
}

// Ref points to a thing. An IRI alone stands for it as well.
type Ref struct {
	ID   string `json:"@id,omitempty"`
	Type string `json:"@type,omitempty"`
	Name string `json:"name,omitempty"`
}

// UnmarshalJSON reads {"@id": "…"} or "…".
func (r *Ref) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte(`"`)) {
		*r = Ref{}
		return json.Unmarshal(data, &r.ID)
	}
	type plainRef Ref
	return Strict(data, (*plainRef)(r))
}

// Resource is the resource name that an IRI stands for.
func (r Ref) Resource() string { return strings.TrimPrefix(r.ID, DefaultBase) }

func refs(names ...string) Several[Ref] {
	var all Several[Ref]
	for _, name := range names {
		all = append(all, Ref{ID: name})
	}
	return all
}

// ref points to a thing, nil if its name is empty.
func ref(name string) *Ref {
	if name == "" {
		return nil
	}
	return &Ref{ID: name}
}

// Attribution is what a document calls a speaker whose entity is known: no name of the
// entity, which other documents call otherwise.
type Attribution struct {
	Speaker *Ref   `json:"onrecord:speaker"`
	Text    string `json:"onrecord:attributionText"`
}

// Target is a passage of a document version (oa:SpecificResource).
type Target struct {
	Type     string            `json:"@type,omitempty"`
	Source   string            `json:"source,omitempty"`
	Selector Several[Selector] `json:"selector,omitempty"`
	// SHA256 stands for words that are withheld.
	SHA256 string `json:"onrecord:exactSha256,omitempty"`
}

// Selector is a TextPositionSelector or a TextQuoteSelector.
type Selector struct {
	Type   string `json:"@type"`
	Start  *int32 `json:"start,omitempty"`
	End    *int32 `json:"end,omitempty"`
	Exact  string `json:"exact,omitempty"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// Property is a schema.org PropertyValue: an identifier or a dimension.
type Property struct {
	Type  string `json:"@type,omitempty"`
	ID    string `json:"propertyID"`
	Value string `json:"value"`
}

// Rating is a schema.org Rating as its reviewer gives it.
type Rating struct {
	Type          string `json:"@type"`
	AlternateName string `json:"alternateName,omitempty"`
	RatingValue   string `json:"ratingValue,omitempty"`
	BestRating    string `json:"bestRating,omitempty"`
	WorstRating   string `json:"worstRating,omitempty"`
}

// Strict reads JSON and refuses what the target has no field for.
func Strict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

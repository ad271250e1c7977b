package interchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// ldBase is what names are relative to, which makes IRIs of them.
const ldBase = "https://onrecord.dev/"

// ldContext says what the terms of a line mean: those of schema.org, the
// selectors of Web Annotation, and our own for what neither has. Every line has
// it, so that a line is a JSON-LD document by itself.
const ldContext = `["https://schema.org",{"@base":"` + ldBase + `","onrecord":"` + ldBase + `ns#","oa":"http://www.w3.org/ns/oa#",` +
	`"target":"oa:hasTarget","source":{"@id":"oa:hasSource","@type":"@id"},"selector":"oa:hasSelector",` +
	`"start":"oa:start","end":"oa:end","exact":"oa:exact","prefix":"oa:prefix","suffix":"oa:suffix",` +
	`"TextPositionSelector":"oa:TextPositionSelector","TextQuoteSelector":"oa:TextQuoteSelector","SpecificResource":"oa:SpecificResource",` +
	`"onrecord:record":{"@type":"@json"}}]`

// Types of schema.org.
const (
	ldQuotation    = "Quotation"
	ldClaim        = "Claim"
	ldArticle      = "Article"
	ldPerson       = "Person"
	ldOrganization = "Organization"
	ldPlace        = "Place"
	ldEvent        = "Event"
)

// several is a list in JSON-LD: one value may stand without brackets.
type several[T any] []T

// UnmarshalJSON reads one value or an array of them.
func (s *several[T]) UnmarshalJSON(data []byte) error {
	if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte("[")) {
		var all []T
		if err := strict(data, &all); err != nil {
			return err
		}
		*s = all
		return nil
	}
	var one T
	if err := strict(data, &one); err != nil {
		return err
	}
	*s = several[T]{one}
	return nil
}

// ldRef points to a thing. An IRI alone stands for it as well.
type ldRef struct {
	ID   string `json:"@id,omitempty"`
	Type string `json:"@type,omitempty"`
	Name string `json:"name,omitempty"`
}

// UnmarshalJSON reads {"@id": "…"} or "…".
func (r *ldRef) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte(`"`)) {
		*r = ldRef{}
		return json.Unmarshal(data, &r.ID)
	}
	type plainRef ldRef
	return strict(data, (*plainRef)(r))
}

// name is the resource name that an IRI stands for.
func (r ldRef) name() string { return strings.TrimPrefix(r.ID, ldBase) }

func refs(names ...string) several[ldRef] {
	var all several[ldRef]
	for _, name := range names {
		all = append(all, ldRef{ID: name})
	}
	return all
}

func refNames(all []ldRef) []string {
	var names []string
	for _, one := range all {
		names = append(names, one.name())
	}
	return names
}

// ldTarget is a passage of a document version (oa:SpecificResource).
type ldTarget struct {
	Type     string              `json:"@type,omitempty"`
	Source   string              `json:"source,omitempty"`
	Selector several[ldSelector] `json:"selector,omitempty"`
	// SHA256 stands for words that are withheld.
	SHA256 string `json:"onrecord:exactSha256,omitempty"`
}

// ldSelector is a TextPositionSelector or a TextQuoteSelector.
type ldSelector struct {
	Type   string `json:"@type"`
	Start  *int32 `json:"start,omitempty"`
	End    *int32 `json:"end,omitempty"`
	Exact  string `json:"exact,omitempty"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// ldProperty is a schema.org PropertyValue: an identifier.
type ldProperty struct {
	Type  string `json:"@type,omitempty"`
	ID    string `json:"propertyID"`
	Value string `json:"value"`
}

// ldLine is a line of any kind: what JSON-LD says of a resource in terms that
// others know. Record is the rest, in the API's own JSON.
type ldLine struct {
	Context        json.RawMessage `json:"@context,omitempty"`
	Type           string          `json:"@type"`
	ID             string          `json:"@id,omitempty"`
	AdditionalType string          `json:"additionalType,omitempty"`

	// Of entities.
	Name          string              `json:"name,omitempty"`
	AlternateName several[string]     `json:"alternateName,omitempty"`
	Description   string              `json:"description,omitempty"`
	Identifier    several[ldProperty] `json:"identifier,omitempty"`

	// Of documents and versions.
	Headline      string          `json:"headline,omitempty"`
	Publisher     *ldRef          `json:"publisher,omitempty"`
	URL           string          `json:"url,omitempty"`
	ExampleOfWork *ldRef          `json:"exampleOfWork,omitempty"`
	Version       string          `json:"version,omitempty"`
	DatePublished string          `json:"datePublished,omitempty"`
	ArticleBody   string          `json:"articleBody,omitempty"`
	InLanguage    string          `json:"inLanguage,omitempty"`
	Author        several[ldRef]  `json:"author,omitempty"`
	License       string          `json:"license,omitempty"`
	Record        json.RawMessage `json:"onrecord:record,omitempty"`

	// Of statements.
	Text              string            `json:"text,omitempty"`
	SpokenByCharacter several[ldRef]    `json:"spokenByCharacter,omitempty"`
	IsPartOf          *ldRef            `json:"isPartOf,omitempty"`
	About             several[ldRef]    `json:"about,omitempty"`
	LocationCreated   *ldRef            `json:"locationCreated,omitempty"`
	DateCreated       string            `json:"dateCreated,omitempty"`
	Target            several[ldTarget] `json:"target,omitempty"`
	Cue               *ldTarget         `json:"onrecord:cue,omitempty"`
	SourceMentions    several[ldTarget] `json:"onrecord:sourceMentions,omitempty"`
}

// strict reads JSON and refuses what the target has no field for.
func strict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// marshalJSONLD writes a resource as a JSON-LD document in one line.
func marshalJSONLD(message proto.Message) ([]byte, error) {
	line, rest, err := ldWrite(message)
	if err != nil {
		return nil, err
	}
	line.Context = json.RawMessage(ldContext)
	if line.Record, err = restJSON(rest); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		return nil, fmt.Errorf("write %s: %w", NameOf(message), err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// restJSON is a message in JSON; nil if it is empty.
func restJSON(rest proto.Message) (json.RawMessage, error) {
	if proto.Size(rest) == 0 {
		return nil, nil
	}
	return Marshal(rest)
}

func ldWrite(message proto.Message) (*ldLine, proto.Message, error) {
	switch message := message.(type) {
	case *statementsv1.Document:
		line, rest := ldDocument(message)
		return line, rest, nil
	case *statementsv1.DocumentVersion:
		line, rest := ldVersion(message)
		return line, rest, nil
	case *statementsv1.Entity:
		line, rest := ldEntity(message)
		return line, rest, nil
	case *statementsv1.Statement:
		line, rest := ldStatement(message)
		return line, rest, nil
	default:
		return nil, nil, fmt.Errorf("a statements file has no %s", message.ProtoReflect().Descriptor().FullName())
	}
}

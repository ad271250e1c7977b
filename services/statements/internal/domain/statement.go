package domain

// Direct is the type of a statement that is the speaker's own words, quoted.
const Direct = "DIRECT"

// MaxDepth is how many statements may be reported in each other.
const MaxDepth = 8

// Statement is words attributed to a speaker.
type Statement struct {
	Record
	Document string `json:"document"` // id
	Version  int64  `json:"version"`
	// Type is the short name of the proto enum, such as "DIRECT".
	Type           string    `json:"type"`
	Text           string    `json:"text"`
	LanguageCode   string    `json:"lang"`
	Contents       []Span    `json:"contents"`
	Cue            *Span     `json:"cue,omitempty"`
	SourceMentions []Span    `json:"mentions,omitempty"`
	Speakers       []Speaker `json:"speakers"`
	// Audience, Event and Location are names of entities.
	Audience []string `json:"audience,omitempty"`
	Event    string   `json:"event,omitempty"`
	Location string   `json:"location,omitempty"`
	Time     Period   `json:"time"`
	// Parent is the name of the statement in which this one is reported.
	Parent  string `json:"parent,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// Speaker is who said it, and as whom.
type Speaker struct {
	Entity          string `json:"entity,omitempty"` // name
	AttributionText string `json:"attribution,omitempty"`
	Role            string `json:"role,omitempty"`
	Affiliation     string `json:"affiliation,omitempty"` // name
}

// Name is the resource name.
func (s Statement) Name() string { return StatementName(s.ID) }

// VersionName is the name of the document version that carries the statement.
func (s Statement) VersionName() string { return VersionName(s.Document, s.Version) }

// OrderKey is the value of a field that statements can be ordered by.
func (s Statement) OrderKey(field string) any {
	if field == "statement_time" {
		return int64(s.Time.OrderKey())
	}
	return s.orderKey(field)
}

// RefKind is how a statement refers to something. The values are stored.
type RefKind int

// The kinds. A statement is found by each of its references.
const (
	RefDocument RefKind = iota + 1
	RefVersion
	RefSpeaker
	RefAffiliation
	RefAudience
	RefEvent
	RefLocation
	RefParent
	RefRole // a text, not a name
)

// EntityRefs are the kinds that name an entity.
var EntityRefs = []RefKind{RefSpeaker, RefAffiliation, RefAudience, RefEvent, RefLocation}

// Ref is one reference of a statement.
type Ref struct {
	Kind  RefKind
	Value string
	// Field is the path in the statement, such as "speakers[0].entity".
	Field string
}

// Refs returns all references of a statement; some may be equal but for their
// field.
func (s Statement) Refs() []Ref {
	refs := []Ref{
		{RefDocument, DocumentName(s.Document), "document_version"},
		{RefVersion, s.VersionName(), "document_version"},
		{RefEvent, s.Event, "event"},
		{RefLocation, s.Location, "location"},
		{RefParent, s.Parent, "parent_statement"},
	}
	for i, speaker := range s.Speakers {
		at := indexed("speakers", i)
		refs = append(refs,
			Ref{RefSpeaker, speaker.Entity, at + ".entity"},
			Ref{RefAffiliation, speaker.Affiliation, at + ".affiliation"},
			Ref{RefRole, speaker.Role, at + ".role"})
	}
	for i, name := range s.Audience {
		refs = append(refs, Ref{RefAudience, name, indexed("audience", i)})
	}
	set := refs[:0]
	for _, ref := range refs {
		if ref.Value != "" {
			set = append(set, ref)
		}
	}
	return set
}

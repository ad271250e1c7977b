package domain

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
	RefTopic
	RefLink // a statement
	RefCandidate
	RefSourceType // a text, as RefValueType
	RefValueType
	RefQualifier // an entity
	RefReference // a document version
	RefRedirect  // the statement that it was merged into
)

// EntityRefs are the kinds that name an entity.
var EntityRefs = []RefKind{
	RefSpeaker, RefAffiliation, RefAudience, RefEvent, RefLocation, RefTopic, RefCandidate, RefQualifier,
}

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
	if s.Erased != nil {
		return nil
	}
	var refs []Ref
	if s.Document != "" { // not of what was erased
		refs = []Ref{
			{RefDocument, DocumentName(s.Document), "document_version"},
			{RefVersion, s.VersionName(), "document_version"},
		}
	}
	refs = append(refs, []Ref{
		{RefEvent, s.Event, "event"},
		{RefLocation, s.Location, "location"},
		{RefParent, s.Parent, "parent_statement"},
		{RefRedirect, s.RedirectTo, "redirect_to"},
	}...)
	for i, speaker := range s.Speakers {
		refs = append(refs, speaker.refs(indexed("speakers", i))...)
	}
	for i, name := range s.Audience {
		refs = append(refs, Ref{RefAudience, name, indexed("audience", i)})
	}
	for i, name := range s.Topics {
		refs = append(refs, Ref{RefTopic, name, indexed("topics", i)})
	}
	for i, link := range s.Links {
		refs = append(refs, Ref{RefLink, link.Statement, indexed("links", i) + ".statement"})
	}
	for i, reference := range s.References {
		refs = append(refs, Ref{RefReference, reference.Version, indexed("references", i) + ".document_version"})
	}
	for _, q := range s.Qualifiers {
		if q.Kind == QualifierEntity {
			refs = append(refs, Ref{RefQualifier, q.Value, q.field() + ".entity"})
		}
	}
	for i, a := range s.Appearances {
		at := indexed("appearances", i) + ".document_version"
		refs = append(refs, Ref{RefDocument, DocumentName(a.Document), at}, Ref{RefVersion, a.VersionName(), at})
	}
	set := refs[:0]
	for _, ref := range refs {
		if ref.Value != "" {
			set = append(set, ref)
		}
	}
	return set
}

// refs are the references of a speaker, whose field is at.
func (s Speaker) refs(at string) []Ref {
	refs := []Ref{
		{RefSpeaker, s.Entity, at + ".entity"},
		{RefAffiliation, s.Affiliation, at + ".affiliation"},
		{RefRole, s.Role, at + ".role"},
		{RefSourceType, s.SourceType, at + ".source_type"},
		{RefValueType, s.Known(), at + ".value_type"},
	}
	for i, candidate := range s.Candidates {
		refs = append(refs, Ref{RefCandidate, candidate.Entity, at + "." + indexed("candidates", i) + ".entity"})
	}
	return refs
}

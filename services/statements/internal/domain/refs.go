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
	at    refPlace
}

// refPlace is where a reference stands: it is written out only for who asks, since
// every write looks at all references and nearly none is at fault.
type refPlace struct {
	field string
	// list says that the reference is in the item-th of the field, at rest.
	list bool
	item int
	rest string
}

// Field is the path in the statement, such as "speakers[0].entity".
func (r Ref) Field() string {
	if r.at.list {
		return indexed(r.at.field, r.at.item) + r.at.rest
	}
	return r.at.field
}

// refs collects references.
type refs []Ref

// add adds a reference that a field holds, if it does.
func (r *refs) add(kind RefKind, value, field string) { r.put(kind, value, refPlace{field: field}) }

// item adds one that an item of a list holds, if it does.
func (r *refs) item(kind RefKind, value, field string, i int, rest string) {
	r.put(kind, value, refPlace{field, true, i, rest})
}

func (r *refs) put(kind RefKind, value string, at refPlace) {
	if value != "" {
		*r = append(*r, Ref{kind, value, at})
	}
}

// Refs returns all references of a statement; some may be equal but for their
// field.
func (s Statement) Refs() []Ref {
	if s.Erased != nil {
		return nil
	}
	all := make(refs, 0, 16)
	if s.Document != "" { // not of what was erased
		all.add(RefDocument, DocumentName(s.Document), "document_version")
		all.add(RefVersion, s.VersionName(), "document_version")
	}
	all.add(RefEvent, s.Event, "event")
	all.add(RefLocation, s.Location, "location")
	all.add(RefParent, s.Parent, "parent_statement")
	all.add(RefRedirect, s.RedirectTo, "redirect_to")
	for i, speaker := range s.Speakers {
		all.speaker(speaker, i)
	}
	for i, name := range s.Audience {
		all.item(RefAudience, name, "audience", i, "")
	}
	for i, name := range s.Topics {
		all.item(RefTopic, name, "topics", i, "")
	}
	for i, link := range s.Links {
		all.item(RefLink, link.Statement, "links", i, ".statement")
	}
	for i, reference := range s.References {
		all.item(RefReference, reference.Version, "references", i, ".document_version")
	}
	for _, q := range s.Qualifiers {
		if q.Kind == QualifierEntity {
			all.add(RefQualifier, q.Value, q.field()+".entity")
		}
	}
	for i, a := range s.Appearances {
		all.item(RefDocument, DocumentName(a.Document), "appearances", i, ".document_version")
		all.item(RefVersion, a.VersionName(), "appearances", i, ".document_version")
	}
	return all
}

// speaker adds the references of the i-th speaker.
func (r *refs) speaker(s Speaker, i int) {
	const field = "speakers"
	r.item(RefSpeaker, s.Entity, field, i, ".entity")
	r.item(RefAffiliation, s.Affiliation, field, i, ".affiliation")
	r.item(RefRole, s.Role, field, i, ".role")
	r.item(RefSourceType, s.SourceType, field, i, ".source_type")
	r.item(RefValueType, s.Known(), field, i, ".value_type")
	for c, candidate := range s.Candidates {
		r.item(RefCandidate, candidate.Entity, field, i, "."+indexed("candidates", c)+".entity")
	}
}

package changes

import (
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Set is what one request puts on record. Resources have their ids and uids;
// the rest of their Record is filled by Apply.
type Set struct {
	// Document is a new document; nil if there is none.
	Document *domain.Document
	// Version is a new version, of Document or of one on record; nil if there is
	// none. Its Number is the next one, or 0: then Apply numbers it.
	Version    *domain.Version
	Entities   []domain.Entity
	Statements []Statement
	// Staged says that the set was accepted before: it can be put on record though a
	// document has more statements by now than a new one may bring it to.
	Staged bool `json:"-"`
	// Fields are the fields of the entities in the request, by name.
	Fields map[string]string `json:"-"`
	// Anchors are what was found beforehand of how statements stand in Version, or
	// those of Statements in the newest version.
	Anchors Anchors
}

// Statement is a new statement, prepared, with its field in the request.
type Statement struct {
	domain.Statement
	Path string `json:"-"`
}

// Names returns the names of what the set puts on record.
func (s Set) Names() []string {
	var names []string
	if s.Document != nil {
		names = append(names, s.Document.Name())
	}
	if s.Version != nil {
		names = append(names, s.Version.Name())
	}
	for _, entity := range s.Entities {
		names = append(names, entity.Name())
	}
	for _, statement := range s.Statements {
		names = append(names, statement.Name())
	}
	return names
}

// chosen are the names whose ids the request chose; a version is numbered.
func (s Set) chosen() []string {
	s.Version = nil
	return s.Names()
}

// Apply checks a set against the record and writes it, and returns it as
// written. caller is who makes the change.
//
// Errors: ALREADY_EXISTS with the reason of the kind (DOCUMENT_EXISTS,
// ENTITY_EXISTS, STATEMENT_EXISTS, VERSION_EXISTS); NOT_FOUND DOCUMENT_NOT_FOUND
// for the document of a version; ABORTED NAME_STAGED; INVALID_ARGUMENT with
// every reference at fault (REFERENCE_NOT_FOUND, PARENT_IN_OTHER_VERSION,
// PARENT_TOO_DEEP, PARENT_CYCLE), or EMBARGO_TOO_LONG; FAILED_PRECONDITION EMBARGOED,
// and TOO_MANY_FACTS for more statements than a document under embargo may have.
func Apply(w store.Writer, caller string, set Set) (Set, error) { return apply(w, caller, set, false) }

func apply(w store.Writer, caller string, set Set, checks bool) (Set, error) {
	a := &applier{w: w, caller: caller, at: w.RecordTime(), checks: checks}
	if err := w.CheckFree(set.chosen()...); err != nil {
		return Set{}, err
	}
	if err := a.document(&set); err != nil {
		return Set{}, err
	}
	var err error
	if set.Entities, err = a.entities(set.Entities); err != nil {
		return Set{}, err
	}
	if err := a.organizations(set); err != nil {
		return Set{}, err
	}
	if set.Statements, err = a.statements(set); err != nil {
		return Set{}, err
	}
	return set, nil
}

// Check is Apply for a transaction that is undone. It puts on record what the rest of the
// set refers to, and no statement: none is looked for once all were checked. The errors
// are those of Apply.
func Check(w store.Writer, caller string, set Set) error {
	_, err := apply(w, caller, set, true)
	return err
}

// applier is one run of Apply or, if it only checks, of Check.
type applier struct {
	w      store.Writer
	caller string
	at     recordtime.Time
	checks bool
	faults errs.Violations
}

// document writes the document and the version of a set.
func (a *applier) document(set *Set) error {
	if set.Document == nil {
		return a.nextVersion(set)
	}
	document := *set.Document
	present, found, err := a.w.Document(document.ID, store.Newest)
	if err != nil {
		return err
	}
	if found {
		return exists(domain.DocumentType, "DOCUMENT_EXISTS", document.Name(), "document_id", present.Record)
	}
	by := embargoTime(a.w)
	if err := embargo.CheckEnd(embargoField, document.EmbargoEnd, by); err != nil {
		return err
	}
	document.Record = document.First(a.at)
	document.Restricted = embargo.Holds(document.EmbargoEnd, by)
	if set.Version != nil {
		document.LatestVersion = 1
	}
	set.Document = &document
	if err := a.w.PutDocument(document, a.caller); err != nil {
		return err
	}
	return a.version(set, document)
}

// nextVersion adds a version to a document that is on record.
func (a *applier) nextVersion(set *Set) error {
	if set.Version == nil {
		return nil
	}
	document, found, err := a.w.Document(set.Version.Document, store.Newest)
	if err != nil {
		return err
	}
	if name := domain.DocumentName(set.Version.Document); absent(document.Record, found) != "" {
		return domain.NotFound(domain.DocumentType, "DOCUMENT_NOT_FOUND", name)
	}
	if err := a.sameText(document, *set.Version); err != nil {
		return err
	}
	document.Record = document.Next(a.at)
	document.LatestVersion++
	if err := a.w.CheckFree(domain.VersionName(document.ID, document.LatestVersion)); err != nil {
		return err
	}
	if err := a.w.PutDocument(document, a.caller); err != nil {
		return err
	}
	if err := a.version(set, document); err != nil {
		return err
	}
	return Reanchor(a.w, a.caller, document, *set.Version, set.Anchors)
}

// sameText refuses a version whose text is that of the newest one.
func (a *applier) sameText(document domain.Document, version domain.Version) error {
	newest, found, err := a.w.Version(document.ID, document.LatestVersion, store.Newest, false)
	if err != nil || !found || newest.SHA256 != version.SHA256 {
		return err
	}
	return errs.New(errs.AlreadyExists, "VERSION_EXISTS", "%s has the same text", newest.Name()).
		About(domain.VersionType, newest.Name())
}

func (a *applier) version(set *Set, document domain.Document) error {
	if set.Version == nil {
		return nil
	}
	version := *set.Version
	version.Number, version.Created, version.Restricted = document.LatestVersion, a.at, document.Restricted
	set.Version = &version
	return a.w.PutVersion(version, a.caller)
}

func (a *applier) entities(entities []domain.Entity) ([]domain.Entity, error) {
	present, err := a.w.EntitiesByID(entityIDs(entities), store.Newest)
	if err != nil {
		return nil, err
	}
	written := make([]domain.Entity, len(entities))
	for i, entity := range entities {
		if other, found := present[entity.ID]; found {
			return nil, exists(domain.EntityType, "ENTITY_EXISTS", entity.Name(), "entity_id", other.Record)
		}
		entity.Record = entity.First(a.at)
		if err := a.w.PutEntity(entity, a.caller); err != nil {
			return nil, err
		}
		present[entity.ID], written[i] = entity, entity
	}
	return written, nil
}

// organizations checks the organizations of memberships; those of the set are
// written by now.
func (a *applier) organizations(set Set) error {
	refs := NewReferences(a.w)
	for _, entity := range set.Entities {
		if err := refs.Organizations(entity, domain.Entity{}, set.Fields[entity.Name()], &a.faults); err != nil {
			return err
		}
	}
	if len(set.Statements) > 0 {
		return nil // told together with the faults of the statements
	}
	return a.faults.Err()
}

func entityIDs(entities []domain.Entity) []string {
	ids := make([]string, len(entities))
	for i, entity := range entities {
		ids[i] = entity.ID
	}
	return ids
}

// exists refuses a name that is on record, or was. field is what chose it.
func exists(resourceType, reason, name, field string, present domain.Record) error {
	return domain.Exists(resourceType, reason, name, present.IsDeleted() || present.Erased != nil).Field(field, "choose another name")
}

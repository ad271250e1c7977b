package changes

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Ingest is a document with its text, entities and statements: what is not on
// record is created, what is must be the same.
type Ingest struct {
	Document   domain.Document
	Version    domain.Version
	Entities   []domain.Entity
	Statements []Statement // without Document and Version
	// Anchors are how statements on record stand in Version.
	Anchors Anchors
	// ETags are the states that the caller expects, by name of document or
	// entity; none is no expectation.
	ETags map[string]string
}

// expected refuses a resource in another state than the caller expects. One that
// is not on record has no state.
func (i Ingest) expected(record domain.Record, found bool, resourceType, name string) error {
	if etag := i.ETags[name]; etag != "" && !found {
		return errs.New(errs.Aborted, domain.ETagMismatch, "%s is not on record, so it has no etag", name).About(resourceType, name)
	}
	return record.CheckETag(i.ETags[name], resourceType, name)
}

// Plan is what is left to do of an ingest.
type Plan struct {
	Set Set
	// Version is the version of the ingest: that of Set, or the one on record
	// with the same text.
	Version domain.Version
	// Uses are the names on record that the ingest refers to.
	Uses []string
	// Entities are the names of all entities of the ingest.
	Entities []string
}

// Resolve compares an ingest with the record.
//
// Errors: ABORTED ETAG_MISMATCH; FAILED_PRECONDITION DOCUMENT_DIFFERS,
// VERSION_DIFFERS or ENTITY_DIFFERS with every field at fault; a
// *RetractedError for a name whose resource was retracted.
func Resolve(w store.Writer, ingest Ingest) (Plan, error) {
	plan := Plan{Version: ingest.Version}
	if err := plan.document(w, ingest); err != nil {
		return Plan{}, err
	}
	if err := plan.entities(w, ingest); err != nil {
		return Plan{}, err
	}
	created := plan.Set.Names()
	for _, statement := range ingest.Statements {
		statement.Document, statement.Version = plan.Version.Document, plan.Version.Number
		plan.Set.Statements = append(plan.Set.Statements, statement)
		created = append(created, statement.Name())
	}
	plan.uses(created)
	return plan, nil
}

// document decides about the document and its version.
func (p *Plan) document(w store.Writer, ingest Ingest) error {
	present, found, err := w.Document(ingest.Document.ID, store.Newest)
	if err != nil {
		return err
	}
	if err := ingest.expected(present.Record, found, domain.DocumentType, ingest.Document.Name()); err != nil {
		return err
	}
	p.Version.Number = present.LatestVersion + 1
	if !found {
		p.Set.Document, p.Set.Version = &ingest.Document, &p.Version
		return nil
	}
	if err := standing(present.Record, domain.DocumentType, present.Name()); err != nil {
		return err
	}
	if err := sameDocument(present, ingest.Document); err != nil {
		return err
	}
	newest, found, err := w.Version(present.ID, present.LatestVersion, store.Newest, true)
	if err != nil {
		return err
	}
	if found && newest.SHA256 == ingest.Version.SHA256 {
		if err := sameVersion(newest, ingest.Version); err != nil {
			return err
		}
		p.Version = newest
	} else {
		p.Set.Version, p.Set.Anchors = &p.Version, ingest.Anchors
	}
	p.Uses = append(p.Uses, present.Name())
	return nil
}

// entities decides about the entities.
func (p *Plan) entities(w store.Writer, ingest Ingest) error {
	onRecord, err := w.EntitiesByID(entityIDs(ingest.Entities), store.Newest)
	if err != nil {
		return err
	}
	seen := make(map[string]bool, len(ingest.Entities))
	for i, entity := range ingest.Entities {
		name := entity.Name()
		if seen[name] {
			return errs.Invalid(indexed("entities", i)+".name", "DUPLICATE_NAME", "%s is twice in this request", name)
		}
		seen[name] = true
		p.Entities = append(p.Entities, name)
		present, found := onRecord[entity.ID]
		if err := ingest.expected(present.Record, found, domain.EntityType, name); err != nil {
			return err
		}
		if !found {
			p.Set.Entities = append(p.Set.Entities, entity)
			if p.Set.Fields == nil {
				p.Set.Fields = map[string]string{}
			}
			p.Set.Fields[name] = indexed("entities", i)
			continue
		}
		if err := standing(present.Record, domain.EntityType, name); err != nil {
			return err
		}
		if fault := absent(present.Record, true); fault != "" {
			return errs.Invalid(indexed("entities", i)+".name", ReferenceNotFound, "%s %s", name, fault)
		}
		if err := sameEntity(present, entity, indexed("entities", i)); err != nil {
			return err
		}
		p.Uses = append(p.Uses, name)
	}
	return nil
}

// uses completes Uses with what the statements refer to on record.
func (p *Plan) uses(created []string) {
	for _, statement := range p.Set.Statements {
		for _, ref := range statement.Refs() {
			switch {
			case ref.Kind == domain.RefParent || ref.Kind == domain.RefLink || slices.Contains(domain.EntityRefs, ref.Kind):
				p.Uses = append(p.Uses, ref.Value)
			case ref.Kind == domain.RefReference:
				document, _, _ := strings.Cut(ref.Value, "/versions/")
				p.Uses = append(p.Uses, document)
			}
		}
	}
	for _, entity := range p.Set.Entities {
		for _, membership := range entity.Memberships {
			if membership.Organization != "" {
				p.Uses = append(p.Uses, membership.Organization)
			}
		}
	}
	own := make(map[string]bool, len(created))
	for _, name := range created {
		own[name] = true
	}
	slices.Sort(p.Uses)
	p.Uses = slices.DeleteFunc(slices.Compact(p.Uses), func(name string) bool { return own[name] })
}

// RetractedError is a resource of an ingest that was retracted or erased: its name
// is not given again. What is told of it is the caller's to say.
type RetractedError struct {
	Record     domain.Record
	Type, Name string
}

// Error names the resource.
func (e *RetractedError) Error() string { return e.Name + " was retracted" }

// standing refuses a resource that was retracted or erased.
func standing(record domain.Record, resourceType, name string) error {
	if !record.IsDeleted() && record.Erased == nil {
		return nil
	}
	return &RetractedError{Record: record, Type: resourceType, Name: name}
}

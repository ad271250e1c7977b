package changes

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// References checks what statements refer to. It asks the store once for each
// thing, however often it is named.
type References struct {
	w         store.Writer
	entities  map[string]entityState
	documents map[string]documentState // by id
	versions  map[string]versionState
	batch     map[string]string // what is put on record together, by name, and its document
	linked    map[string]linkState
}

// linkState is what is known of a statement that another is linked to: why it cannot be,
// "" if it can, and its document.
type linkState struct{ fault, document string }

// entityState is what is known of an entity: why it cannot be referred to, "" if
// it can.
type entityState struct {
	domain.Entity
	fault string
}

// versionState is what is known of a document version: why it cannot be
// referred to ("" if it can), and the document's language.
type versionState struct {
	domain.Version
	fault, language string
}

// documentState is what is known of a document.
type documentState struct {
	domain.Document
	fault string
}

// NewReferences checks against what a transaction sees.
func NewReferences(w store.Writer) *References {
	return &References{
		w: w, entities: map[string]entityState{}, documents: map[string]documentState{}, versions: map[string]versionState{},
		batch: map[string]string{}, linked: map[string]linkState{},
	}
}

// learn asks with one query for all entities that statements name.
func (r *References) learn(statements []Statement) error {
	names := map[string]string{} // by id
	for _, statement := range statements {
		for _, ref := range statement.Refs() {
			if slices.Contains(domain.EntityRefs, ref.Kind) {
				names[domain.LastID(ref.Value)] = ref.Value
			}
		}
	}
	entities, err := r.w.EntitiesByID(slices.Sorted(maps.Keys(names)), store.Newest)
	if err != nil {
		return err
	}
	for id, name := range names {
		entity, found := entities[id]
		r.entities[name] = entityState{entity, absent(entity.Record, found)}
	}
	return r.learnLinked(statements)
}

// complete checks what a statement refers to, and fills what follows from it.
// before is the statement as it was, and model the one whose speakers keep the roles
// that were found for them: nil if it is new.
func (r *References) complete(statement *Statement, before, model *domain.Statement, faults *errs.Violations) error {
	version, err := r.version(statement.VersionName())
	if err != nil {
		return err
	}
	if version.fault != "" {
		faults.Add(errs.JoinPath(statement.Path, "document_version"), ReferenceNotFound, "%s %s", statement.VersionName(), version.fault)
	}
	statement.PublishTime, statement.AccessTime = version.PublishTime, version.AccessTime
	if statement.LanguageCode == "" {
		statement.LanguageCode = version.language
		statement.CheckLanguages(statement.Path, faults)
	}
	if before != nil {
		if err := r.checkMove(*before, statement.Statement, statement.Path); err != nil {
			return err
		}
	}
	if err := r.Linked(statement.Statement, before, statement.Path, faults); err != nil {
		return err
	}
	if err := r.Entities(statement.Statement, statement.Path, faults); err != nil {
		return err
	}
	if model == nil {
		return r.Roles(&statement.Statement)
	}
	return r.RolesAfter(*model, &statement.Statement)
}

// version finds what is known of a document version by its name.
func (r *References) version(name string) (state versionState, err error) {
	state, known := r.versions[name]
	if known {
		return state, nil
	}
	id, number, err := domain.ParseVersion(name)
	if err != nil {
		return versionState{}, err
	}
	document, err := r.document(id)
	if err != nil {
		return versionState{}, err
	}
	if state.fault = document.fault; state.fault == "" {
		var found bool
		state.language = document.LanguageCode
		state.Version, found, err = r.w.Version(id, number, store.Newest, false)
		state.fault = absent(domain.Record{}, found)
	}
	r.versions[name] = state
	return state, err
}

// document finds what is known of a document by its id.
func (r *References) document(id string) (documentState, error) {
	if state, known := r.documents[id]; known {
		return state, nil
	}
	document, found, err := r.w.Document(id, store.Newest)
	if err != nil {
		return documentState{}, err
	}
	state := documentState{document, absent(document.Record, found)}
	r.documents[id] = state
	return state, nil
}

// latest is the number of the newest version of a document.
func (r *References) latest(document string) (int64, error) {
	state, err := r.document(document)
	return state.LatestVersion, err
}

// Entities checks the entities that a statement names. path is the field of the
// statement in the request.
func (r *References) Entities(statement domain.Statement, path string, faults *errs.Violations) error {
	for _, ref := range statement.Refs() {
		if !slices.Contains(domain.EntityRefs, ref.Kind) {
			continue
		}
		entity, err := r.entity(ref.Value)
		if err != nil {
			return err
		}
		if entity.fault != "" {
			faults.Add(errs.JoinPath(path, ref.Field()), ReferenceNotFound, "%s %s", ref.Value, entity.fault)
		}
	}
	return nil
}

// entity finds what is known of an entity by its name.
func (r *References) entity(name string) (entityState, error) {
	state, known := r.entities[name]
	if known {
		return state, nil
	}
	entity, found, err := r.w.Entity(domain.LastID(name), store.Newest)
	if err != nil {
		return entityState{}, err
	}
	state = entityState{entity, absent(entity.Record, found)}
	r.entities[name] = state
	return state, nil
}

// absent says why a resource cannot be referred to, "" if it can.
func absent(record domain.Record, found bool) string {
	switch {
	case !found:
		return "is not on record"
	case record.IsDeleted():
		return "was retracted"
	case record.RedirectTo != "":
		return "was merged into " + record.RedirectTo
	case record.Erased != nil:
		return "was erased"
	default:
		return ""
	}
}

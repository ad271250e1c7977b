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
	w        store.Writer
	entities map[string]string
	versions map[string]versionState
}

// versionState is what is known of a document version: why it cannot be
// referred to ("" if it can), and the document's language.
type versionState struct{ fault, language string }

// NewReferences checks against what a transaction sees.
func NewReferences(w store.Writer) *References {
	return &References{w: w, entities: map[string]string{}, versions: map[string]versionState{}}
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
		r.entities[name] = absent(entity.Record, found)
	}
	return nil
}

// version checks the document version of a statement and returns its language.
func (r *References) version(statement Statement, faults *errs.Violations) (language string, err error) {
	name := statement.VersionName()
	state, known := r.versions[name]
	if !known {
		if state, err = r.findVersion(statement.Document, statement.Version); err != nil {
			return "", err
		}
		r.versions[name] = state
	}
	if state.fault != "" {
		faults.Add(errs.JoinPath(statement.Path, "document_version"), ReferenceNotFound, "%s %s", name, state.fault)
	}
	return state.language, nil
}

func (r *References) findVersion(id string, number int64) (versionState, error) {
	document, found, err := r.w.Document(id, store.Newest)
	if err != nil {
		return versionState{}, err
	}
	if fault := absent(document.Record, found); fault != "" {
		return versionState{fault: fault}, nil
	}
	_, found, err = r.w.Version(id, number, store.Newest, false)
	return versionState{fault: absent(domain.Record{}, found), language: document.LanguageCode}, err
}

// Entities checks the entities that a statement names. path is the field of the
// statement in the request.
func (r *References) Entities(statement domain.Statement, path string, faults *errs.Violations) error {
	for _, ref := range statement.Refs() {
		if !slices.Contains(domain.EntityRefs, ref.Kind) {
			continue
		}
		fault, known := r.entities[ref.Value]
		if !known {
			entity, found, err := r.w.Entity(domain.LastID(ref.Value), store.Newest)
			if err != nil {
				return err
			}
			fault = absent(entity.Record, found)
			r.entities[ref.Value] = fault
		}
		if fault != "" {
			faults.Add(errs.JoinPath(path, ref.Field), ReferenceNotFound, "%s %s", ref.Value, fault)
		}
	}
	return nil
}

// absent says why a resource cannot be referred to, "" if it can.
func absent(record domain.Record, found bool) string {
	switch {
	case !found:
		return "is not on record"
	case record.IsDeleted():
		return "was retracted"
	default:
		return ""
	}
}

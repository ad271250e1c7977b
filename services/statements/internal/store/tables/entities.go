package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var entityTable = revtable.New("entity_revisions",
	"create_time", "entity_type", "display_name", "has_aliases", "has_identifiers")

// Values of entity_keys.field. Before the colon nothing else may stand.
const (
	aliasKey  = "alias"
	schemeKey = "scheme"
	idKey     = "id:"
	// By the rest entities are resolved: the value of an identifier in any scheme, a
	// folded name, a word of a name.
	identifierKey = "identifier"
	nameKey       = "name"
	wordKey       = "word"
	// organizationKey is that of a membership in an entity, by name.
	organizationKey = "organization"
	// redirectKey is the entity that one is merged into, by name.
	redirectKey = "redirect"
)

// maxWords is how many words of an entity's names are keyed.
const maxWords = 1000

// entityColumns are where the fields of domain.EntityFields are kept. ofEntity
// joins a key to the revision it belongs to.
func (d Dialect) entityColumns(ofEntity string) listquery.Columns {
	return listquery.Columns{
		"name":         {Expr: "s.id"},
		"create_time":  {Expr: "s.create_time"},
		"update_time":  {Expr: "s.record_from"},
		"entity_type":  {Expr: "s.entity_type"},
		"display_name": {Expr: "s.display_name"},
		"aliases": {
			Has: "EXISTS (SELECT 1 FROM entity_keys k WHERE k.field = '" + aliasKey + "' AND k.value = ?" + ofEntity,
			Set: "s.has_aliases = 1",
		},
		"identifiers": {
			Has:    "EXISTS (SELECT 1 FROM entity_keys k WHERE k.field = '" + idKey + "' || ? AND k.value = ?" + ofEntity,
			HasKey: "EXISTS (SELECT 1 FROM entity_keys k WHERE k.field = '" + schemeKey + "' AND k.value = ?" + ofEntity,
			Set:    "s.has_identifiers = 1",
		},
		"memberships.organization": {
			Has: "EXISTS (SELECT 1 FROM entity_keys k WHERE k.field = '" + organizationKey + "' AND k.value = ?" + ofEntity,
			// All of them at once, since no index leads from an entity to its keys.
			Set: "(" + d.keyColumns("s") + ") IN (SELECT " + d.keyColumns("k") + " FROM entity_keys k WHERE k.field = '" + organizationKey + "')",
		},
	}
}

// withOrder replaces the columns of the default order by those of the table that
// yields the rows, so that its own order serves.
func withOrder(columns listquery.Columns, alias string) listquery.Columns {
	order := maps.Clone(columns)
	order["name"] = listquery.Column{Expr: alias + ".id"}
	order["create_time"] = listquery.Column{Expr: alias + ".create_time"}
	return order
}

// Entity reads an entity.
func (r reader) Entity(id string, at recordtime.Time) (entity domain.Entity, found bool, err error) {
	found, err = readAt(r, entityTable, id, at, &entity, entityFields)
	return entity, found, err
}

// EntitiesByID reads many entities.
func (r reader) EntitiesByID(ids []string, at recordtime.Time) (map[string]domain.Entity, error) {
	return byID(r, entityTable, ids, at, entityFields)
}

// Entities lists entities.
func (r reader) Entities(query store.List) ([]domain.Entity, error) {
	return list(r, query, r.entitySource(query.Filter), entityFields)
}

func (d *dialect) entitySource(filter listquery.Expr) source {
	from := source{Source: revtable.Source{Table: entityTable.Name() + " s", Columns: d.entityColumns, Order: d.entityColumns}, filter: filter}
	key, rest, ok := driver(filter, func(c listquery.Compare) bool {
		return c.Kind == listquery.StringList && c.Op == listquery.OpHas || c.Field == "identifiers" && c.Op == listquery.OpEq
	})
	if !ok {
		return from
	}
	field := aliasKey
	switch key.Field {
	case "identifiers":
		field = idKey + key.Key
	case "memberships.organization":
		field = organizationKey
	}
	from.Table = "entity_keys k " + d.Join + " " + entityTable.Name() + " s ON " + d.ByRevision
	from.Where, from.Args = "k.field = ? AND k.value = ?", []any{field, key.Value.Text}
	from.Order, from.filter = d.keyOrder, rest
	return from
}

// PutEntity puts the next revision on record.
func (w writer) PutEntity(e domain.Entity, caller string) error {
	if err := appendRevision(w.tx, entityTable, e.Record, caller, encode(&e, entityFields), entityValues(e)...); err != nil {
		return err
	}
	revision, err := w.RevisionValue(w.tx, e.Revision)
	if err != nil {
		return err
	}
	for _, key := range keysOf(e) {
		if err := w.tx.Insert(w.insertKey, key[0], key[1], e.Created, e.ID, revision); err != nil {
			return err
		}
	}
	return nil
}

// entityValues are the values of the columns of entityTable.
func entityValues(e domain.Entity) []any {
	return []any{e.Created, e.Type, e.DisplayName, len(e.Aliases) > 0, len(e.Identifiers) > 0}
}

// keysOf are the fields and values of entity_keys, each once. What was retracted or
// erased is resolved no more.
func keysOf(e domain.Entity) (keys [][2]string) {
	seen := map[[2]string]bool{}
	add := func(field, value string) {
		if key := [2]string{field, value}; !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, alias := range e.Aliases {
		add(aliasKey, alias)
	}
	for _, scheme := range slices.Sorted(maps.Keys(e.Identifiers)) {
		add(schemeKey, scheme)
		add(idKey+scheme, e.Identifiers[scheme])
	}
	for _, membership := range e.Memberships {
		if membership.Organization != "" {
			add(organizationKey, membership.Organization)
		}
	}
	if e.IsDeleted() || e.Erased != nil {
		return keys
	}
	if e.RedirectTo != "" {
		add(redirectKey, e.RedirectTo)
	}
	for _, id := range e.Identifiers {
		add(identifierKey, id)
	}
	words := 0
	for _, name := range e.AllNames() {
		if folded := domain.FoldName(name); folded != "" {
			add(nameKey, folded)
		}
		for _, word := range domain.NameWords(name) {
			if words++; words > maxWords {
				break
			}
			add(wordKey, word)
		}
	}
	return keys
}

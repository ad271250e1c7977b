package sqlite

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var entityTable = revtable.New("entity_revisions",
	"create_time", "entity_type", "display_name", "has_aliases", "has_identifiers")

// Values of entity_keys.field.
const (
	aliasKey  = "alias"
	schemeKey = "scheme"
	idKey     = "id:"
)

// ofEntity joins a key to the revision it belongs to: a look-up by primary key.
const ofEntity = " AND k.create_time = s.create_time AND k.id = s.id AND k.row = s.row)"

// entityColumns are where the fields of domain.EntityFields are kept.
var entityColumns = listquery.Columns{
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
}

// keyOrder are the columns of an order where entity_keys (k) yields the rows.
var keyOrder = withOrder(entityColumns, "k")

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
	found, err = at1(r.conn, entityTable, id, at, &entity)
	return entity, found, err
}

// Entities lists entities.
func (r reader) Entities(query store.List) ([]domain.Entity, error) {
	return list[domain.Entity](r.conn, query, entitySource(query.Filter))
}

func entitySource(filter listquery.Expr) revtable.Source {
	from := revtable.Source{Table: entityTable.Name() + " s", Columns: entityColumns, Order: entityColumns}
	key, ok := driver(filter, func(c listquery.Compare) bool {
		return c.Field == "aliases" && c.Op != listquery.OpSet || c.Field == "identifiers" && c.Op == listquery.OpEq
	})
	if !ok {
		return from
	}
	field := aliasKey
	if key.Kind == listquery.StringMap {
		field = idKey + key.Key
	}
	from.Table = "entity_keys k CROSS JOIN " + entityTable.Name() + " s ON s.row = k.row"
	from.Where, from.Args = "k.field = ? AND k.value = ?", []any{field, key.Value.Text}
	from.Order = keyOrder
	return from
}

// PutEntity puts the next revision on record.
func (w writer) PutEntity(e domain.Entity, caller string) error {
	row, err := appendRevision(w.tx, entityTable, e.Record, caller, e,
		e.Created, e.Type, e.DisplayName, len(e.Aliases) > 0, len(e.Identifiers) > 0)
	if err != nil {
		return err
	}
	put := func(field, value string) error {
		return w.tx.Exec("INSERT OR IGNORE INTO entity_keys (field, value, create_time, id, row) VALUES (?, ?, ?, ?, ?)",
			field, value, e.Created, e.ID, row)
	}
	for _, alias := range e.Aliases {
		if err := put(aliasKey, alias); err != nil {
			return err
		}
	}
	for _, scheme := range slices.Sorted(maps.Keys(e.Identifiers)) {
		if err := put(schemeKey, scheme); err != nil {
			return err
		}
		if err := put(idKey+scheme, e.Identifiers[scheme]); err != nil {
			return err
		}
	}
	return nil
}

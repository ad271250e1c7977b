package sqlite

import (
	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/fts5"
)

// dialect is SQLite's.
var dialect = tables.Dialect{
	HasAlias:        "EXISTS (SELECT 1 FROM json_each(s.aliases) a WHERE a.value = ?)",
	HasDimension:    "EXISTS (SELECT 1 FROM json_each(s.dimensions) d WHERE d.key = ? AND d.value = ?)",
	HasKey:          "EXISTS (SELECT 1 FROM json_each(s.dimensions) d WHERE d.key = ?)",
	HasStatus:       "EXISTS (SELECT 1 FROM json_each(s.obs_status) a WHERE a.value = ?)",
	HasAttribute:    "EXISTS (SELECT 1 FROM json_each(s.attributes) d WHERE d.key = ? AND d.value = ?)",
	HasAttributeKey: "EXISTS (SELECT 1 FROM json_each(s.attributes) d WHERE d.key = ?)",
	Statuses:        "LEFT JOIN json_each(s.obs_status) a ON TRUE",
	NamesVersion:    "instr(snapshot, X'2F76657273696F6E732F') > 0", // "/versions/"
	Words:           fts5.Engine,
	Place:           "dimensions",
	PlaceOf:         func(dimensions string) string { return dimensions },
}

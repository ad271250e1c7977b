package postgres

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/onrecord/onrecord/services/metrics/internal/store/tables"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/tsvector"
)

// dialect is PostgreSQL's.
var dialect = tables.Dialect{
	HasAlias:        "EXISTS (SELECT 1 FROM json_array_elements_text(CAST(s.aliases AS json)) AS a(value) WHERE a.value = ?)",
	HasDimension:    "EXISTS (SELECT 1 FROM json_each_text(CAST(s.dimensions AS json)) AS d(key, value) WHERE d.key = ? AND d.value = ?)",
	HasKey:          "EXISTS (SELECT 1 FROM json_each_text(CAST(s.dimensions AS json)) AS d(key, value) WHERE d.key = ?)",
	HasStatus:       "EXISTS (SELECT 1 FROM json_array_elements_text(CAST(s.obs_status AS json)) AS a(value) WHERE a.value = ?)",
	HasAttribute:    "EXISTS (SELECT 1 FROM json_each_text(CAST(s.attributes AS json)) AS d(key, value) WHERE d.key = ? AND d.value = ?)",
	HasAttributeKey: "EXISTS (SELECT 1 FROM json_each_text(CAST(s.attributes AS json)) AS d(key, value) WHERE d.key = ?)",
	Statuses:        "LEFT JOIN LATERAL json_array_elements_text(CAST(s.obs_status AS json)) AS a(value) ON TRUE",
	NamesVersion:    `position('\x2f76657273696f6e732f'::bytea in snapshot) > 0`, // "/versions/"
	Words:           tsvector.Engine,
	Place:           "place",
	PlaceOf:         place,
}

// maxPlace is the greatest length of a place in bytes: with the rest of its key it fits the 2,704 bytes of an entry of an index.
const maxPlace = 2000

// place is the dimensions themselves, or their beginning and their SHA-256.
func place(dimensions string) string {
	if len(dimensions) <= maxPlace {
		return dimensions
	}
	sum := sha256.Sum256([]byte(dimensions))
	return dimensions[:maxPlace-2*len(sum)] + hex.EncodeToString(sum[:])
}

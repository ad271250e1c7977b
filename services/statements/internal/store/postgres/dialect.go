package postgres

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/tsvector"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// dialect is PostgreSQL's.
var dialect = tables.Dialect{
	Join:           "JOIN",
	RevisionColumn: "revision",
	RevisionValue:  func(_ recorddb.Tx, revision int64) (int64, error) { return revision, nil },
	ByRevision:     "s.id = k.id AND s.revision = k.revision",
	Words:          tsvector.Engine,
}

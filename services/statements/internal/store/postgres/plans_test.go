package postgres

import "github.com/onrecord/onrecord/services/statements/internal/store/tables"

// Plans gives the SQL of the engine to its tests.
func Plans() tables.Plans { return dialect.Plans() }

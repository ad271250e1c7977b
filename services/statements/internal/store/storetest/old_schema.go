package storetest

import "github.com/onrecord/onrecord/services/platform/recorddb"

// WithoutEmbargoes takes from a database what the schema has for embargoes, for tests of
// a schema from before. schema stands before the names of tables and indexes, "" for
// nothing.
func WithoutEmbargoes(tx recorddb.Tx, schema string) error {
	for _, sql := range []string{
		"DROP INDEX " + schema + "documents_under_embargo",
		"DROP TABLE " + schema + "published_versions",
		"ALTER TABLE " + schema + "document_revisions DROP COLUMN embargo_end_time",
		"ALTER TABLE " + schema + "document_versions DROP COLUMN restricted",
		"ALTER TABLE " + schema + "corrections DROP COLUMN restricted",
	} {
		if err := tx.Exec(sql); err != nil {
			return err
		}
	}
	return nil
}

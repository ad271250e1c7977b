package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/statements/internal/store/postgres"
)

// The first columns of all primary keys are the id of a resource, the key of a series, or
// the id of a request. A name that is staged stands for the resource that it will be.
func TestNothingHoldsAcrossKeys(t *testing.T) {
	st, err := postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, st.Close()) }()
	pgtest.CheckKeys(t, st.Database, "statements", map[string]string{
		"document_revisions":       "id",
		"document_versions":        "document",
		"version_texts":            "document",
		"published_versions":       "document",
		"entity_revisions":         "id",
		"entity_keys":              "id",
		"statement_revisions":      "id",
		"statement_refs":           "id",
		"corrections":              "id",
		"correction_entities":      "correction",
		"derived":                  "name",
		"review_revisions":         "id",
		"reattribution_revisions":  "id",
		"reattribution_statements": "reattribution",
		"search_entries":           "id",
		"requests":                 "request_id",
		"staged":                   "request_id",
		"stage_ends":               "request_id",
		"staged_names":             "name",
	})
}

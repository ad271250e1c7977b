package postgres_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

// The first columns of all primary keys are the id of a resource, the key of a series, or
// the id of a request. A name that is staged stands for the resource that it will be.
func TestNothingHoldsAcrossKeys(t *testing.T) {
	st, err := postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, st.Close()) }()
	pgtest.CheckKeys(t, st.Database, "metrics", map[string]string{
		"metric_revisions":  "id",
		"figure_revisions":  "id",
		"metric_keys":       "metric",
		"series":            "metric", // a series key begins with the id of its metric
		"series_dimensions": "metric",
		"series_points":     "series",
		"requests":          "request_id",
		"staged":            "request_id",
		"stage_ends":        "request_id",
		"staged_names":      "name",
		"derived":           "name",
		"corrections":       "id",
		"figure_inputs":     "input",
		"observations":      "series",
		"abouts":            "metric",
		"vintages":          "metric",
		"vintage_numbers":   "metric",
		"vintage_gaps":      "metric",
		"imports":           "metric",
		"search_entries":    "id",
		"erasures":          "document",
	})
}

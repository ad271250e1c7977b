package postgres

import (
	"fmt"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/planwatch"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// Lists of corrections are read from an index in their order, and those of subjects
// each from its own part of one.
func TestCorrectionsAreReadFromAnIndex(t *testing.T) {
	opened, err := Open(t.Context(), pgtest.Database(t), Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, opened.Close()) }()
	must.OK(t, opened.Write(t.Context(), func(w store.Writer) error {
		return w.PutCorrection(domain.Correction{
			ID: "seed", Recorded: w.RecordTime(), Kind: domain.Corrected, Subject: "statements/s", Document: "documents/d",
			Reattribution: "reattributions/r", Reason: "r", Caller: "ana",
		})
	}))
	multiply(t, opened.Database, []string{
		`INSERT INTO corrections (id, record_from, kind, subject, document, reattribution, caller, snapshot) SELECT 'c' || g, record_from - g, CASE WHEN g % 500 = 0 THEN 'KILL' ELSE kind END, subject || g % 2000,
			document || g % 1000, reattribution || g % 1000, caller, snapshot FROM corrections CROSS JOIN generate_series(1, 20000) AS g`,
		`INSERT INTO correction_entities (correction, entity, record_from, attributed_from)
			SELECT id, 'entities/e' || hashtext(id) % 100, record_from, record_from FROM corrections`,
		"ANALYZE",
	})
	db := planwatch.New(opened.Database)
	st := tables.New(db, dialect)
	for filter, index := range map[string]string{
		"": "corrections_by_record_time", "kind = KILL": "corrections_by_kind", `subject = "statements/s7"`: "corrections_by_subject",
		`document = "documents/d7"`: "corrections_by_document", `reattribution = "reattributions/r7"`: "corrections_by_reattribution",
	} {
		t.Run(filter, func(t *testing.T) {
			parsed, err := listquery.ParseFilter(domain.CorrectionFields, filter)
			must.OK(t, err)
			order, err := listquery.ParseOrder(domain.CorrectionFields, "")
			must.OK(t, err)
			must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
				rows, err := r.Corrections(store.List{At: opened.Settled(), Filter: parsed, Order: order, Limit: 20}, "")
				must.True(t, len(rows) > 0)
				return err
			}))
			for _, plan := range db.Take() {
				must.True(t, plan.Uses(index), "%s\n%s", plan.SQL, plan.Text)
			}
		})
	}
	t.Run("of subjects", func(t *testing.T) {
		var subjects []string
		for i := range 20 {
			subjects = append(subjects, fmt.Sprint("statements/s", i))
		}
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			found, err := r.CorrectionsOf(subjects, opened.Settled(), 3)
			must.Equal(t, len(found), 60)
			return err
		}))
		for _, plan := range db.Take() {
			must.True(t, plan.Uses("corrections_by_subject"), "%s\n%s", plan.SQL, plan.Text)
			must.False(t, plan.Uses("Seq Scan"), "%s\n%s", plan.SQL, plan.Text)
		}
	})
	t.Run("of an entity", func(t *testing.T) {
		order, err := listquery.ParseOrder(domain.CorrectionFields, "")
		must.OK(t, err)
		must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
			found, err := r.Corrections(store.List{At: opened.Settled(), Order: order, Limit: 20}, "entities/e7")
			must.Equal(t, len(found), 20)
			return err
		}))
		for _, plan := range db.Take() {
			must.True(t, plan.Uses("correction_entities_by_entity") && plan.Uses("corrections_pkey"), "%s\n%s", plan.SQL, plan.Text)
			must.False(t, plan.Uses("Sort") || plan.Uses("Seq Scan") || plan.Uses("statement_refs"), "%s\n%s", plan.SQL, plan.Text)
		}
	})
}

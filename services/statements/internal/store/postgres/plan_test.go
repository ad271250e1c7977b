package postgres

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/planwatch"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

func TestEveryFieldHasAColumn(t *testing.T) {
	documents, entities, statements := dialect.Columns()
	must.OK(t, documents.Check(domain.DocumentFields))
	must.OK(t, entities.Check(domain.EntityFields))
	must.OK(t, statements.Check(domain.StatementFields))
}

// seed puts one of each on record: what multiply makes copies of.
func seed(t *testing.T, st *tables.Store) {
	t.Helper()
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		at := w.RecordTime()
		document := domain.Document{Record: domain.Record{ID: "seed"}, URI: "https://example.org/", Headline: "H", Publisher: "P", LanguageCode: "en"}
		document.Record, document.LatestVersion = document.First(at), 1
		must.OK(t, w.PutDocument(document, "ana"))
		must.OK(t, w.PutVersion(domain.Version{Document: "seed", Number: 1, Created: at, SHA256: "0", Text: "text"}, "ana"))
		entity := domain.Entity{Record: domain.Record{ID: "seed"}, Type: "PERSON", DisplayName: "E", Aliases: []string{"alias"},
			Identifiers: map[string]string{"wikidata": "Q1"}}
		entity.Record = entity.First(at)
		must.OK(t, w.PutEntity(entity, "ana"))
		reattribution := domain.Reattribution{Record: domain.Record{ID: "seed"}.First(at), From: "entities/a", To: "entities/b",
			Made: []domain.Made{{Statement: "seed", Revision: 1}}}
		must.OK(t, w.PutReattribution(reattribution, "ana"))
		statement := domain.Statement{Record: domain.Record{ID: "seed"}, Document: "seed", Version: 1, Type: domain.Direct, Text: "wall",
			LanguageCode: "en", Contents: []domain.Span{{Start: 1, End: 2, Exact: "border wall"}},
			Speakers: []domain.Speaker{{Entity: "entities/seed"}}, Time: domain.Period{Missing: domain.NotStated},
			Topics: []string{"entities/topic"}, TextKey: "key"}
		statement.Record = statement.First(at)
		return w.PutStatement(statement, "ana")
	}))
}

// copies makes 100,000 statements of the seed and 20,000 of the rest.
var copies = []string{
	`INSERT INTO document_revisions SELECT 'd' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g, uri || g, headline || g,
		publisher, byline, language_code, license, 0 FROM document_revisions CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO document_versions SELECT 'd' || g, 1, record_from, caller, snapshot FROM document_versions CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO version_texts SELECT 'd' || g, 1, text FROM version_texts CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO entity_revisions SELECT 'e' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g, entity_type, display_name || g,
		1, 1 FROM entity_revisions CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO entity_keys SELECT 'e' || g, 1, field, value || g, create_time - g FROM entity_keys CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO reattribution_revisions SELECT 'r' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g,
		from_entity || g, to_entity || g, 0
		FROM reattribution_revisions CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO reattribution_statements SELECT 'r' || g, 0, 's' || g, 1, record_from
		FROM reattribution_statements CROSS JOIN generate_series(1, 20000) AS g`,
	`INSERT INTO statement_revisions SELECT 's' || g, 1, record_from, record_to, 0, caller, snapshot, create_time - g, 'documents/d' || g % 5000,
		'documents/d' || g % 5000 || '/versions/1', statement_type, language_code, event, location, parent_statement, time_start, time_end,
		time_order + g, ref_kinds, NULL, 1, rank, NULL, NULL, NULL, NULL, NULL, text_key || g FROM statement_revisions CROSS JOIN generate_series(1, {rows}) AS g`,
	`INSERT INTO statement_refs SELECT 's' || g, 1, kind, value || g % 50, create_time - g FROM statement_refs CROSS JOIN generate_series(1, {rows}) AS g`,
	`INSERT INTO corrections (id, record_from, kind, subject, caller, snapshot) SELECT 'c' || g, g, 'ERROR', 'statements/s' || g % 5000, 'ana', '' FROM generate_series(1, 20000) AS g`,
	`INSERT INTO correction_entities SELECT 'c' || g, 'entities/seed' || g % 50, g, g FROM generate_series(1, 20000) AS g`,
	`INSERT INTO search_entries (id, record_from, record_to, create_time, tokens)
		SELECT 's' || g, record_from - g, record_to, create_time - g, 'word' || g % ({rows} / 100) || ' border wall' || g || ' half' || g % 2
		FROM search_entries CROSS JOIN generate_series(1, {rows}) AS g`,
	"ANALYZE",
}

// multiply runs the statements of a test in one transaction.
func multiply(t *testing.T, db recorddb.Database, statements []string) {
	t.Helper()
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		for _, statement := range statements {
			if err := tx.Exec(planwatch.Sized(statement)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// What everybody asks for is read from an index in its order: the cost does not
// grow with the record. Only a search sorts what it finds.
func TestQueriesAreReadFromAnIndex(t *testing.T) {
	url := pgtest.Database(t)
	opened, err := Open(t.Context(), url, Options{Migrate: true})
	must.OK(t, err)
	defer func() { must.OK(t, opened.Close()) }()
	seed(t, opened)
	multiply(t, opened.Database, copies)
	db := planwatch.New(opened.Database)
	st := tables.New(db, dialect)
	at := st.Settled()

	for name, read := range reads(t, at) {
		t.Run(name, func(t *testing.T) {
			must.OK(t, st.Read(t.Context(), read))
			must.OK(t, st.Read(t.Context(), func(r store.Reader) error { return read(r.Public()) }))
			for _, plan := range db.Take() {
				must.False(t, plan.Uses("Seq Scan"), "%s\n%s", plan.SQL, plan.Text)
				must.False(t, plan.Uses("Sort") && !strings.HasPrefix(name, "search"), "%s\n%s", plan.SQL, plan.Text)
			}
		})
	}
	t.Run("without workers", func(t *testing.T) {
		opened := must.Get(Open(t.Context(), planwatch.FreeWorkers(t, url), Options{}))(t)
		defer func() { must.OK(t, opened.Close()) }()
		db := planwatch.New(opened.Database)
		must.OK(t, tables.New(db, dialect).Read(t.Context(), reads(t, at)["search"]))
		for _, plan := range db.Take() {
			must.False(t, plan.Uses("Gather") && strings.Contains(plan.SQL, "search_entries"), "%s\n%s", plan.SQL, plan.Text)
		}
	})
	t.Run("write", func(t *testing.T) {
		must.OK(t, st.Try(t.Context(), func(w store.Writer) error {
			_, _, err := w.Referring("entities/seed7", domain.RefSpeaker, domain.RefAudience)
			must.OK(t, err)
			_, err = w.Naming("entities/seed7", 10, domain.EntityRefs...)
			must.OK(t, err)
			statement, found, err := w.Statement("s7", store.Newest)
			must.True(t, found)
			statement.ID = "s7"
			statement.Record = statement.Next(w.RecordTime())
			must.OK(t, w.PutStatement(statement, "ana"))
			return err
		}))
		for _, plan := range db.Take() {
			must.False(t, plan.Uses("Seq Scan") || plan.Uses("Sort"), "%s\n%s", plan.SQL, plan.Text)
		}
	})
}

// reads are the hot queries by name.
func reads(t *testing.T, at recordtime.Time) map[string]func(store.Reader) error {
	t.Helper()
	all := map[string]func(store.Reader) error{
		"by id": func(r store.Reader) error {
			_, found, err := r.Statement("s77", at)
			must.True(t, found)
			_, err2 := r.StatementsByID([]string{"s1", "s2", "s3", "s99"}, at)
			must.OK(t, err2)
			_, err2 = r.EntitiesByID([]string{"e1", "e2", "e3", "e99"}, at)
			must.OK(t, err2)
			return err
		},
		"versions": func(r store.Reader) error {
			_, _, err := r.Version("d5", 1, at, true)
			must.OK(t, err)
			_, err = r.Versions("d5", at, 0, 20)
			return err
		},
		"resolve": func(r store.Reader) error {
			found, err := r.ResolveEntities(store.Resolve{At: at, Name: domain.NewNameQuery("E7"), Type: "PERSON"})
			must.True(t, len(found) == 1)
			return err
		},
		"members": func(r store.Reader) error {
			_, _, err := r.MemberOf("entities/seed7")
			return err
		},
		"re-attributions": func(r store.Reader) error {
			_, found, err := r.Reattribution("r7", at)
			must.True(t, found)
			must.OK(t, err)
			_, err = r.Reattributed("r7")
			return err
		},
		"ended embargoes": func(r store.Reader) error {
			_, err := r.EndedEmbargoes(at, 10)
			return err
		},
		"revisions": func(r store.Reader) error {
			_, err := r.Revisions("s5", at, 0, 20)
			return err
		},
		"search": func(r store.Reader) error {
			query, err := searchtext.ParseQuery("border word77")
			must.OK(t, err)
			found, err := r.Search(store.Search{At: at, Query: query, Limit: 20})
			must.Equal(t, found.Matches, 100)
			return err
		},
		"search for what half have": func(r store.Reader) error {
			query, err := searchtext.ParseQuery("border half1")
			must.OK(t, err)
			found, err := r.Search(store.Search{At: at, Query: query, Limit: 20})
			must.True(t, found.Matches > recordsearch.RankLimit)
			return err
		},
	}
	addLists(t, at, all)
	return all
}

// addLists adds the lists that are read often.
func addLists(t *testing.T, at recordtime.Time, all map[string]func(store.Reader) error) {
	t.Helper()
	list := func(schema listquery.Schema, filter, order string, page func(store.Reader, store.List) (int, error)) {
		parsed, err := listquery.ParseFilter(schema, filter)
		must.OK(t, err)
		by, err := listquery.ParseOrder(schema, order)
		must.OK(t, err)
		all["list "+filter+" by "+order] = func(r store.Reader) error {
			rows, err := page(r, store.List{At: at, Filter: parsed, Order: by, Limit: 20})
			must.True(t, rows > 0)
			return err
		}
	}
	statements := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Statements(query)
		return len(rows), err
	}
	entities := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Entities(query)
		return len(rows), err
	}
	documents := func(r store.Reader, query store.List) (int, error) {
		rows, err := r.Documents(query)
		return len(rows), err
	}
	for _, order := range []string{"", "create_time", "update_time desc", "statement_time", "name"} {
		list(domain.StatementFields, "", order, statements)
	}
	for _, filter := range []string{`speaker:"entities/seed7"`, `document = "documents/seed7"`, `topics:"entities/topic7" rank = NORMAL`, `text_key = "key77"`} {
		list(domain.StatementFields, filter, "", statements)
	}
	list(domain.EntityFields, "", "display_name", entities)
	list(domain.EntityFields, `identifiers.wikidata = "Q17"`, "", entities)
	list(domain.EntityFields, `aliases:"alias7"`, "", entities)
	list(domain.DocumentFields, "", "headline", documents)
	list(domain.DocumentFields, `uri = "https://example.org/7"`, "", documents)
}

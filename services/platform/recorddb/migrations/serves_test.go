package migrations_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb/migrations"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// since declares a script.
func since(schema, script string) string {
	return "-- serves programs from schema " + schema + "\n" + script
}

func TestOldest(t *testing.T) {
	got, err := migrations.Oldest([]string{
		"CREATE TABLE a (id text)", since("1", "-- why\n"), since("1", "-- why\n"), "DROP TABLE a", since("4", ""),
	})
	must.OK(t, err)
	must.Equal(t, got, []int{1, 1, 1, 4, 4})
}

func TestDeclarationsThatAreRefused(t *testing.T) {
	for name, scripts := range map[string][]string{
		"its own":           {since("1", "")},
		"a later one":       {"", since("3", "")},
		"none":              {"", since("0", "")},
		"beyond what stops": {"", "", since("1", "")},
		"no number":         {"", since("one", "")},
		"another word":      {"", "-- serves from schema 1\n"},
		"another case":      {"", "-- Serves programs from schema 1\n"},
		"more in the line":  {"", "-- serves programs from schema 1, I think\n"},
		"no line of its own": {
			"", "-- serves programs from schema 1"},
		"not the first line": {"", "-- A column.\n-- serves programs from schema 1\n"},
		"twice":              {"", since("1", since("1", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			must.Err(t, migrations.Check(scripts))
		})
	}
}

func TestWhatADeclaredScriptMayDo(t *testing.T) {
	for _, script := range []string{
		"-- nothing at all; really",
		"ALTER TABLE notes ADD COLUMN lang text COLLATE \"C\"; -- why\nALTER TABLE notes\n  ADD COLUMN seen bigint NOT NULL DEFAULT -1;",
		"ALTER TABLE notes ADD COLUMN lang TEXT NOT NULL DEFAULT 'en'",
		"CREATE TABLE more (id text NOT NULL PRIMARY KEY, words text DEFAULT '');\nCREATE INDEX more_by_words ON more (words) WHERE words IS NOT NULL",
		"CREATE TABLE more (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;",
		"CREATE INDEX CONCURRENTLY notes_by_lang ON notes (lang, id);",
		"ALTER TABLE notes SET (parallel_workers = 0);",
		"ALTER TABLE notes ADD COLUMN mark text DEFAULT '--'; ALTER TABLE notes ADD COLUMN stop text DEFAULT ';';",
		"CREATE TABLE more (id text DEFAULT 'it''s -- one; or two');",
	} {
		must.OK(t, migrations.Check([]string{"", since("1", script)}))
	}
}

func TestWhatADeclaredScriptMayNotDo(t *testing.T) {
	for _, script := range []string{
		"DROP TABLE notes",
		"CREATE TABLE more (id text); DROP TABLE notes",
		"ALTER TABLE notes DROP COLUMN lang",
		"ALTER TABLE notes SET (parallel_workers = 0), DROP COLUMN lang",
		"ALTER TABLE notes SET (autovacuum_enabled = false)",
		"ALTER TABLE notes RENAME COLUMN lang TO language",
		"ALTER TABLE notes ADD COLUMN lang text NOT NULL",
		"ALTER TABLE notes ADD COLUMN lang text UNIQUE",
		"ALTER TABLE notes ADD COLUMN at bigint DEFAULT now()",
		"ALTER TABLE notes ADD COLUMN at bigint, DROP COLUMN lang",
		"ALTER TABLE notes ADD COLUMN note text REFERENCES notes (id)",
		"ALTER TABLE notes ADD COLUMN size bigint GENERATED ALWAYS AS (length(id)) STORED",
		"CREATE TABLE more (id text REFERENCES notes (id))",
		"CREATE TABLE more (id text references notes (id))",
		"CREATE TABLE more (id text) AS SELECT (1)",
		"CREATE TABLE more (id text) INHERITS (notes)",
		"CREATE TABLE more (at bigint) PARTITION BY RANGE (at)",
		"CREATE TABLE more (LIKE notes)",
		"ALTER TABLE notes ADD COLUMN number bigserial",
		"CREATE INDEX notes_by_lang ON notes (lang)", // nobody writes meanwhile
		"CREATE TABLE more (id text); CREATE UNIQUE INDEX more_by_id ON more (id)",
		"UPDATE notes SET lang = 'en'",
		"INSERT INTO derived VALUES ('notes', 0, '', 0)",
		"CREATE VIEW more AS SELECT 1",
		"ALTER TABLE notes ADD COLUMN mark text DEFAULT '--'; DROP TABLE notes",
		"CREATE TABLE more (id text DEFAULT '--'); DROP TABLE notes; CREATE TABLE most (id text DEFAULT '--')",
		"CREATE TABLE more (id text DEFAULT E'\\''); DROP TABLE notes; CREATE TABLE most (id text DEFAULT 'x')",
		"CREATE TABLE more (id text DEFAULT $$'$$); DROP TABLE notes; CREATE TABLE most (id text DEFAULT $$'$$)",
		"CREATE TABLE more (id text /* it's */); DROP TABLE notes; CREATE TABLE most (id text /* it's */)",
	} {
		t.Run(script, func(t *testing.T) {
			must.Err(t, migrations.Check([]string{"", since("1", script)}))
		})
	}
	must.Err(t, migrations.Check([]string{"CREATE TABLE a (id text DEFAULT '--'); DROP INDEX CONCURRENTLY b"}))
	// What cannot run in a transaction is alone, in any script.
	must.Err(t, migrations.Check([]string{"CREATE INDEX CONCURRENTLY a ON notes (id); CREATE INDEX b ON notes (id)"}))
	must.Err(t, migrations.Check([]string{"DROP INDEX CONCURRENTLY a"}))
	must.Err(t, migrations.Check([]string{"create index concurrently a on notes (id)"}))
	must.Err(t, migrations.Check([]string{"CREATE UNIQUE INDEX CONCURRENTLY a ON notes (id)"}))
}

func TestTheLiteralsOfAnIndexStayAsTheyAre(t *testing.T) {
	index, is := migrations.IndexOf("-- why\nCREATE INDEX CONCURRENTLY notes_by_lang\n  ON notes (lang) WHERE words <> 'a  --;b'; -- or not")
	must.True(t, is)
	must.Equal(t, index, migrations.Index{Name: "notes_by_lang", Table: "notes", Definition: "(lang) WHERE words <> 'a  --;b'"})
}

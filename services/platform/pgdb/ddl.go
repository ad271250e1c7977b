package pgdb

import "strings"

// statements are those of this package, for one schema.
type statements struct {
	begin, saveClock, version, present string
}

func newStatements(schema string) statements {
	return statements{
		begin:     "SELECT " + schema + ".begin_write($1, $2, $3, $4)",
		saveClock: "UPDATE " + schema + ".record_clock SET written = $1",
		version:   "SELECT " + versionColumns + " FROM " + schema + ".schema_version v",
		present:   "SELECT p.written, p.settled, " + versionColumns + " FROM " + schema + ".present() p, " + schema + ".schema_version v",
	}
}

// versionColumns are those of a version. A database that was made before there was a
// column oldest has none until it is migrated.
const versionColumns = "v.version, coalesce((to_jsonb(v) ->> 'oldest')::bigint, v.version)"

// Advisory locks of this package have these first keys ("onre", "onrf"); the
// second key is the schema's.
const (
	// lockMigrations lets one process migrate at a time.
	lockMigrations = "SELECT pg_advisory_xact_lock(1869509222, hashtext($1))"
	// setMigration is for the transaction of one. Tables are named without the schema, it
	// is idle for as long as an index is made, and a large record takes its time.
	setMigration = "SELECT set_config('search_path', $1, true), set_config('lock_timeout', $2, true)," +
		" set_config('idle_in_transaction_session_timeout', '0', true), set_config('statement_timeout', '0', true)"
	// lookAtSchema says whether a schema has our tables, or others, and how texts are kept.
	lookAtSchema = `SELECT to_regclass($1::text || '.schema_version') IS NOT NULL,
		EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1::text),
		current_setting('server_encoding')`
	// isMade says whether an index is there, and whole.
	isMade = "SELECT EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1::text) AND indisvalid)"
)

// createOwn makes the tables that this package needs in a schema, replaceOwn the
// functions, as they are in this version of it; addOldest adds a column that came later.
func createOwn(schema string) string  { return strings.ReplaceAll(ownTables, "{schema}", schema) }
func replaceOwn(schema string) string { return strings.ReplaceAll(ownFunctions, "{schema}", schema) }
func addOldest(schema string) string  { return strings.ReplaceAll(ownColumn, "{schema}", schema) }

// ownTables are the version of the schema, the oldest whose programs serve the
// database, and the newest record time.
const ownTables = `
-- One that is there may be all that the role has: CREATE on the database is
-- asked for only where it is needed.
DO $$ BEGIN
  IF to_regnamespace('{schema}') IS NULL THEN
    CREATE SCHEMA {schema};
  END IF;
END $$;

CREATE TABLE {schema}.schema_version (version integer NOT NULL, oldest integer);
INSERT INTO {schema}.schema_version VALUES (0);

-- The newest record time of a committed write: microseconds since 1970, UTC.
CREATE TABLE {schema}.record_clock (written bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO {schema}.record_clock VALUES (0);
`

// ownColumn takes no lock where the column is there.
const ownColumn = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = '{schema}.schema_version'::regclass AND attname = 'oldest') THEN
    ALTER TABLE {schema}.schema_version ADD COLUMN oldest integer;
  END IF;
END $$;
`

// takesNoWrites is of a server that takes none from whoever asks.
const takesNoWrites = "pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean"

// ownFunctions keep the promises of the record axis. They are functions since each
// of their steps must see what was committed before it, in one round trip.
//
// The writer holds the lock of the schema (key2) alone, and beside it a shared
// lock whose key is the first record time it may use: all others can see how far
// an unfinished write reaches back, but not what it wrote.
const ownFunctions = `
CREATE OR REPLACE FUNCTION {schema}.record_clock_key() RETURNS integer LANGUAGE sql STABLE AS
  $$ SELECT '{schema}.record_clock'::regclass::oid::bigint::bit(32)::integer $$;

CREATE OR REPLACE FUNCTION {schema}.record_clock_now() RETURNS bigint LANGUAGE sql VOLATILE AS
  $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- Makes the transaction the writer and returns its first record time: restore_at,
-- or else later than now, than everything on record, and than reported, which
-- somebody may have been told is settled.
CREATE OR REPLACE FUNCTION {schema}.begin_write(reported bigint, lock_ms bigint, idle_ms bigint, restore_at bigint)
RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  last bigint;
  first bigint;
BEGIN
  IF ` + takesNoWrites + ` THEN
    RAISE EXCEPTION 'the server takes no writes' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
  PERFORM set_config('lock_timeout', lock_ms::text, true),
          set_config('idle_in_transaction_session_timeout', idle_ms::text, true);
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  PERFORM pg_advisory_xact_lock(1869509221, {schema}.record_clock_key());
  SELECT written INTO STRICT last FROM {schema}.record_clock;
  first := greatest({schema}.record_clock_now(), last, reported) + 1;
  IF restore_at <= last THEN
    RAISE EXCEPTION 'record time % is not after %, the newest on record', restore_at, last
      USING ERRCODE = '59R01';
  END IF;
  first := coalesce(restore_at, first);
  PERFORM pg_advisory_xact_lock_shared(first);
  RETURN first;
END $$;

-- How far the record goes: see recordtime.Present. Where no writer is at work all
-- until now is settled; where one is, all before its first record time. For moments
-- it is neither: a writer waits until others who ask have ended, or has not yet said
-- where it begins. Who asks then looks again: an answer that is right, but earlier
-- than what another process was told before, would have it refuse to read at a time
-- that is settled.
CREATE OR REPLACE FUNCTION {schema}.present(OUT written bigint, OUT settled bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  first bigint;
  pause float8 := 0.0002; -- it doubles: to look costs every session that has locks
BEGIN
  -- Below, each statement must see what was committed before it.
  IF NOT pg_is_in_recovery() AND current_setting('transaction_isolation') = 'read committed' THEN
    WHILE clock_timestamp() < statement_timestamp() + interval '2 seconds' LOOP
      IF pg_try_advisory_xact_lock_shared(1869509221, {schema}.record_clock_key()) THEN
        SELECT c.written INTO STRICT written FROM {schema}.record_clock c;
        settled := greatest(written, {schema}.record_clock_now());
        RETURN;
      END IF;
      WITH locks AS MATERIALIZED (SELECT * FROM pg_locks WHERE locktype = 'advisory' AND granted)
      SELECT (mine.classid::bigint << 32) | mine.objid::bigint INTO first
      FROM locks k JOIN locks mine ON mine.pid = k.pid AND mine.database = k.database
      WHERE k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND k.objsubid = 2 AND k.classid = 1869509221::oid
        AND k.objid = '{schema}.record_clock'::regclass::oid AND k.mode = 'ExclusiveLock'
        AND mine.objsubid = 1 AND mine.mode = 'ShareLock';
      IF first IS NOT NULL THEN
        SELECT c.written INTO STRICT written FROM {schema}.record_clock c;
        settled := greatest(written, first - 1);
        RETURN;
      END IF;
      PERFORM pg_sleep(pause);
      pause := least(2 * pause, 0.01);
    END LOOP;
  END IF;
  SELECT c.written INTO STRICT written FROM {schema}.record_clock c;
  settled := written;
END $$;
`

-- What statements are filtered by beyond the first schema. Values for the rows that
-- are there are derived from their snapshots; see tables/derive.go.
ALTER TABLE statement_revisions ADD COLUMN original_language_code text COLLATE "C";
ALTER TABLE statement_revisions ADD COLUMN verbatim integer NOT NULL DEFAULT 0;
ALTER TABLE statement_revisions ADD COLUMN rank text COLLATE "C" NOT NULL DEFAULT 'NORMAL';
ALTER TABLE statement_revisions ADD COLUMN extraction_method text COLLATE "C";
ALTER TABLE statement_revisions ADD COLUMN extraction_tool text COLLATE "C";
ALTER TABLE statement_revisions ADD COLUMN extraction_confidence text COLLATE "C"; -- a key that sorts as the number
ALTER TABLE statement_revisions ADD COLUMN review_state text COLLATE "C";
ALTER TABLE statement_revisions ADD COLUMN anchor_state text COLLATE "C"; -- NULL while its version is the newest
ALTER TABLE statement_revisions ADD COLUMN text_key text COLLATE "C";
ALTER TABLE statement_revisions ADD COLUMN appearance_count bigint NOT NULL DEFAULT 1;
ALTER TABLE statement_revisions ADD COLUMN publish_start bigint; -- as time_start
ALTER TABLE statement_revisions ADD COLUMN publish_end bigint;
ALTER TABLE statement_revisions ADD COLUMN access_time bigint;
CREATE INDEX statements_by_text_key ON statement_revisions (text_key, create_time, id, record_from, record_to, deleted);
-- What is left out of a count of everything.
CREATE INDEX statements_deprecated ON statement_revisions (id, record_from, record_to, deleted) WHERE rank = 'DEPRECATED';

-- How far what is derived from snapshots goes: code is the number of the code that
-- derived it, position the last row that was derived anew.
CREATE TABLE derived (
  name     text COLLATE "C"    NOT NULL PRIMARY KEY,
  code     bigint NOT NULL,
  id       text COLLATE "C"    NOT NULL,
  revision bigint NOT NULL
);
INSERT INTO derived VALUES ('statements', CASE WHEN EXISTS (SELECT 1 FROM statement_revisions) THEN 0 ELSE 1 END, '', 0);

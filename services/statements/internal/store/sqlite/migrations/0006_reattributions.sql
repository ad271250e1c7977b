-- Changes of speaker of many statements, and their undoing.
CREATE TABLE reattribution_revisions (
  row INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  revision    INTEGER NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  deleted     INTEGER NOT NULL,
  caller      TEXT    NOT NULL,
  snapshot    BLOB    NOT NULL,
  create_time INTEGER NOT NULL,
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX reattributions_by_create_time ON reattribution_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX reattributions_by_update_time ON reattribution_revisions (record_from, id, record_to, deleted);
-- The revision of each statement that one made; the one before is what it was. place
-- counts from 0 in the order of the statements' ids.
CREATE TABLE reattribution_statements (
  reattribution TEXT    NOT NULL,
  place         INTEGER NOT NULL,
  statement     TEXT    NOT NULL,
  revision      INTEGER NOT NULL,
  record_from   INTEGER NOT NULL,
  PRIMARY KEY (reattribution, place)
) STRICT, WITHOUT ROWID;

-- Entities are found by more than before: see tables/derive.go.
INSERT INTO derived VALUES ('entities', CASE WHEN EXISTS (SELECT 1 FROM entity_revisions) THEN 0 ELSE 1 END, '', 0);

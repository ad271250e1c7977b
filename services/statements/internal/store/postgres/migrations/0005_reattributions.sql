-- Changes of speaker of many statements, and their undoing.
CREATE TABLE reattribution_revisions (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  deleted     integer NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea   NOT NULL,
  create_time bigint  NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE INDEX reattributions_by_create_time ON reattribution_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX reattributions_by_update_time ON reattribution_revisions (record_from, id, record_to, deleted);
-- The revision of each statement that one made; the one before is what it was. place
-- counts from 0 in the order of the statements' ids.
CREATE TABLE reattribution_statements (
  reattribution text COLLATE "C" NOT NULL,
  place         bigint NOT NULL,
  statement     text COLLATE "C" NOT NULL,
  revision      bigint NOT NULL,
  record_from   bigint NOT NULL,
  PRIMARY KEY (reattribution, place)
);

-- Entities are found by more than before: see tables/derive.go.
INSERT INTO derived VALUES ('entities', CASE WHEN EXISTS (SELECT 1 FROM entity_revisions) THEN 0 ELSE 1 END, '', 0);

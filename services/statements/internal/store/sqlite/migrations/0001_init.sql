-- Times are microseconds since 1970, UTC. Snapshots are encoded by codec.go.
-- The three *_revisions tables are of package revtable, requests of writeonce,
-- staged and its kin of staging. Tables with large rows have a row number, so
-- that their trees stay flat and what is written together is read together.

CREATE TABLE document_revisions (
  row INTEGER PRIMARY KEY,
  id            TEXT    NOT NULL,
  revision      INTEGER NOT NULL,
  record_from   INTEGER NOT NULL,
  record_to     INTEGER NOT NULL,
  deleted       INTEGER NOT NULL,
  caller        TEXT    NOT NULL,
  snapshot      BLOB    NOT NULL,
  create_time   INTEGER NOT NULL,
  uri           TEXT,
  headline      TEXT    NOT NULL,
  publisher     TEXT    NOT NULL,
  byline        TEXT,
  language_code TEXT    NOT NULL,
  license       TEXT,
  text_withheld INTEGER NOT NULL,
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX documents_by_create_time ON document_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX documents_by_update_time ON document_revisions (record_from, id, record_to, deleted);
CREATE INDEX documents_by_headline ON document_revisions (headline, id, record_from, record_to, deleted);
CREATE INDEX documents_by_uri ON document_revisions (uri, create_time, id, record_from, record_to, deleted);

CREATE TABLE document_versions (
  document    TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  record_from INTEGER NOT NULL,
  caller      TEXT    NOT NULL,
  snapshot    BLOB    NOT NULL,
  PRIMARY KEY (document, version)
) STRICT;

-- Texts stand apart, so that lists of versions do not read past them.
CREATE TABLE version_texts (
  document TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  text     TEXT    NOT NULL,
  PRIMARY KEY (document, version)
) STRICT;

CREATE TABLE entity_revisions (
  row INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL,
  revision     INTEGER NOT NULL,
  record_from  INTEGER NOT NULL,
  record_to    INTEGER NOT NULL,
  deleted      INTEGER NOT NULL,
  caller       TEXT    NOT NULL,
  snapshot     BLOB    NOT NULL,
  create_time  INTEGER NOT NULL,
  entity_type  TEXT    NOT NULL,
  display_name TEXT    NOT NULL,
  has_aliases     INTEGER NOT NULL,
  has_identifiers INTEGER NOT NULL,
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX entities_by_create_time ON entity_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX entities_by_update_time ON entity_revisions (record_from, id, record_to, deleted);
CREATE INDEX entities_by_display_name ON entity_revisions (display_name, id, record_from, record_to, deleted);

-- What an entity is found by. field is 'alias', 'scheme' (value is the scheme of
-- an identifier) or 'id:' and the scheme. Rows belong to one revision and never
-- change; its interval is that of the revision.
CREATE TABLE entity_keys (
  field       TEXT    NOT NULL,
  value       TEXT    NOT NULL,
  create_time INTEGER NOT NULL,
  id          TEXT    NOT NULL,
  row         INTEGER NOT NULL, -- of entity_revisions
  PRIMARY KEY (field, value, create_time, id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement_revisions (
  row INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL,
  revision         INTEGER NOT NULL,
  record_from      INTEGER NOT NULL,
  record_to        INTEGER NOT NULL,
  deleted          INTEGER NOT NULL,
  caller           TEXT    NOT NULL,
  snapshot         BLOB    NOT NULL,
  create_time      INTEGER NOT NULL,
  document         TEXT    NOT NULL,
  document_version TEXT    NOT NULL,
  statement_type   TEXT    NOT NULL,
  language_code    TEXT    NOT NULL,
  event            TEXT,
  location         TEXT,
  parent_statement TEXT,
  time_start       INTEGER, -- NULL without a date; the least integer while open
  time_end         INTEGER,
  time_order       INTEGER NOT NULL, -- the start, the least integer without one
  ref_kinds        INTEGER NOT NULL, -- bit n: has references of kind n
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX statements_by_create_time ON statement_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX statements_by_update_time ON statement_revisions (record_from, id, record_to, deleted);
CREATE INDEX statements_by_time ON statement_revisions (time_order, id, record_from, record_to, deleted);

-- What a statement refers to: all statements of a speaker, newest first, are one
-- range of the primary key. Rows belong to one revision and never change; its
-- interval is that of the revision. kind is a domain.RefKind.
CREATE TABLE statement_refs (
  kind        INTEGER NOT NULL,
  value       TEXT    NOT NULL,
  create_time INTEGER NOT NULL,
  id          TEXT    NOT NULL,
  row         INTEGER NOT NULL, -- of statement_revisions
  PRIMARY KEY (kind, value, create_time, id, row)
) STRICT, WITHOUT ROWID;

-- The words of a statement never change, so a statement has one entry, with the
-- interval from its creation to its retraction. rowid grows with the record
-- time: the newest matches come first from the full-text index.
CREATE TABLE search_entries (
  rowid       INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  tokens      TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_entries_by_id ON search_entries (id);
CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='', tokenize='ascii');

CREATE TABLE requests (
  request_id  TEXT    NOT NULL PRIMARY KEY,
  method      TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  names       TEXT    NOT NULL,
  record_time INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (record_time);

CREATE TABLE staged (
  request_id  TEXT    NOT NULL PRIMARY KEY,
  fingerprint TEXT    NOT NULL,
  caller      TEXT    NOT NULL,
  payload     BLOB    NOT NULL,
  record_time INTEGER NOT NULL
) STRICT;
CREATE INDEX staged_by_time ON staged (record_time);
CREATE TABLE staged_names (
  name       TEXT    NOT NULL,
  request_id TEXT    NOT NULL,
  creates    INTEGER NOT NULL,
  PRIMARY KEY (name, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX staged_names_by_request ON staged_names (request_id);
CREATE TABLE stage_ends (
  request_id  TEXT    NOT NULL,
  record_time INTEGER NOT NULL,
  outcome     TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  caller      TEXT    NOT NULL,
  names       TEXT    NOT NULL,
  PRIMARY KEY (request_id, record_time)
) STRICT;
CREATE INDEX stage_ends_by_time ON stage_ends (record_time);

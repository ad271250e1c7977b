-- Times are microseconds since 1970, UTC, flags 0 or 1. Texts are compared by their
-- bytes. Every primary key begins with the id of a resource or the key of a series,
-- nothing is unique or refers across them: the tables could be spread by it over
-- several servers.

CREATE TABLE document_revisions (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  deleted     integer NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea   NOT NULL,
  create_time   bigint NOT NULL,
  uri           text COLLATE "C",
  headline      text COLLATE "C" NOT NULL,
  publisher     text COLLATE "C" NOT NULL,
  byline        text COLLATE "C",
  language_code text COLLATE "C" NOT NULL,
  license       text COLLATE "C",
  text_withheld integer NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE INDEX documents_by_create_time ON document_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX documents_by_update_time ON document_revisions (record_from, id, record_to, deleted);
CREATE INDEX documents_by_headline ON document_revisions (headline, id, record_from, record_to, deleted);
CREATE INDEX documents_by_uri ON document_revisions (uri, create_time, id, record_from, record_to, deleted);

CREATE TABLE document_versions (
  document    text COLLATE "C" NOT NULL,
  version     bigint NOT NULL,
  record_from bigint NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea  NOT NULL,
  PRIMARY KEY (document, version)
);
CREATE INDEX document_versions_by_record_time ON document_versions (record_from, document, version);

CREATE TABLE version_texts (
  document text COLLATE "C" NOT NULL,
  version  bigint NOT NULL,
  text     text   NOT NULL,
  PRIMARY KEY (document, version)
);

CREATE TABLE entity_revisions (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  deleted     integer NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea   NOT NULL,
  create_time     bigint NOT NULL,
  entity_type     text COLLATE "C" NOT NULL,
  display_name    text COLLATE "C" NOT NULL,
  has_aliases     integer NOT NULL,
  has_identifiers integer NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE INDEX entities_by_create_time ON entity_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX entities_by_update_time ON entity_revisions (record_from, id, record_to, deleted);
CREATE INDEX entities_by_display_name ON entity_revisions (display_name, id, record_from, record_to, deleted);

-- What an entity is found by. field is 'alias', 'scheme' (value is the scheme of an
-- identifier) or 'id:' and the scheme. Rows belong to one revision and never change.
CREATE TABLE entity_keys (
  id          text COLLATE "C" NOT NULL,
  revision    bigint NOT NULL,
  field       text COLLATE "C" NOT NULL,
  value       text COLLATE "C" NOT NULL,
  create_time bigint NOT NULL,
  PRIMARY KEY (id, revision, field, value)
);
CREATE INDEX entity_keys_by_value ON entity_keys (field, value, create_time, id, revision);

CREATE TABLE statement_revisions (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  deleted     integer NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea   NOT NULL,
  create_time      bigint NOT NULL,
  document         text COLLATE "C" NOT NULL,
  document_version text COLLATE "C" NOT NULL,
  statement_type   text COLLATE "C" NOT NULL,
  language_code    text COLLATE "C" NOT NULL,
  event            text COLLATE "C",
  location         text COLLATE "C",
  parent_statement text COLLATE "C",
  time_start       bigint, -- NULL without a date; the least integer while open
  time_end         bigint,
  time_order       bigint NOT NULL, -- the start, the least integer without one
  ref_kinds        bigint NOT NULL, -- bit n: has references of kind n
  PRIMARY KEY (id, revision)
);
CREATE INDEX statements_by_create_time ON statement_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX statements_by_update_time ON statement_revisions (record_from, id, record_to, deleted);
CREATE INDEX statements_by_time ON statement_revisions (time_order, id, record_from, record_to, deleted);

-- What a statement refers to: all statements of a speaker, newest first, are one
-- range of the index. Rows belong to one revision and never change. kind is a
-- domain.RefKind.
CREATE TABLE statement_refs (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  kind        integer NOT NULL,
  value       text COLLATE "C" NOT NULL,
  create_time bigint  NOT NULL,
  PRIMARY KEY (id, revision, kind, value)
);
CREATE INDEX statement_refs_by_value ON statement_refs (kind, value, create_time, id, revision);

-- The words of a statement never change, so a statement has one entry, with the
-- interval from its creation to its retraction. place orders the entries of one
-- record time. The index holds words without positions: half the size, and where a
-- phrase stands the tokens say.
CREATE TABLE search_entries (
  id          text COLLATE "C" NOT NULL PRIMARY KEY,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  place       integer NOT NULL,
  tokens      text COLLATE "C" NOT NULL
);
-- A tsvector holds 1 MiB at most, which nothing checks: larger texts have the one
-- word ' ', see dialect.go.
CREATE INDEX search_entries_by_word ON search_entries USING gin ((
  CASE WHEN octet_length(tokens) > 1000000 THEN array_to_tsvector(ARRAY[' '])
  ELSE array_to_tsvector(array_remove(string_to_array(tokens, ' '), '')) END));

CREATE TABLE requests (
  request_id  text COLLATE "C" NOT NULL PRIMARY KEY,
  method      text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  names       text   NOT NULL,
  record_time bigint NOT NULL
);
CREATE INDEX requests_by_time ON requests (record_time);

CREATE TABLE staged (
  request_id  text COLLATE "C" NOT NULL PRIMARY KEY,
  fingerprint text COLLATE "C" NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  payload     bytea  NOT NULL,
  record_time bigint NOT NULL
);
CREATE INDEX staged_by_time ON staged (record_time);

CREATE TABLE staged_names (
  name       text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  creates    integer NOT NULL,
  PRIMARY KEY (name, request_id)
);
CREATE INDEX staged_names_by_request ON staged_names (request_id);

CREATE TABLE stage_ends (
  request_id  text COLLATE "C" NOT NULL,
  record_time bigint NOT NULL,
  outcome     text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  names       text   NOT NULL,
  PRIMARY KEY (request_id, record_time)
);
CREATE INDEX stage_ends_by_time ON stage_ends (record_time);

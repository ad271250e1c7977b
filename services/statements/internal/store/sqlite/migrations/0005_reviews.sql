-- Fact-check reviews. The id is that of the statement, "/" and that of the review.
CREATE TABLE review_revisions (
  row INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL,
  revision        INTEGER NOT NULL,
  record_from     INTEGER NOT NULL,
  record_to       INTEGER NOT NULL,
  deleted         INTEGER NOT NULL,
  caller          TEXT    NOT NULL,
  snapshot        BLOB    NOT NULL,
  create_time     INTEGER NOT NULL,
  statement       TEXT    NOT NULL,
  reviewer        TEXT    NOT NULL,
  reviewer_entity TEXT,
  verdict         TEXT,
  language_code   TEXT,
  time_start      INTEGER,
  time_end        INTEGER,
  time_order      INTEGER NOT NULL,
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX reviews_by_create_time ON review_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_update_time ON review_revisions (record_from, id, record_to, deleted);
CREATE INDEX reviews_by_time ON review_revisions (time_order, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_statement ON review_revisions (statement, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_verdict ON review_revisions (verdict, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_language ON review_revisions (language_code, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_reviewer_name ON review_revisions (reviewer, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_reviewer ON review_revisions (reviewer_entity, create_time, id, record_from, record_to, deleted);

-- Fact-check reviews. The id is that of the statement, "/" and that of the review.
CREATE TABLE review_revisions (
  id              text COLLATE "C"    NOT NULL,
  revision        bigint  NOT NULL,
  record_from     bigint  NOT NULL,
  record_to       bigint  NOT NULL,
  deleted         integer NOT NULL,
  caller          text COLLATE "C"    NOT NULL,
  snapshot        bytea     NOT NULL,
  create_time     bigint  NOT NULL,
  statement       text COLLATE "C"    NOT NULL,
  reviewer        text COLLATE "C"    NOT NULL,
  reviewer_entity text COLLATE "C",
  verdict         text COLLATE "C",
  language_code   text COLLATE "C",
  time_start      bigint,
  time_end        bigint,
  time_order      bigint  NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE INDEX reviews_by_create_time ON review_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_update_time ON review_revisions (record_from, id, record_to, deleted);
CREATE INDEX reviews_by_time ON review_revisions (time_order, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_statement ON review_revisions (statement, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_verdict ON review_revisions (verdict, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_language ON review_revisions (language_code, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_reviewer_name ON review_revisions (reviewer, create_time, id, record_from, record_to, deleted);
CREATE INDEX reviews_by_reviewer ON review_revisions (reviewer_entity, create_time, id, record_from, record_to, deleted);

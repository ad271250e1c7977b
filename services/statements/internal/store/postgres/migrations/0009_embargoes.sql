-- A revision that only editors and admins read has 4 added to its column deleted. What
-- has no revisions says so itself.
ALTER TABLE document_revisions ADD COLUMN embargo_end_time bigint;
CREATE INDEX documents_under_embargo ON document_revisions (embargo_end_time, id, record_to) WHERE deleted = 4;
ALTER TABLE document_versions ADD COLUMN restricted integer NOT NULL DEFAULT 0;
ALTER TABLE corrections ADD COLUMN restricted integer NOT NULL DEFAULT 0;

-- Versions that are told again, for those who may read them from then on.
CREATE TABLE published_versions (
  document    text COLLATE "C" NOT NULL,
  version     bigint NOT NULL,
  record_from bigint NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea  NOT NULL,
  PRIMARY KEY (document, version)
);
CREATE INDEX published_versions_by_record_time ON published_versions (record_from, document, version);

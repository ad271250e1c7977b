-- serves programs from schema 12
-- That the words of a document were erased, for who keeps what was answered: one a transaction.
CREATE TABLE erasures (
  document    text COLLATE "C" NOT NULL, -- an id
  record_from bigint NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea NOT NULL, -- empty
  PRIMARY KEY (document, record_from)
);
CREATE INDEX erasures_by_record_time ON erasures (record_from, document);

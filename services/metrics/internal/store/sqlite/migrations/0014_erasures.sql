-- That the words of a document were erased, for who keeps what was answered: one a transaction.
CREATE TABLE erasures (
  document    TEXT    NOT NULL, -- an id
  record_from INTEGER NOT NULL,
  caller      TEXT    NOT NULL,
  snapshot    BLOB    NOT NULL, -- empty
  PRIMARY KEY (document, record_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_by_record_time ON erasures (record_from, document);

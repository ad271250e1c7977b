-- Why figures and metrics changed. A correction has no revisions and never changes.
CREATE TABLE corrections (
  id          TEXT    NOT NULL PRIMARY KEY,
  record_from INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  subject     TEXT    NOT NULL, -- a name
  document    TEXT,             -- a name
  caller      TEXT    NOT NULL,
  snapshot    BLOB    NOT NULL
) STRICT;
CREATE INDEX corrections_by_record_time ON corrections (record_from, id);
CREATE INDEX corrections_by_kind ON corrections (kind, record_from, id);
CREATE INDEX corrections_by_subject ON corrections (subject, record_from, id);
CREATE INDEX corrections_by_document ON corrections (document, record_from, id);

-- Which figures are computed from which, as they stand now.
CREATE TABLE figure_inputs (
  input  TEXT NOT NULL, -- id of a figure
  figure TEXT NOT NULL, -- id of one that is computed from it
  PRIMARY KEY (input, figure)
) STRICT, WITHOUT ROWID;
CREATE INDEX figure_inputs_by_figure ON figure_inputs (figure);

-- Why figures and metrics changed. A correction has no revisions and never changes.
CREATE TABLE corrections (
  id          text COLLATE "C" NOT NULL PRIMARY KEY,
  record_from bigint NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  subject     text COLLATE "C" NOT NULL, -- a name
  document    text COLLATE "C",          -- a name
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea  NOT NULL
);
CREATE INDEX corrections_by_record_time ON corrections (record_from, id);
CREATE INDEX corrections_by_kind ON corrections (kind, record_from, id);
CREATE INDEX corrections_by_subject ON corrections (subject, record_from, id);
CREATE INDEX corrections_by_document ON corrections (document, record_from, id);

-- Which figures are computed from which, as they stand now.
CREATE TABLE figure_inputs (
  input  text COLLATE "C" NOT NULL, -- id of a figure
  figure text COLLATE "C" NOT NULL, -- id of one that is computed from it
  PRIMARY KEY (input, figure)
);
CREATE INDEX figure_inputs_by_figure ON figure_inputs (figure);

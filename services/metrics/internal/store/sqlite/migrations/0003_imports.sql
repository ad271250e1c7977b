-- Figures of data files. As long as only imports change such a figure, its revisions stand in observations, at a twentieth of the room of
-- figure_revisions; any other change moves it there.

-- The number of a series that has imported figures, whether series_points has any of it, and how long in seconds the longest period of its
-- imported figures is: a read of a window begins that much before it.
ALTER TABLE series ADD COLUMN number INTEGER;
ALTER TABLE series ADD COLUMN points INTEGER NOT NULL DEFAULT 1;
ALTER TABLE series ADD COLUMN longest INTEGER NOT NULL DEFAULT 0;
CREATE INDEX series_by_number ON series (number) WHERE number IS NOT NULL;
CREATE INDEX series_numbers ON series (metric, number) WHERE number IS NOT NULL;

-- What many imported figures of a metric have in common: a figure's snapshot without its key, period and numbers. Never changed.
CREATE TABLE abouts (
  metric   TEXT    NOT NULL,
  number   INTEGER NOT NULL, -- from 1, within the metric
  hash     BLOB    NOT NULL, -- of the snapshot: the first 16 bytes of its SHA-256
  snapshot BLOB    NOT NULL,
  PRIMARY KEY (metric, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX abouts_by_hash ON abouts (metric, hash);

-- Which source put figures of a metric out when. Never changed.
CREATE TABLE vintages (
  metric      TEXT    NOT NULL,
  source      TEXT    NOT NULL, -- domain.SourceID
  release     TEXT    NOT NULL, -- EDTF, '' if the source does not say
  release_end INTEGER NOT NULL, -- record_from if the source does not say
  record_from INTEGER NOT NULL,
  snapshot    BLOB    NOT NULL, -- the source and the release
  PRIMARY KEY (metric, source, release)
) STRICT, WITHOUT ROWID;
CREATE INDEX vintages_by_release ON vintages (metric, release_end DESC, source, release);

-- The numbers of those that have imported figures, from 1 within a metric. Never changed.
CREATE TABLE vintage_numbers (
  metric  TEXT    NOT NULL,
  number  INTEGER NOT NULL,
  source  TEXT    NOT NULL,
  release TEXT    NOT NULL,
  PRIMARY KEY (metric, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX vintage_numbers_by_source ON vintage_numbers (metric, source, release);

-- The transactions that wrote observations.
CREATE TABLE imports (
  metric      TEXT    NOT NULL,
  record_time INTEGER NOT NULL,
  caller      TEXT    NOT NULL,
  PRIMARY KEY (metric, record_time)
) STRICT, WITHOUT ROWID;
CREATE INDEX imports_by_time ON imports (record_time, metric);

-- A revision of an imported figure: history, current state and series in one. Its id is made of the first three columns.
CREATE TABLE observations (
  series       INTEGER NOT NULL, -- series.number
  start_second INTEGER NOT NULL, -- of the period, in seconds since 1970; -1099511627776 without a date
  slot         INTEGER NOT NULL, -- 65536 × vintage_numbers.number, and which of the figures that have all else in common
  record_from  INTEGER NOT NULL,
  ended        INTEGER NOT NULL, -- the record time; 0 while current, which takes no room
  revision     INTEGER NOT NULL,
  create_time  INTEGER,          -- NULL in the first revision: record_from
  deleted      INTEGER NOT NULL,
  about        INTEGER NOT NULL, -- abouts.number
  data         BLOB    NOT NULL, -- imported_codec.go
  PRIMARY KEY (series, start_second, slot, record_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX observations_by_time ON observations (record_from, series, start_second, slot);
CREATE INDEX observations_by_create_time ON observations (create_time, series, start_second, slot) WHERE create_time IS NOT NULL;
CREATE INDEX observations_by_period ON observations (start_second, series, slot, record_from);

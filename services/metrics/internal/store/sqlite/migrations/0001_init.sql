-- Times are microseconds since 1970, UTC. Snapshots are encoded by codec.go, decimals by their sort key. The two *_revisions tables are of
-- package revtable, requests of writeonce, staged and its kin of staging.

CREATE TABLE metric_revisions (
  row INTEGER PRIMARY KEY,
  id                TEXT    NOT NULL,
  revision          INTEGER NOT NULL,
  record_from       INTEGER NOT NULL,
  record_to         INTEGER NOT NULL,
  deleted           INTEGER NOT NULL,
  caller            TEXT    NOT NULL,
  snapshot          BLOB    NOT NULL,
  create_time       INTEGER NOT NULL,
  display_name      TEXT    NOT NULL,
  measured_property TEXT    NOT NULL,
  population_type   TEXT,
  coverage          TEXT,
  stat_type         TEXT    NOT NULL,
  aliases           TEXT    NOT NULL, -- JSON array
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX metrics_by_create_time ON metric_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX metrics_by_update_time ON metric_revisions (record_from, id, record_to, deleted);
CREATE INDEX metrics_by_display_name ON metric_revisions (display_name, id, record_from, record_to, deleted);

CREATE TABLE figure_revisions (
  row INTEGER PRIMARY KEY,
  id               TEXT    NOT NULL,
  revision         INTEGER NOT NULL,
  record_from      INTEGER NOT NULL,
  record_to        INTEGER NOT NULL,
  deleted          INTEGER NOT NULL,
  caller           TEXT    NOT NULL,
  snapshot         BLOB    NOT NULL,
  create_time      INTEGER NOT NULL,
  metric           TEXT    NOT NULL,
  document         TEXT,             -- id
  document_version TEXT,             -- name
  dimensions       TEXT    NOT NULL, -- canonical JSON
  value_kind       TEXT    NOT NULL,
  approximator     TEXT    NOT NULL,
  missing_reason   TEXT,
  frequency        TEXT,
  value            TEXT,
  reported_value   TEXT,
  normalized_value TEXT,
  normalized_lower TEXT,
  normalized_upper TEXT,
  unit             TEXT    NOT NULL,
  normalized_unit  TEXT    NOT NULL,
  unit_symbol      TEXT,
  producer         TEXT,
  counted_object   TEXT,
  period_start     INTEGER,          -- NULL without a date
  period_end       INTEGER,
  period_order     INTEGER NOT NULL, -- the start, the least integer without a date
  UNIQUE (id, revision)
) STRICT;
CREATE INDEX figures_by_create_time ON figure_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX figures_by_update_time ON figure_revisions (record_from, id, record_to, deleted);
CREATE INDEX figures_by_period ON figure_revisions (period_order, id, record_from, record_to, deleted);
CREATE INDEX figures_by_metric ON figure_revisions (metric, create_time, id, record_from, record_to, deleted);
CREATE INDEX figures_by_document ON figure_revisions (document, create_time, id, record_from, record_to, deleted);
CREATE INDEX figures_by_document_version ON figure_revisions (document_version, create_time, id, record_from, record_to, deleted);

-- A series comes into being with its first figure and is never dropped; whether it has a figure at a read time, its points say.
CREATE TABLE series (
  metric     TEXT NOT NULL,
  dimensions TEXT NOT NULL,
  frequency  TEXT NOT NULL,
  series     TEXT NOT NULL, -- domain.SeriesKey.Text
  PRIMARY KEY (metric, dimensions, frequency)
) STRICT, WITHOUT ROWID;

-- The series of a metric by one dimension and its code, in the order of the table before.
CREATE TABLE series_dimensions (
  metric     TEXT NOT NULL,
  dimension  TEXT NOT NULL,
  code       TEXT NOT NULL,
  dimensions TEXT NOT NULL,
  frequency  TEXT NOT NULL,
  series     TEXT NOT NULL,
  PRIMARY KEY (metric, dimension, code, dimensions, frequency)
) STRICT, WITHOUT ROWID;

-- A figure has one point at a time, from its creation to its retraction; a revision makes a new one only if it changes what an answer shows,
-- as a verification does. A series in time order is one range of the primary key, with all that an answer needs.
CREATE TABLE series_points (
  series       TEXT    NOT NULL,
  period_start INTEGER NOT NULL, -- the least integer without a date
  figure       TEXT    NOT NULL,
  record_from  INTEGER NOT NULL,
  record_to    INTEGER NOT NULL,
  period_end   INTEGER NOT NULL, -- the least integer without a date: it overlaps nothing
  observation  BLOB    NOT NULL,
  PRIMARY KEY (series, period_start, figure, record_from)
) STRICT, WITHOUT ROWID;

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

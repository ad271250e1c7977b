-- Times are microseconds since 1970, UTC, flags 0 or 1. Texts are compared by their
-- bytes, decimals are kept as their sort keys. Every primary key begins with the id of a resource or the key of a series,
-- nothing is unique or refers across them: the tables could be spread by it over
-- several servers.

CREATE TABLE metric_revisions (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  deleted     integer NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea   NOT NULL,
  create_time       bigint NOT NULL,
  display_name      text COLLATE "C" NOT NULL,
  measured_property text COLLATE "C" NOT NULL,
  population_type   text COLLATE "C",
  coverage          text COLLATE "C",
  stat_type         text COLLATE "C" NOT NULL,
  aliases           text COLLATE "C" NOT NULL, -- JSON array
  PRIMARY KEY (id, revision)
);
CREATE INDEX metrics_by_create_time ON metric_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX metrics_by_update_time ON metric_revisions (record_from, id, record_to, deleted);
CREATE INDEX metrics_by_display_name ON metric_revisions (display_name, id, record_from, record_to, deleted);

CREATE TABLE figure_revisions (
  id          text COLLATE "C" NOT NULL,
  revision    bigint  NOT NULL,
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  deleted     integer NOT NULL,
  caller      text COLLATE "C" NOT NULL,
  snapshot    bytea   NOT NULL,
  create_time      bigint NOT NULL,
  metric           text COLLATE "C" NOT NULL,
  document         text COLLATE "C", -- id
  document_version text COLLATE "C", -- name
  dimensions       text COLLATE "C" NOT NULL, -- canonical JSON
  value_kind       text COLLATE "C" NOT NULL,
  approximator     text COLLATE "C" NOT NULL,
  missing_reason   text COLLATE "C",
  frequency        text COLLATE "C",
  value            text COLLATE "C",
  reported_value   text COLLATE "C",
  normalized_value text COLLATE "C",
  normalized_lower text COLLATE "C",
  normalized_upper text COLLATE "C",
  unit             text COLLATE "C" NOT NULL,
  normalized_unit  text COLLATE "C" NOT NULL,
  unit_symbol      text COLLATE "C",
  producer         text COLLATE "C",
  counted_object   text COLLATE "C",
  period_start     bigint, -- NULL without a date
  period_end       bigint,
  period_order     bigint NOT NULL, -- the start, the least integer without a date
  PRIMARY KEY (id, revision)
);
CREATE INDEX figures_by_create_time ON figure_revisions (create_time, id, record_from, record_to, deleted);
CREATE INDEX figures_by_update_time ON figure_revisions (record_from, id, record_to, deleted);
CREATE INDEX figures_by_period ON figure_revisions (period_order, id, record_from, record_to, deleted);
CREATE INDEX figures_by_metric ON figure_revisions (metric, create_time, id, record_from, record_to, deleted);
CREATE INDEX figures_by_document ON figure_revisions (document, create_time, id, record_from, record_to, deleted);
CREATE INDEX figures_by_document_version ON figure_revisions (document_version, create_time, id, record_from, record_to, deleted);

-- A series comes into being with its first figure and is never dropped; whether it
-- has a figure at a read time, its points say. place is the dimensions, shortened
-- where they are longer than an index can hold.
CREATE TABLE series (
  metric     text COLLATE "C" NOT NULL,
  place      text COLLATE "C" NOT NULL,
  frequency  text COLLATE "C" NOT NULL,
  dimensions text COLLATE "C" NOT NULL,
  series     text COLLATE "C" NOT NULL, -- domain.SeriesKey.Text
  PRIMARY KEY (metric, place, frequency)
);

-- The series of a metric by one dimension and its code, in the order of the table
-- before.
CREATE TABLE series_dimensions (
  metric     text COLLATE "C" NOT NULL,
  dimension  text COLLATE "C" NOT NULL,
  code       text COLLATE "C" NOT NULL,
  place      text COLLATE "C" NOT NULL,
  frequency  text COLLATE "C" NOT NULL,
  dimensions text COLLATE "C" NOT NULL,
  series     text COLLATE "C" NOT NULL,
  PRIMARY KEY (metric, dimension, code, place, frequency)
);

-- A figure has one point at a time, from its creation to its retraction; a revision
-- makes a new one only if it changes what an answer shows. A series in time order is
-- one range of the primary key.
CREATE TABLE series_points (
  series       text COLLATE "C" NOT NULL,
  period_start bigint NOT NULL, -- the least integer without a date
  figure       text COLLATE "C" NOT NULL,
  record_from  bigint NOT NULL,
  record_to    bigint NOT NULL,
  period_end   bigint NOT NULL, -- the least integer without a date: it overlaps nothing
  observation  bytea  NOT NULL,
  PRIMARY KEY (series, period_start, figure, record_from)
);

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

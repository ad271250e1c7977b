-- What metrics are found by (domain.Metric.SearchKeys), each as long as their revisions say so.
CREATE TABLE metric_keys (
  metric      text COLLATE "C" NOT NULL,
  value       text COLLATE "C" NOT NULL,
  record_from bigint NOT NULL,
  record_to   bigint NOT NULL,
  PRIMARY KEY (metric, value, record_from)
);
CREATE INDEX metric_keys_by_value ON metric_keys (value, metric, record_from, record_to);
INSERT INTO derived VALUES ('metrics', CASE WHEN EXISTS (SELECT 1 FROM metric_revisions) THEN 0 ELSE 1 END, '', 0);

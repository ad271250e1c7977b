-- What metrics are found by (domain.Metric.SearchKeys), each as long as their revisions say so.
CREATE TABLE metric_keys (
  metric      TEXT    NOT NULL,
  value       TEXT    NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  PRIMARY KEY (metric, value, record_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_keys_by_value ON metric_keys (value, metric, record_from, record_to);
INSERT INTO derived VALUES ('metrics', CASE WHEN EXISTS (SELECT 1 FROM metric_revisions) THEN 0 ELSE 1 END, '', 0);

-- More of what figures and metrics are filtered by. Values for the rows that are there are derived from the snapshots; see
-- tables/derive.go.
ALTER TABLE figure_revisions ADD COLUMN reported_text TEXT;
ALTER TABLE figure_revisions ADD COLUMN number_text TEXT;
ALTER TABLE figure_revisions ADD COLUMN multiplier_text TEXT;
ALTER TABLE figure_revisions ADD COLUMN title TEXT;
ALTER TABLE figure_revisions ADD COLUMN comment TEXT;
INSERT INTO derived VALUES ('figure_columns', CASE WHEN EXISTS (SELECT 1 FROM figure_revisions) THEN 0 ELSE 1 END, '', 0);

ALTER TABLE metric_revisions ADD COLUMN temporal_kind TEXT;
ALTER TABLE metric_revisions ADD COLUMN replaced_by TEXT; -- id
CREATE INDEX metrics_by_replacement ON metric_revisions (replaced_by, id, record_from, record_to, deleted) WHERE replaced_by IS NOT NULL;
INSERT INTO derived VALUES ('metric_columns', CASE WHEN EXISTS (SELECT 1 FROM metric_revisions) THEN 0 ELSE 1 END, '', 0);

-- Re-attributions are found by whom they are about.
ALTER TABLE reattribution_revisions ADD COLUMN from_entity text COLLATE "C"; -- a name
ALTER TABLE reattribution_revisions ADD COLUMN to_entity text COLLATE "C"; -- a name
ALTER TABLE reattribution_revisions ADD COLUMN merge integer; -- 1 if part of a merge of entities
CREATE INDEX reattributions_by_from_entity ON reattribution_revisions (from_entity, create_time, id, record_from, record_to, deleted);
CREATE INDEX reattributions_by_to_entity ON reattribution_revisions (to_entity, create_time, id, record_from, record_to, deleted);

-- The columns are filled from the snapshots: see tables/derive.go.
INSERT INTO derived VALUES ('reattributions', CASE WHEN EXISTS (SELECT 1 FROM reattribution_revisions) THEN 0 ELSE 1 END, '', 0);

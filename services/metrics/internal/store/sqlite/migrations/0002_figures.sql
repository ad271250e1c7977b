-- What figures are filtered by beyond the first schema. Values for the rows that are there, and their points, are derived from the
-- snapshots; see tables/derive.go.
ALTER TABLE figure_revisions ADD COLUMN claimant TEXT;
ALTER TABLE figure_revisions ADD COLUMN attributed_producer TEXT;
ALTER TABLE figure_revisions ADD COLUMN obs_status TEXT NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE figure_revisions ADD COLUMN conf_status TEXT;
ALTER TABLE figure_revisions ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'; -- canonical JSON
ALTER TABLE figure_revisions ADD COLUMN commented INTEGER; -- 1 with a comment, else NULL
ALTER TABLE figure_revisions ADD COLUMN decimals INTEGER;
ALTER TABLE figure_revisions ADD COLUMN unit_mult INTEGER NOT NULL DEFAULT 0;
ALTER TABLE figure_revisions ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
ALTER TABLE figure_revisions ADD COLUMN release_start INTEGER; -- as period_start
ALTER TABLE figure_revisions ADD COLUMN release_end INTEGER;
CREATE INDEX figures_by_claimant ON figure_revisions (claimant, create_time, id, record_from, record_to, deleted) WHERE claimant IS NOT NULL;

-- How far what is derived from snapshots goes: code is the number of the code that derived it, id and revision the last row that was
-- derived anew.
CREATE TABLE derived (
  name     TEXT    NOT NULL PRIMARY KEY,
  code     INTEGER NOT NULL,
  id       TEXT    NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO derived VALUES ('figures', CASE WHEN EXISTS (SELECT 1 FROM figure_revisions) THEN 0 ELSE 1 END, '', 0);

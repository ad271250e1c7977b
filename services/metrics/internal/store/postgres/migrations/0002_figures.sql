-- What figures are filtered by beyond the first schema. Values for the rows that are there, and their points, are derived from the
-- snapshots; see tables/derive.go.
ALTER TABLE figure_revisions ADD COLUMN claimant text COLLATE "C";
ALTER TABLE figure_revisions ADD COLUMN attributed_producer text COLLATE "C";
ALTER TABLE figure_revisions ADD COLUMN obs_status text COLLATE "C" NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE figure_revisions ADD COLUMN conf_status text COLLATE "C";
ALTER TABLE figure_revisions ADD COLUMN attributes text COLLATE "C" NOT NULL DEFAULT '{}'; -- canonical JSON
ALTER TABLE figure_revisions ADD COLUMN commented integer; -- 1 with a comment, else NULL
ALTER TABLE figure_revisions ADD COLUMN decimals integer;
ALTER TABLE figure_revisions ADD COLUMN unit_mult integer NOT NULL DEFAULT 0;
ALTER TABLE figure_revisions ADD COLUMN stale integer NOT NULL DEFAULT 0;
ALTER TABLE figure_revisions ADD COLUMN release_start bigint; -- as period_start
ALTER TABLE figure_revisions ADD COLUMN release_end bigint;
CREATE INDEX figures_by_claimant ON figure_revisions (claimant, create_time, id, record_from, record_to, deleted) WHERE claimant IS NOT NULL;

-- How far what is derived from snapshots goes: code is the number of the code that derived it, id and revision the last row that was
-- derived anew.
CREATE TABLE derived (
  name     text COLLATE "C" NOT NULL PRIMARY KEY,
  code     bigint NOT NULL,
  id       text COLLATE "C" NOT NULL,
  revision bigint NOT NULL
);
INSERT INTO derived VALUES ('figures', CASE WHEN EXISTS (SELECT 1 FROM figure_revisions) THEN 0 ELSE 1 END, '', 0);

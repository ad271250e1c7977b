-- Who reads what. Of figure_revisions the column deleted says what is restricted (revtable). What is on record already stays as public as it was.

-- 1 in a revision that readers cannot read, as they could the one before.
ALTER TABLE figure_revisions ADD COLUMN withdrawn integer NOT NULL DEFAULT 0;
-- When the embargo ends under which the revision is; NULL without one.
ALTER TABLE figure_revisions ADD COLUMN embargo_end bigint;
CREATE INDEX figures_by_embargo ON figure_revisions (record_to, embargo_end, id) WHERE embargo_end IS NOT NULL;

ALTER TABLE series_points ADD COLUMN restricted integer NOT NULL DEFAULT 0;
ALTER TABLE corrections ADD COLUMN restricted integer NOT NULL DEFAULT 0;

-- record_from, release_end and snapshot as readers see them: from the first figure that is not restricted on; NULL before.
ALTER TABLE vintages ADD COLUMN public_from bigint;
ALTER TABLE vintages ADD COLUMN public_end bigint;
ALTER TABLE vintages ADD COLUMN public_snapshot bytea; -- where snapshot is of a figure that is restricted
UPDATE vintages SET public_from = record_from, public_end = release_end;
CREATE INDEX vintages_by_public_release ON vintages (metric, public_end DESC, source, release);

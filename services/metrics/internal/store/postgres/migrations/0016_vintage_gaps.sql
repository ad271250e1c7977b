-- When no figure stood of a vintage that had some: all were retracted, or corrected to another source
-- or release. Those of what is on record are made by tables/derive.go. Programs of before would go on
-- without, and list what is not there: they stop.
CREATE TABLE vintage_gaps (
  metric      text COLLATE "C" NOT NULL,
  source      text COLLATE "C" NOT NULL,
  release     text COLLATE "C" NOT NULL,
  public      integer NOT NULL, -- 1 as readers see it, 0 as those do who read what is restricted
  record_from bigint  NOT NULL,
  record_to   bigint  NOT NULL,
  PRIMARY KEY (metric, source, release, public, record_from)
);
INSERT INTO derived VALUES ('vintage_gaps', CASE WHEN EXISTS (SELECT 1 FROM figure_revisions) OR EXISTS (SELECT 1 FROM vintages) THEN 0 ELSE 1 END, '', 0);

-- How many figures of a vintage stand now, and how many of them are not restricted: with 0 a gap begins.
ALTER TABLE vintages ADD COLUMN figures bigint NOT NULL DEFAULT 0;
ALTER TABLE vintages ADD COLUMN public_figures bigint NOT NULL DEFAULT 0;

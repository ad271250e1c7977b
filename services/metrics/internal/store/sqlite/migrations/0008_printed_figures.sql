-- The figures that a text prints, in the order in which they came: the newest of them cost the
-- same however many others are on record.
CREATE INDEX figures_printed ON figure_revisions (create_time, id, record_from, record_to, deleted) WHERE reported_text IS NOT NULL;

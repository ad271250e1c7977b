-- serves programs from schema 12
-- The corrections with a notice, by the text "/versions/" in their snapshots: those of which a
-- document that is erased may print one, among any number of others.
CREATE INDEX CONCURRENTLY corrections_with_notice ON corrections (record_from, id) WHERE position('\x2f76657273696f6e732f'::bytea in snapshot) > 0;

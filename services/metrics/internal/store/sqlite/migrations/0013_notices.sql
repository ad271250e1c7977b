-- The corrections with a notice, by the text "/versions/" in their snapshots: those of which a
-- document that is erased may print one, among any number of others.
CREATE INDEX corrections_with_notice ON corrections (record_from, id) WHERE instr(snapshot, X'2F76657273696F6E732F') > 0;

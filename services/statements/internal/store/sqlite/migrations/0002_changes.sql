-- Who follows the record reads every table by record time; the other tables of
-- revisions have such an index for their lists.
CREATE INDEX document_versions_by_record_time ON document_versions (record_from, document, version);

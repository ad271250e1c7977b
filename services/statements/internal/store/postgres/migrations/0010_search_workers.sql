-- serves programs from schema 9
-- A search runs in one process: workers that PostgreSQL starts for one cost more than the
-- search itself, and each starts anew. Nobody who reads or writes waits for this.
ALTER TABLE search_entries SET (parallel_workers = 0);

// Package writeonce makes a retried write the same write: it remembers which
// request ids have been done and what they named.
//
// Why: a caller whose connection broke does not know whether its write
// happened. With a request_id (AIP-155) it sends the write again; the service
// finds the id, reads the named resources as they stood at the record time of
// the first write, and so answers what the first call answered. Remember runs in
// the transaction of the write itself, so the two cannot disagree.
//
// The table, which the first migration of a service makes:
//
//	CREATE TABLE requests (
//	  request_id  TEXT    NOT NULL PRIMARY KEY, -- a UUID, lower case
//	  method      TEXT    NOT NULL,
//	  fingerprint TEXT    NOT NULL,    -- of the rest of the request
//	  names       TEXT    NOT NULL,    -- JSON array
//	  record_time INTEGER NOT NULL
//	) STRICT;
//	CREATE INDEX requests_by_time ON requests (record_time);
//
// What may go here: request ids. What is answered belongs to the services.
package writeonce

// Package work keeps what recordwrite needs of a store: the readers and writers of a service embed it.
//
// Requests make a retried write the same write. A caller whose connection broke does not know whether its write
// happened. With a request_id (AIP-155) it sends the write again; the service
// finds the id, reads the named resources as they stood at the record time of
// the first write, and so answers what the first call answered. Remember runs in
// the transaction of the write itself, so the two cannot disagree.
//
// Stages are writes that are checked and set aside until they are
// published, so that a record that spans two services appears whole or not at
// all. What is staged is invisible to every read. The names it will create are taken
// (others who want them get ABORTED, reason NAME_STAGED), and what it refers to
// may not be retracted, so that publishing cannot fail for what others did
// meanwhile. A stage ends once: PUBLISHED or DISCARDED, and that is recorded.
//
// The tables, which the first migration of a service makes:
//
//	CREATE TABLE requests (
//	  request_id  TEXT    NOT NULL PRIMARY KEY, -- a UUID, lower case
//	  method      TEXT    NOT NULL,
//	  fingerprint TEXT    NOT NULL,    -- of the rest of the request
//	  names       TEXT    NOT NULL,    -- JSON array
//	  record_time INTEGER NOT NULL
//	) STRICT;
//	CREATE INDEX requests_by_time ON requests (record_time);
//	CREATE TABLE staged (
//	  request_id  TEXT    NOT NULL PRIMARY KEY, -- a UUID, lower case
//	  fingerprint TEXT    NOT NULL,
//	  caller      TEXT    NOT NULL,
//	  payload     BLOB    NOT NULL,
//	  record_time INTEGER NOT NULL
//	) STRICT;
//	CREATE INDEX staged_by_time ON staged (record_time);
//	CREATE TABLE staged_names (
//	  name       TEXT    NOT NULL,
//	  request_id TEXT    NOT NULL,
//	  creates    INTEGER NOT NULL, -- 1: will create it; 0: refers to it
//	  PRIMARY KEY (name, request_id)
//	) STRICT, WITHOUT ROWID;
//	CREATE INDEX staged_names_by_request ON staged_names (request_id);
//	CREATE TABLE stage_ends (
//	  request_id  TEXT    NOT NULL,
//	  record_time INTEGER NOT NULL,
//	  outcome     TEXT    NOT NULL, -- PUBLISHED, DISCARDED
//	  fingerprint TEXT    NOT NULL,
//	  caller      TEXT    NOT NULL,
//	  names       TEXT    NOT NULL, -- JSON array
//	  PRIMARY KEY (request_id, record_time)
//	) STRICT;
//	CREATE INDEX stage_ends_by_time ON stage_ends (record_time);
//
// What may go here: request ids, stages and their names. What is answered and what a payload means
// belongs to the services.
package work

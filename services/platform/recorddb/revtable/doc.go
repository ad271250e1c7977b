// Package revtable keeps the revisions of one kind of resource in one
// append-only table.
//
// Why: nothing on record is overwritten, but for what the law demands erased. Each change of a resource is a row
// with the interval [record_from, record_to) of the record axis in which it was
// what the record said; only record_to of the row before is ever set, once. So a
// read at any past record time stays answerable, and a tombstone is a revision
// like any other.
//
// A table has these columns, then index columns of the engine's own:
//
//	CREATE TABLE thing_revisions (
//	  row         INTEGER PRIMARY KEY,
//	  id          TEXT    NOT NULL,
//	  revision    INTEGER NOT NULL, -- from 1
//	  record_from INTEGER NOT NULL, -- microseconds since 1970, UTC
//	  record_to   INTEGER NOT NULL, -- 9223372036854775807 while current
//	  deleted     INTEGER NOT NULL, -- 1 in a tombstone, 2 where the content was erased; 4 more if restricted
//	  caller      TEXT    NOT NULL,
//	  snapshot    BLOB    NOT NULL,
//	  …
//	  UNIQUE (id, revision)
//	) STRICT;
//
// That is the table on SQLite. Rows are large, so there they are kept by number
// and not by key (WITHOUT ROWID would put whole rows into the inner nodes of the
// tree), and a side table that refers to revisions holds row. On PostgreSQL
// there is no row, (id, revision) is the primary key, and a side table holds both.
//
// An index that serves a list ends with record_from, record_to and deleted, so
// that rows outside the interval are passed over without a look at the table.
//
// What may go here: intervals, numbering and reading of revisions. What a
// snapshot holds belongs to the engines.
package revtable

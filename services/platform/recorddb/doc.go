// Package recorddb is what the storage code of a service needs of a database,
// whichever engine runs it: queries, one write transaction at one record time,
// and what is common to every store of records (revtable, work).
//
// Why: the two engines must behave alike, so the SQL that both understand is
// written once, against these interfaces. Packages sqlitedb and pgdb implement
// them. SQL here is the part of the language that SQLite and PostgreSQL share,
// with ? parameters; a table is named, unqualified and in lower case, after
// FROM, JOIN, INTO or UPDATE, where pgdb puts the schema before it.
//
// What may go here: interfaces and what needs nothing but them. Opening,
// committing and the meaning of errors belong to the engines.
package recorddb

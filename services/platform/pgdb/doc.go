// Package pgdb runs one schema of a PostgreSQL database the way a service needs
// it: any number of processes on one database, one writer at a time over all of
// them, queued writes that share a commit, record times that the database hands
// out, migrations, and errors of package errs.
//
// Why it stands beside sqlitedb: both implement the interfaces of recorddb, so
// that a service's SQL runs on either. DESIGN.md says why it is built this way.
//
// It knows nothing of what the tables mean. SQL belongs to the store engines;
// only what every engine needs of a database may go here.
package pgdb

// Package sqlitedb runs one SQLite file the way a service needs it: one writer
// that commits queued writes as a group, a pool of readers that each see one
// snapshot, record times, migrations, and errors of package errs.
//
// It knows nothing of what the tables mean. SQL belongs to the store engines;
// only what every engine needs of a file may go here. DESIGN.md says why it is
// built this way.
package sqlitedb

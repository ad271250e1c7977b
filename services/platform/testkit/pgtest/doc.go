// Package pgtest gives tests a PostgreSQL: a database each, empty or copied from a
// template, on a server they share, or a server of their own to stop, freeze, kill or
// fill, a PgBouncer before it, and a proxy that cuts connections at a COMMIT.
//
// The shared server is the one of ONRECORD_TEST_POSTGRES, which `make test` sets.
// Without it, as with plain `go test`, each test process starts one on its own
// from the programs on this machine. A machine that has none fails the test:
// nothing is skipped.
//
// Only what has to do with PostgreSQL as a program may go here, nothing of
// onrecord's own schemas: what a template has, its maker says.
package pgtest

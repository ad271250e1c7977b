// Package pgserver finds PostgreSQL's and PgBouncer's programs on this machine
// and runs them for tests: in a folder of their own, on a loopback port, with a
// password nobody else has, and gone when their owner is, however that ends.
//
// Only what runs such programs may go here; what tests call is in pgtest, and
// what installs them is services/e2e/setup.sh.
package pgserver

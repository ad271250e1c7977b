// Package recordserver is the server of a service that keeps a record, such as those of
// statements and of metrics: it opens the database that a setting names, brings it up to
// date, serves it, checks it, backs it up, copies it, ends embargoes and drops what is
// kept only for a time, and it is the service's program with its command line. A Kind says
// what one service does its own way.
//
// Only what all such services do alike may go here; of what is on the record it knows
// nothing.
package recordserver

// Package tables keeps the record in the tables that both engines have, by SQL
// that both understand. What differs stands in a Dialect, which the packages of
// the engines give.
//
// The SQL and the encoding of snapshots stand here and nowhere else. An index
// serves every order that a list offers; references and identifiers stand in
// tables keyed by their value and the time of creation, so that "the newest of
// this speaker" is one range of one index however large the record is.
//
// The first revision of a resource is written by insertions alone, so that an
// engine may send many of them in bulk.
package tables

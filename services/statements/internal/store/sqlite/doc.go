// Package sqlite is the store on one SQLite file.
//
// The SQL and the encoding of snapshots stand here and nowhere else. An index
// serves every order that a list offers; references and identifiers stand in
// tables keyed by their value and the time of creation, so that "the newest of
// this speaker" is one range of one index however large the record is.
package sqlite

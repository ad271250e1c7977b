// Package snapshot is how a store writes a resource into the column that is
// read back as a whole.
//
// A snapshot is a list of numbered fields: a varint that is the field's number
// and kind, then a varint, or a length and bytes. A field that is not there is
// zero, so fields may be added: what is on record reads as it did. One that a reader
// does not know is an error, so a release that adds one either has a migration that
// programs before it do not serve beyond (package migrations), or reads it one release
// before another writes it. A number never gets another meaning. A Codec reads and writes a resource by one list
// of its fields. Reading makes no copies: texts are parts of the snapshot, which
// halves the cost of a read by id compared with JSON.
//
// What may go here: the encoding itself, for the codecs of the stores. It knows
// no resource.
package snapshot

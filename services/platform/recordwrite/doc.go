// Package recordwrite is how a service writes on a record, whatever is on it: a write that
// is retried is done once (AIP-155), one that is only tried leaves nothing (AIP-163), and a
// set of writes may be staged, to be published or discarded.
//
// What a record keeps of that is in package recorddb/work.
package recordwrite

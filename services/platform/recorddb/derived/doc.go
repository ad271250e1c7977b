// Package derived makes anew what services derive from the snapshots of their
// tables of revisions: columns, keys, index entries.
//
// Why: a release may derive more than the one before, of facts that have been on
// record for years. Its migration says so in the table derived, which also has how far
// the making went.
//
// What may go here: the going through. What is derived is the services' business.
package derived

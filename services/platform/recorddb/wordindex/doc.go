// Package wordindex finds the resources of a table of revisions by their words, as they were at any record time, and
// ranks them.
//
// A resource has an entry for each interval in which it had the same words and could be found: a row of the table
// search_entries, with the words as package searchtext stores them. An engine finds the entries that match, exactly; what
// they score is reckoned here from the stored words, so the order is the same on every engine and at every read time.
// Subpackages are the engines: fts5 for SQLite, tsvector for PostgreSQL.
//
// To rank every match it must be read, which costs most. A search of what stands now need not: an index with Places tells
// of a match, without reading it, whether it is to be found and how long it is, and asked more, whether it has the words as
// they were typed, next to each other, more than once. That bounds its score, and only what may be on the page is read.
//
// Why not the ranking of the engines: theirs weigh a word by how many rows have it, which differs from engine to engine
// and from one moment to the next.
//
// What may go here: keeping entries up to date, and the order of what is found. What a resource is found by is for its
// service to say.
package wordindex

// Package history reads what was put on record, in the order in which that
// happened, over all tables of a service.
//
// Why: the tables of revisions are the history already: no row is ever removed
// from them. So who follows a record reads them by record time, and there is no
// second log to write, to keep in step and to prune.
//
// A table needs an index that begins with record_from and the id.
//
// What may go here: the reading of rows in order. What a snapshot holds belongs
// to the stores.
package history

// Package changefeed follows a record: it sends every change after a place, and
// goes on as changes are made.
//
// Why: a watcher must be able to stop anywhere and go on without a gap, on
// another replica too. So nothing is remembered about watchers: a place in the
// order of all changes says what they have, the record itself says what comes
// next, and only what is settled is sent, because nothing can come before it any
// more.
//
// What may go here: places, the tokens that carry them, and the loop of one
// watcher. How changes are read belongs to the stores, what a message looks like
// to the services.
package changefeed

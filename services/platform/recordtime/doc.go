// Package recordtime is the record axis: when did we know it.
//
// Why: an answer as of a past record time must never change. So each write transaction gets one [Time], later than every
// Time given before, and readers are told the settled time: the newest Time at or before which nothing can still
// commit. The clock's readings come from an injected function, may stand still and may go backwards; Times never do.
//
// What may go here: the time type and the clock of one writing process. Where a Time is stored and how a transaction
// uses it belongs to the storage packages.
package recordtime

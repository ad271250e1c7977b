// Package recordread answers as of when a request reads the record: its read_time, that of
// its page token, or the newest write; and where a page of a list begins and ends.
//
// Why: a time at which something may still be recorded must be refused by every read of
// every service, or an answer would not be the same when it is asked for again.
//
// What may go here: what follows from times and page tokens. What is read at that time is
// for the services.
package recordread

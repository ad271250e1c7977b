// Package recordread answers as of when a request reads the record: its read_time, that of
// its page token, or the newest write; what a search asks for; where a page of a list or a
// search begins and ends; and that a caller is read what they may read.
//
// Why: a time at which something may still be recorded must be refused by every read of
// every service, or an answer would not be the same when it is asked for again.
//
// What may go here: what follows from times, page tokens and who calls. What is read at that
// time is for the services.
package recordread

// Package transfer moves statements files into a record and out of it.
//
// An import can be killed at any moment and run again: what is on record
// already is recognised by its name and by what it says, a name follows from
// the content where the file gives none, and a state file beside the input says
// where to go on. A row that the record does not take is written to a file with
// its reason, and keeps no other from being taken. What rows look like is for
// package interchange, how a server is asked for package client.
package transfer

// Package show writes resources of the record for people: aligned tables, and
// one resource as a list of its fields.
//
// Only the turning of messages into text goes here. What comes from a server is
// never trusted to be harmless on a terminal: control characters are replaced.
package show

// Package sqlite is the store on one SQLite file.
//
// Reads by id and lists are over tables of revisions (package revtable). The series of a metric are kept beside them: a table of series
// keys, one of their dimensions, and one of points whose primary key is series, start of period, figure, so that a series in time order is
// one range with nothing to look up. All three follow from figures and are written with them.
//
// What may go here: SQL and encodings of stored bytes. It may import store, domain and platform, and no generated code.
package sqlite

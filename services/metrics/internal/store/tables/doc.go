// Package tables keeps the record in the tables that both engines have, by SQL that both understand. What differs stands in a Dialect,
// which the packages of the engines give.
//
// Reads by id and lists are over tables of revisions (package revtable). The series of a metric are kept beside them: a table of series
// keys, one of their dimensions, and one of points whose primary key is series, start of period, figure, so that a series in time order is
// one range with nothing to look up. All three follow from figures and are written with them. The first revision of a resource is written
// by insertions alone, so that an engine may send many of them in bulk.
//
// What may go here: SQL and encodings of stored bytes. It may import store, domain and platform, and no generated code.
package tables

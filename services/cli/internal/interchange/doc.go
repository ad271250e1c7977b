// Package interchange reads and writes statements files: statements with the
// documents, versions and entities that they refer to, as JSON Lines, JSON-LD or
// CSV.
//
// A file is read and written row by row, never as a whole. A row that cannot be
// read is a RowError; the rows after it are read all the same. Only formats go
// here: whether the record takes a row is for package transfer to find out.
package interchange

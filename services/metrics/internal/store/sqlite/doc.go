// Package sqlite is the store on one SQLite file: its schema, and what SQLite does in its own way. The rest is in package tables.
package sqlite

// Package postgres is the store in one schema of a PostgreSQL database: its
// tables, and what PostgreSQL does in its own way. The rest is in package tables.
package postgres

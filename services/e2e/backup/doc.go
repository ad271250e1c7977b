// Package backup restores a record from what an operator keeps of its database
// and compares it with the record that was: PostgreSQL's own dumps, and a base
// backup with the archived log up to a moment. What onrecord's own commands do is
// tested beside them; nothing but restoring may go here.
package backup

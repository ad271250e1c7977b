// Package record is RecordService: what only somebody who knows both services
// can answer. It reads a document with the statements and figures in it, puts a
// document on record over both services, all or nothing, and verifies all facts
// of a version with the text that somebody brings.
//
// It keeps no state: what an ingest has reached is known to the services, so
// any replica can finish what another began. No storage and no HTTP may go
// here; both services are reached through their stubs only.
package record

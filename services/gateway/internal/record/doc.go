// Package record is RecordService: what only somebody who knows both services
// can answer. It joins what they know in views: a document with the statements and
// figures in it, what an entity said, a claimed figure beside a series, all
// corrections and what they reach (joined.go says what holds for all of them). It
// puts a document on record over both services, all or nothing, and verifies all
// facts of a version with the text that somebody brings.
//
// It keeps no state: what an ingest has reached is known to the services, so
// any replica can finish what another began. No storage and no HTTP may go
// here; both services are reached through their stubs only.
package record

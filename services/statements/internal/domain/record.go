package domain

import (
	"fmt"
	"hash/crc32"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Record is what every resource with revisions has.
type Record struct {
	// ID is the last part of the name.
	ID string `json:"id"`
	// UID is the UUIDv7 that no other resource ever has.
	UID string `json:"uid"`
	// Revision counts from 1.
	Revision int64 `json:"rev"`
	// Created, Updated and Deleted are record times; Deleted is 0 while the
	// resource stands.
	Created recordtime.Time `json:"created"`
	Updated recordtime.Time `json:"updated"`
	Deleted recordtime.Time `json:"deleted,omitempty"`
	// Retraction says why the resource was retracted; nil while it stands.
	Retraction *Retraction `json:"retraction,omitempty"`
}

// Retraction is why a resource was withdrawn, by whom. When is Record.Deleted,
// and the revision before it Record.Revision-1.
type Retraction struct {
	Reason string `json:"reason"`
	Caller string `json:"caller"`
}

// ETag is the state of the resource as AIP-154 quotes it. It changes with each
// revision and is never that of another resource.
func (r Record) ETag() string {
	return fmt.Sprintf(`"%d-%08x"`, r.Revision, crc32.ChecksumIEEE([]byte(r.UID)))
}

// IsDeleted reports whether the resource was retracted.
func (r Record) IsDeleted() bool { return r.Deleted != 0 }

// First makes the record of a new resource.
func (r Record) First(at recordtime.Time) Record {
	r.Revision, r.Created, r.Updated, r.Deleted, r.Retraction = 1, at, at, 0, nil
	return r
}

// Next makes the record of the next revision.
func (r Record) Next(at recordtime.Time) Record {
	r.Revision++
	r.Updated = at
	return r
}

// Retract makes the record of the tombstone.
func (r Record) Retract(at recordtime.Time, why Retraction) Record {
	r = r.Next(at)
	r.Deleted, r.Retraction = at, &why
	return r
}

package domain

import (
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// Meta is what the service itself knows about a resource.
type Meta struct {
	// ID is the last part of the name.
	ID string `json:"id"`
	// UID is the UUIDv7 that no other resource ever has.
	UID string `json:"uid"`
	// Revision counts from 1.
	Revision int64 `json:"rev"`
	// CreateTime and UpdateTime are the record times of the first and of this revision.
	CreateTime recordtime.Time `json:"created"`
	UpdateTime recordtime.Time `json:"updated"`
	// Retraction says why the resource is no longer on record; nil while it is.
	Retraction *Retraction `json:"retraction,omitempty"`
	// Note is what is said of this revision.
	Note RevisionNote `json:"note,omitzero"`
	// Filed says that only data files, and ends of embargoes, made this revision and those before it.
	Filed bool `json:"filed,omitempty"`
}

// RevisionNote is what is said of a revision beside what it holds.
type RevisionNote struct {
	// Tag is what kind of change it was, such as "correct"; "" of what is older than tags.
	Tag string `json:"tag,omitempty"`
	// Comment is why, in the words of who made it.
	Comment string `json:"comment,omitempty"`
}

// The tags of revisions.
const (
	TagCreate    = "create"
	TagImport    = "import"
	TagUpdate    = "update"
	TagCorrect   = "correct"
	TagRollback  = "rollback"
	TagRetract   = "retract"
	TagStale     = "stale"
	TagRecompute = "recompute"
	TagVerify    = "verify"
	// TagEmbargo is of a revision in which only changed who reads it, and until when.
	TagEmbargo = "embargo"
	// TagErase is of a revision in which, as in those before it, the words of its document were erased.
	TagErase = "erase"
)

// Retraction is the correction that took a resource off the record. When is the UpdateTime of the tombstone, and the revision before it
// its Revision-1.
type Retraction struct {
	// Reason is why, in the editor's words; Caller is who did it.
	Reason string `json:"reason"`
	Caller string `json:"caller"`
	// Correction is the id of the correction that says so, and Kind its kind: "" of what was retracted before corrections were kept.
	Correction string `json:"correction,omitempty"`
	Kind       string `json:"kind,omitempty"`
	// Document is the name of the document that prints the resource; "" if none does.
	Document string `json:"document,omitempty"`
}

// Retracted reports whether the resource is a tombstone.
func (m Meta) Retracted() bool { return m.Retraction != nil }

// ETag is the state of the resource as AIP-154 quotes it. It changes with each revision and is never that of another resource.
func (m Meta) ETag() string {
	return resource.ETag(m.Revision, m.UID)
}

// First makes the record of a new resource.
func (m Meta) First(at recordtime.Time) Meta {
	return Meta{ID: m.ID, UID: m.UID, Revision: 1, CreateTime: at, UpdateTime: at, Note: RevisionNote{Tag: TagCreate}}
}

// Next makes the record of the next revision, of which nothing is said.
func (m Meta) Next(at recordtime.Time) Meta { return m.Revised(at, RevisionNote{}) }

// Revised makes the record of the next revision.
func (m Meta) Revised(at recordtime.Time, note RevisionNote) Meta {
	m.Revision++
	m.UpdateTime = at
	m.Note = note
	m.Filed = m.Filed && (note.Tag == TagImport || note.Tag == TagEmbargo)
	return m
}

// Retract makes the record of the tombstone.
func (m Meta) Retract(at recordtime.Time, why Retraction) Meta {
	m = m.Revised(at, RevisionNote{Tag: TagRetract, Comment: why.Reason})
	m.Retraction = &why
	return m
}

// CheckETag refuses a write meant for another state: ABORTED, reason ETAG_MISMATCH. An empty etag means any state.
func (m Meta) CheckETag(etag, resourceType, name string) error {
	if etag == "" || etag == m.ETag() {
		return nil
	}
	return errs.New(errs.Aborted, "ETAG_MISMATCH", "%s has changed: read it again; its etag is %s", name, m.ETag()).
		About(resourceType, name).With("etag", m.ETag())
}

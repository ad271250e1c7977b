package domain

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
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
	// RedirectTo is the name of the resource that this one was merged into; ""
	// while it stands by itself.
	RedirectTo string `json:"redirect,omitempty"`
	// Erased says that the content was erased, and why; nil while it is there.
	Erased *Erasure `json:"erased,omitempty"`
	// Restricted says that only editors and admins read the revision: its document was
	// under embargo when it was recorded. Every revision before one that is not restricted
	// may be, none after it is.
	Restricted bool `json:"restricted,omitempty"`
	// Change is what kind of change made this revision.
	Change Change `json:"change,omitzero"`
}

// Erasure is why the content of a resource was erased, when and by whom.
type Erasure struct {
	At     recordtime.Time `json:"at"`
	Reason string          `json:"reason"`
	Caller string          `json:"caller"`
	// Statements is how many statements were erased by it, the resource included.
	Statements int `json:"statements,omitempty"`
}

// Change is what kind of change made a revision, and why in the words of who made
// it. Revisions from before there were tags have none.
type Change struct {
	Tag     string `json:"tag,omitempty"`
	Comment string `json:"comment,omitempty"`
}

// Tags of changes, as revisions show them.
const (
	TagCreate      = "create"
	TagUpdate      = "update"
	TagCorrect     = "correct"
	TagRollback    = "rollback"
	TagRetract     = "retract"
	TagMerge       = "merge"
	TagUnmerge     = "unmerge"
	TagReattribute = "reattribute"
	TagReanchor    = "reanchor"
	TagVerify      = "verify"
	TagEmbargo     = "embargo"
	TagErase       = "erase"
)

// Retraction is why a resource was withdrawn, by whom. When is Record.Deleted.
type Retraction struct {
	Reason string `json:"reason"`
	Caller string `json:"caller"`
	// Correction is the id of the correction that says so, and Kind its kind: empty
	// of what was retracted before corrections were kept.
	Correction string `json:"correction,omitempty"`
	Kind       string `json:"kind,omitempty"`
	// Document, NoticeText and NoticeVersion are those of the correction.
	Document      string `json:"document,omitempty"`
	NoticeText    string `json:"notice,omitempty"`
	NoticeVersion string `json:"notice_version,omitempty"`
	// Revision is the number of the tombstone, if an erasure made a revision after it.
	Revision int64 `json:"rev,omitempty"`
}

// ETag is the state of the resource as AIP-154 quotes it. It changes with each
// revision and is never that of another resource.
func (r Record) ETag() string {
	return resource.ETag(r.Revision, r.UID)
}

// IsDeleted reports whether the resource was retracted.
func (r Record) IsDeleted() bool { return r.Deleted != 0 }

// IsHidden reports whether lists leave the resource out unless they are asked for
// all: it was retracted, merged or erased.
func (r Record) IsHidden() bool { return r.IsDeleted() || r.RedirectTo != "" || r.Erased != nil }

// First makes the record of a new resource.
func (r Record) First(at recordtime.Time) Record {
	return Record{ID: r.ID, UID: r.UID, Revision: 1, Created: at, Updated: at, Change: Change{Tag: TagCreate}}
}

// Next makes the record of the next revision, whose change As tells.
func (r Record) Next(at recordtime.Time) Record {
	r.Revision++
	r.Updated, r.Change = at, Change{}
	return r
}

// Bare is what stays of a revision whose content is erased.
func (r Record) Bare(erasure Erasure) Record {
	return Record{ID: r.ID, UID: r.UID, Revision: r.Revision, Created: r.Created, Updated: r.Updated, Erased: &erasure, Restricted: r.Restricted}
}

// As tells what kind of change makes the revision, and why; the comment may be
// empty.
func (r Record) As(tag, comment string) Record {
	r.Change = Change{Tag: tag, Comment: comment}
	return r
}

// Publish makes the record of the revision that ends an embargo.
func (r Record) Publish(at recordtime.Time) Record {
	r = r.Next(at).As(TagEmbargo, "")
	r.Restricted = false
	return r
}

// Retract makes the record of the tombstone.
func (r Record) Retract(at recordtime.Time, why Retraction) Record {
	r = r.Next(at).As(TagRetract, why.Reason)
	r.Deleted, r.Retraction = at, &why
	return r
}

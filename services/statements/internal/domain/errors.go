package domain

import "github.com/onrecord/onrecord/services/platform/errs"

// NotFound is the error of a resource that is not on record: reason is that of
// its kind, such as DOCUMENT_NOT_FOUND.
func NotFound(resourceType, reason, name string) error {
	return errs.New(errs.NotFound, reason, "%s is not on record", name).About(resourceType, name)
}

// Exists is the error of a name that is taken: reason is that of its kind, such
// as DOCUMENT_EXISTS.
func Exists(resourceType, reason, name string, deleted bool) *errs.Error {
	state := "is on record"
	if deleted {
		state = "was retracted or erased, and its name is not given again"
	}
	return errs.New(errs.AlreadyExists, reason, "%s %s", name, state).About(resourceType, name)
}

// ETagMismatch is the reason of a write that is meant for another state.
const ETagMismatch = "ETAG_MISMATCH"

// CheckETag refuses a write meant for another state: ABORTED, reason
// ETAG_MISMATCH. An empty etag means any state.
func (r Record) CheckETag(etag, resourceType, name string) error {
	if etag == "" || etag == r.ETag() {
		return nil
	}
	return errs.New(errs.Aborted, ETagMismatch, "%s has changed: read it again; its etag is %s", name, r.ETag()).
		About(resourceType, name).With("etag", r.ETag())
}

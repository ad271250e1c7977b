package api

import (
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

func checkNUL(value any, path string, faults *errs.Violations) {
	if text, ok := value.(string); ok && strings.ContainsRune(text, 0) {
		faults.Add(path, "NUL_CHARACTER", "a text cannot hold U+0000")
	}
}

func indexed(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// empty refuses a value in a field that the service fills.
func empty(value, path, reason string, faults *errs.Violations) {
	if value != "" {
		faults.Add(path, reason, "must be empty here")
	}
}

// Reasons of fields that must be empty in some requests.
const (
	nameNotEmpty  = "NAME_NOT_EMPTY"
	fieldNotEmpty = "FIELD_NOT_EMPTY"
)

// newETag refuses an etag on what is not on record yet: it has no state.
func newETag(etag, path string) error {
	if etag == "" {
		return nil
	}
	return errs.New(errs.Aborted, "ETAG_MISMATCH", "%s: what is created has no state yet", path).Field(path, "must be empty here")
}

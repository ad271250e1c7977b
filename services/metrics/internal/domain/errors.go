package domain

import "github.com/onrecord/onrecord/services/platform/errs"

// NotFound is the error of a resource that is not on record: reason is that of its kind, such as METRIC_NOT_FOUND.
func NotFound(resourceType, reason, name string) error {
	return errs.New(errs.NotFound, reason, "%s is not on record", name).About(resourceType, name)
}

// Exists is the error of a name that is taken: reason is that of its kind, such as METRIC_EXISTS.
func Exists(resourceType, reason, name string, retracted bool) *errs.Error {
	state := "is on record"
	if retracted {
		state = "was retracted, and its name is not given again"
	}
	return errs.New(errs.AlreadyExists, reason, "%s %s", name, state).About(resourceType, name)
}

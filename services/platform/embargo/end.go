package embargo

import (
	"context"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// EndAll puts the ends of embargoes on record, by the ids of what was under them: all in one
// transaction, and if that fails as EndEach.
func EndAll(ids []string, name func(id string) string, end func(ids ...string) error) (left int, err error) {
	if end(ids...) == nil {
		return 0, nil
	}
	return EndEach(ids, name, func(id string) error { return end(id) })
}

// EndEach puts the ends of embargoes on record one by one, so that one that cannot be ended
// keeps no other; it stops where the store refuses all. left are those that are not on
// record as ended; the error says why, by the names of their ids.
func EndEach(ids []string, name func(id string) string, end func(id string) error) (left int, err error) {
	var failed []error
	for i, id := range ids {
		err := end(id)
		if err == nil {
			continue
		}
		failed = append(failed, fmt.Errorf("the embargo of %s cannot be ended: %w", name(id), err))
		if refusesAll(err) {
			left += len(ids) - i
			break
		}
		left++
	}
	return left, errors.Join(failed...)
}

// refusesAll reports whether an error is not of one embargo: the store takes no writes, or
// the service stops.
func refusesAll(err error) bool {
	return errs.Is(err, errs.Unavailable) || errs.Is(err, errs.ResourceExhausted) || errors.Is(err, context.Canceled)
}

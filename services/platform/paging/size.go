package paging

import "github.com/onrecord/onrecord/services/platform/errs"

// The limits of page_size, stated in the protos.
const (
	DefaultSize = 50
	MaxSize     = 1000
)

// Size returns the page size that a request asks for: DefaultSize for 0. Less
// than 0 or more than MaxSize is INVALID_ARGUMENT with reason
// PAGE_SIZE_OUT_OF_RANGE, because a size that was clipped would look like the
// end of the list.
func Size(pageSize int32) (int, error) {
	switch {
	case pageSize == 0:
		return DefaultSize, nil
	case pageSize < 0 || pageSize > MaxSize:
		return 0, errs.Invalid("page_size", "PAGE_SIZE_OUT_OF_RANGE",
			"%d is not between 1 and %d (0 means %d)", pageSize, MaxSize, DefaultSize)
	default:
		return int(pageSize), nil
	}
}

// Trim cuts rows, of which size+1 were asked for, to the page, and reports
// whether more follow.
func Trim[T any](rows []T, size int) (page []T, more bool) {
	if len(rows) <= size {
		return rows, false
	}
	return rows[:size], true
}

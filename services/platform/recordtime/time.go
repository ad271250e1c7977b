package recordtime

import (
	"math"
	"time"
)

// Time is a point on the record axis: microseconds since 1970-01-01 UTC, as stored in the databases.
type Time int64

// Forever is the end of a revision that nothing has replaced: later than every Time of a write.
const Forever Time = math.MaxInt64

// layout is RFC 3339 with exactly six digits of the second, so that texts sort like the times.
const layout = "2006-01-02T15:04:05.000000Z"

// FromTime returns t rounded down to the microsecond.
func FromTime(t time.Time) Time { return Time(t.UnixMicro()) }

// Time returns t as a time.Time in UTC.
func (t Time) Time() time.Time { return time.UnixMicro(int64(t)).UTC() }

// String returns RFC 3339 text with microseconds, or "forever".
func (t Time) String() string {
	if t == Forever {
		return "forever"
	}
	return t.Time().Format(layout)
}

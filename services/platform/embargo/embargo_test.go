package embargo_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestAnEmbargoHoldsUntilItsEnd(t *testing.T) {
	at := recordtime.FromTime(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	must.True(t, embargo.Holds(at+1, at))
	must.False(t, embargo.Holds(at, at))
	must.False(t, embargo.Holds(0, at))
}

// TestEmbargoesAreJudgedByTheSlowerClock: whichever it is, none ends early.
func TestEmbargoesAreJudgedByTheSlowerClock(t *testing.T) {
	clock := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	record := recordtime.FromTime(clock)
	must.Equal(t, embargo.By(record, clock.Add(time.Hour)), record)
	must.Equal(t, embargo.By(record, clock.Add(-time.Hour)), recordtime.FromTime(clock.Add(-time.Hour)))
	must.Equal(t, embargo.By(record, clock.Add(-time.Nanosecond)), record-1)
}

func TestTheEndOfAnEmbargo(t *testing.T) {
	second := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		end    *timestamppb.Timestamp
		want   recordtime.Time
		reason string
	}{
		{nil, 0, ""},
		{timestamppb.New(second), recordtime.FromTime(second), ""},
		{timestamppb.New(second.Add(1)), recordtime.FromTime(second) + 1, ""}, // never early
		{timestamppb.New(time.Time{}), 0, "INVALID_TIMESTAMP"},
		{&timestamppb.Timestamp{}, 0, "INVALID_TIMESTAMP"},
		{&timestamppb.Timestamp{Seconds: 1, Nanos: -1}, 0, "INVALID_TIMESTAMP"},
	} {
		var faults errs.Violations
		must.Equal(t, embargo.ReadEnd("document.embargo_end_time", c.end, &faults), c.want)
		if err := faults.Err(); err != nil || c.reason != "" {
			must.Equal(t, errs.ViolationsOf(err)[0].Reason, c.reason)
			must.Equal(t, errs.ViolationsOf(err)[0].Field, "document.embargo_end_time")
		}
	}
	must.Equal(t, embargo.Text(second), "2026-03-01T09:30:00Z")
}

func TestAnEmbargoLastsTenYearsAtMost(t *testing.T) {
	at := recordtime.FromTime(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	latest := recordtime.FromTime(time.Date(2036, 3, 1, 9, 30, 0, 0, time.UTC))
	must.OK(t, embargo.CheckEnd("embargo_end_time", latest, at))
	err := embargo.CheckEnd("embargo_end_time", latest+1, at)
	must.Equal(t, errs.ReasonOf(err), embargo.TooLong)
	must.Equal(t, errs.ViolationsOf(err)[0].Field, "embargo_end_time")
}

func TestAnEmbargoCannotBeginOnWhatIsPublic(t *testing.T) {
	at := recordtime.FromTime(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	check := func(restricted bool, end recordtime.Time) string {
		return errs.ReasonOf(embargo.CheckBegin("embargo_end_time", "onrecord.dev/Figure", "figures/a", restricted, end, at))
	}
	must.Equal(t, check(false, at+1), embargo.AlreadyPublic)
	must.Equal(t, check(true, at+1), "")
	must.Equal(t, check(false, at), "")
	must.Equal(t, check(false, 0), "")
}

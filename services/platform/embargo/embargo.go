package embargo

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// SweepInterval is the time between two looks for embargoes that have ended: they end
// late by that much and the time of a write.
const SweepInterval = time.Second

// SweepLimit is how many embargoes one step of a sweep ends at most.
const SweepLimit = 1_000

// years is how far ahead an embargo may end.
const years = 10

// The reasons of embargoes that are refused.
const (
	TooLong          = "EMBARGO_TOO_LONG"
	AlreadyPublic    = "ALREADY_PUBLIC"
	invalidTimestamp = "INVALID_TIMESTAMP"
)

// ReadEnd reads the end of an embargo in a field, never earlier than it says; 0 without one. A
// time that programs write for none, of 1970 or before, is a fault: INVALID_TIMESTAMP.
func ReadEnd(field string, end *timestamppb.Timestamp, faults *errs.Violations) recordtime.Time {
	if end == nil {
		return 0
	}
	if err := end.CheckValid(); err != nil {
		faults.Add(field, invalidTimestamp, "%s", err.Error())
		return 0
	}
	if end.GetSeconds() <= 0 {
		faults.Add(field, invalidTimestamp, "%s is no end of an embargo: leave it out, or give a time after 1970", Text(end.AsTime()))
		return 0
	}
	return recordtime.FromTime(end.AsTime().Add(time.Microsecond - time.Nanosecond))
}

// Text is a time as the messages of errors have it, which is how JSON has it, too.
func Text(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// By is the time by which embargoes are judged, when they are swept and in each write: the
// earlier of a time of the record and of what a machine's clock shows. So none ends early,
// neither while a clock that was fast has left the record ahead, nor by a clock that is
// fast itself; it ends late by as much as the slower one is behind.
func By(record recordtime.Time, clock time.Time) recordtime.Time {
	return min(record, recordtime.FromTime(clock))
}

// Holds reports whether an embargo has not ended at a time, that of By; an end of 0 is that
// of none.
func Holds(end, at recordtime.Time) bool { return end > at }

// CheckEnd refuses an end, in a field, that is more than ten years after the time of By:
// INVALID_ARGUMENT, reason EMBARGO_TOO_LONG.
func CheckEnd(field string, end, at recordtime.Time) error {
	if latest := at.Time().AddDate(years, 0, 0); end > recordtime.FromTime(latest) {
		return errs.Invalid(field, TooLong, "an embargo ends at most %d years ahead, by %s", years, Text(latest))
	}
	return nil
}

// CheckBegin refuses, in a field, an embargo that would hold of what readers read
// already: FAILED_PRECONDITION, reason ALREADY_PUBLIC. Of what is restricted the end may
// be moved, sooner or later; an end in the past ends the embargo.
func CheckBegin(field, resourceType, name string, restricted bool, end, at recordtime.Time) error {
	if restricted || !Holds(end, at) {
		return nil
	}
	return errs.New(errs.FailedPrecondition, AlreadyPublic, "readers read %s already: an embargo cannot begin", name).
		About(resourceType, name).Field(field, "leave it out, or give a time in the past")
}

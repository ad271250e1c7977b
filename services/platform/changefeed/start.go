package changefeed

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Request says where a watcher starts: after a token, after a time, or, without
// both, at the present.
type Request interface {
	GetResumeToken() string
	GetStartTime() *timestamppb.Timestamp
}

// start returns the place that a request names. INVALID_ARGUMENT, reason
// WATCH_START_AMBIGUOUS, INVALID_TIMESTAMP, READ_TIME_NOT_SETTLED or
// INVALID_RESUME_TOKEN.
func start(service string, req Request, present recordtime.Present) (Place, error) {
	switch {
	case req.GetResumeToken() != "" && req.GetStartTime() != nil:
		return Place{}, errs.Invalid("start_time", "WATCH_START_AMBIGUOUS", "resume_token and start_time are both set: one says where to start")
	case req.GetResumeToken() != "":
		return resume(service, req.GetResumeToken(), present)
	case req.GetStartTime() != nil:
		return startAfter(req.GetStartTime(), present)
	default:
		return Through(present.Written), nil
	}
}

func resume(service, token string, present recordtime.Present) (Place, error) {
	place, err := ParseToken(service, token)
	if err != nil {
		return Place{}, err
	}
	if place.seen() > present.Settled {
		// A record that was put back to an earlier time has other changes after it
		// than those that the watcher saw: going on would leave a gap unseen.
		return Place{}, errs.Invalid("resume_token", "INVALID_RESUME_TOKEN",
			"the token is of %s, but this record goes up to %s only", place.seen(), present.Settled).
			With("settled_time", present.Settled.String())
	}
	return place, nil
}

func startAfter(start *timestamppb.Timestamp, present recordtime.Present) (Place, error) {
	if err := start.CheckValid(); err != nil {
		return Place{}, errs.Invalid("start_time", "INVALID_TIMESTAMP", "%s", err.Error())
	}
	at := recordtime.FromTime(start.AsTime())
	if at > present.Settled {
		return Place{}, errs.Invalid("start_time", "READ_TIME_NOT_SETTLED",
			"the record is settled up to %s: what was recorded by a later time is not yet certain", present.Settled).
			With("settled_time", present.Settled.String())
	}
	// Nothing lies between the newest write and the settled time; a place at the
	// former is one that every replica knows.
	return Through(min(at, present.Written)), nil
}

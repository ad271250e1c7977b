package command

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestReadBy: an end is said only of an embargo that lasts.
func TestReadBy(t *testing.T) {
	at := func(day int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC))
	}
	readers := &readBy{}
	for _, message := range []any{
		&metricsv1.Figure{EmbargoEndTime: at(9), UpdateTime: at(5)},
		&metricsv1.Figure{Restricted: true, EmbargoEndTime: at(9), UpdateTime: at(5)},
		&metricsv1.Figure{Restricted: true, EmbargoEndTime: at(9), UpdateTime: at(5), ConfStatus: "C"},
		&metricsv1.Figure{Restricted: true, EmbargoEndTime: at(9), UpdateTime: at(9)},
		&metricsv1.Observation{Restricted: true, EmbargoEndTime: at(9), UpdateTime: at(10)},
		&statementsv1.Document{Restricted: true, EmbargoEndTime: at(9), UpdateTime: at(5)},
		&statementsv1.Statement{Restricted: true, UpdateTime: at(5)},
		&statementsv1.Document{Restricted: true, UpdateTime: at(5)},
	} {
		readers.add(message)
	}
	const until = "editors until 2026-01-09T00:00:00Z"
	must.Equal(t, readers.cells, []string{"", until, "editors", "editors", "editors", until, "editors", "editors"})
}

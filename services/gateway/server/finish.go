package server

import (
	"context"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// finishInterval is the time between two looks for ingests that were cut off.
const finishInterval = 2 * time.Second

// Upkeep is the background work of the gateway: it finishes ingests that were
// cut off between their two publications. One that was half published at the look
// before, too, was cut off: one under way is done sooner, or publishes the same.
func (s *Server) Upkeep() lifecycle.Component {
	var before []string
	return lifecycle.Every(finishInterval, func(ctx context.Context) (bool, error) {
		ctx = telemetry.Untraced(auth.AsOwn(ctx))
		half, err := s.record.HalfPublished(ctx)
		if err != nil {
			return false, err
		}
		cutOff := slices.DeleteFunc(slices.Clone(half), func(id string) bool { return !slices.Contains(before, id) })
		before = half
		finished, err := s.record.Finish(ctx, cutOff)
		for _, id := range finished {
			s.log.Warn("finished an ingest that was cut off", zap.String("request_id", id))
		}
		return false, err
	}, func(err error) {
		if errs.Is(err, errs.Unavailable) {
			return // its own readiness says so
		}
		s.log.Error("cut-off ingests were not finished", zap.Error(err))
	})
}

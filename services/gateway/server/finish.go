package server

import (
	"context"
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
// cut off between their two publications.
func (s *Server) Upkeep() lifecycle.Component {
	return lifecycle.Every(finishInterval, func(ctx context.Context) (bool, error) {
		finished, err := s.record.Finish(telemetry.Untraced(auth.AsOwn(ctx)))
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

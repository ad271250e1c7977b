package recordserver

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

const (
	// stageAge is how long something stays staged at most.
	stageAge = 24 * time.Hour
	// requestAge is how long request ids are kept.
	requestAge = 7 * 24 * time.Hour
	// upkeepInterval is the time between two steps of all but embargoes, upkeepLimit what
	// one step ends or forgets at most, so that it never holds up the writes of callers.
	upkeepInterval = time.Minute
	upkeepLimit    = 100
	// upkeepCaller is who the record names for what a step does.
	upkeepCaller = "onrecord-upkeep"
)

// Upkeep is the background work of the service: it ends embargoes, discards what was
// staged more than 24 hours ago and forgets request ids older than 7 days.
func (s *Server[R, W]) Upkeep() lifecycle.Component {
	return embargo.Upkeep(s.EndEmbargoes, s.Step, upkeepInterval, func(err error) {
		s.deps.Log.Error("upkeep failed", zap.Error(err))
	})
}

// Step does one step of the background work but for embargoes and says whether there may be more
// to do.
func (s *Server[R, W]) Step(ctx context.Context) (more bool, err error) {
	present, err := s.store.Present(ctx)
	if err != nil {
		return false, err
	}
	now := present.Settled.Time()
	var discarded []string
	forgotten := 0
	err = s.store.Write(ctx, func(w W) (err error) {
		discarded, err = w.ExpiredStages(recordtime.FromTime(now.Add(-stageAge)), upkeepLimit)
		if err != nil {
			return err
		}
		for _, id := range discarded {
			if err := w.EndStage(id, recordwrite.Discarded, upkeepCaller); err != nil {
				return err
			}
		}
		forgotten, err = w.Forget(recordtime.FromTime(now.Add(-requestAge)), upkeepLimit)
		return err
	})
	if err != nil {
		return false, err
	}
	for _, id := range discarded {
		s.deps.Log.Warn("discarded an ingest that was staged and never published", zap.String("request_id", id))
	}
	if forgotten > 0 {
		s.deps.Log.Debug("forgot request ids", zap.Int("count", forgotten))
	}
	return len(discarded) == upkeepLimit || forgotten >= upkeepLimit, nil
}

package server

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/embargo"
)

// EndEmbargoes records the end of embargoes whose time has come, up to embargo.SweepLimit
// in one transaction, and says whether there may be more to do. Replicas may do it at one
// time: whoever comes second finds nothing to do.
func (s *Server) EndEmbargoes(ctx context.Context) (more bool, err error) {
	present, err := s.store.Present(ctx)
	if err != nil {
		return false, err
	}
	var due []string
	err = s.store.Read(ctx, func(r store.Reader) error { // most often there is nothing to write
		due, err = r.EndedEmbargoes(present.Settled, embargo.SweepLimit)
		return err
	})
	if err != nil {
		return false, err
	}
	s.due.Set(float64(len(due)))
	if len(due) == 0 {
		return false, nil
	}
	ended := 0
	err = s.store.Write(ctx, func(w store.Writer) (err error) {
		ended, err = changes.EndEmbargoes(w, upkeepCaller, embargo.SweepLimit)
		return err
	})
	if err != nil {
		return false, err
	}
	s.due.Set(0)
	if ended > 0 {
		s.deps.Log.Info("embargoes ended", zap.Int("figures", ended))
	}
	return ended == embargo.SweepLimit, nil
}

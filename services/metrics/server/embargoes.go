package server

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
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
	s.sweeps.Found(len(due))
	if len(due) == 0 {
		return false, nil
	}
	name := func(id string) string { return domain.FigureName.Format(id) }
	left, err := embargo.EndAll(due, name, func(ids ...string) error {
		ended := 0
		err := s.store.Write(ctx, func(w store.Writer) (err error) {
			ended, err = changes.EndEmbargoes(w, upkeepCaller, ids...)
			return err
		})
		if ended > 0 && err == nil {
			s.deps.Log.Info("embargoes ended", zap.Int("figures", ended), zap.String("first", name(ids[0])), zap.String("last", name(ids[len(ids)-1])))
		}
		return err
	})
	s.sweeps.Left(left)
	return len(due) == embargo.SweepLimit && left < len(due), err
}

package server

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// EndEmbargoes records the end of embargoes whose time has come, each document with its
// facts in one transaction, and says whether there may be more to do. Replicas may do it
// at one time: whoever comes second finds nothing to do.
func (s *Server) EndEmbargoes(ctx context.Context) (more bool, err error) {
	present, err := s.store.Present(ctx)
	if err != nil {
		return false, err
	}
	var ids []string
	err = s.store.Read(ctx, func(r store.Reader) error {
		ids, err = r.EndedEmbargoes(present.Settled, embargo.SweepLimit)
		return err
	})
	if err != nil {
		return false, err
	}
	s.sweeps.Found(len(ids))
	left, err := embargo.EndEach(ids, domain.DocumentName, func(id string) error {
		ended := false
		err := s.store.Write(ctx, func(w store.Writer) (err error) {
			ended, err = changes.EndEmbargo(w, upkeepCaller, id)
			return err
		})
		if ended && err == nil {
			s.deps.Log.Info("an embargo ended", zap.String("document", domain.DocumentName(id)))
		}
		return err
	})
	s.sweeps.Left(left)
	return len(ids) == embargo.SweepLimit && left < len(ids), err
}

package server

import (
	"context"
	"errors"

	"go.uber.org/zap"

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
		ids, err = r.EndedEmbargoes(present.Settled, upkeepLimit)
		return err
	})
	if err != nil {
		return false, err
	}
	due := len(ids)
	s.due.Set(float64(due))
	for _, id := range ids {
		ended := false
		failed := s.store.Write(ctx, func(w store.Writer) (err error) {
			ended, err = changes.EndEmbargo(w, upkeepCaller, id)
			return err
		})
		if failed != nil {
			err = errors.Join(err, failed) // that of another may end
			continue
		}
		due--
		if ended {
			s.deps.Log.Info("an embargo ended", zap.String("document", domain.DocumentName(id)))
		}
	}
	s.due.Set(float64(due))
	return len(ids) == upkeepLimit && due < len(ids), err
}

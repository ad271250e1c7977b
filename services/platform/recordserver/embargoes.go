package recordserver

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/embargo"
)

// Embargoes say how embargoes end.
type Embargoes[W any] struct {
	// On is what is under them, in the plural: the log counts them by this word.
	On string
	// Name is the resource name of an id.
	Name func(id string) string
	// End records that they ended, in one transaction, and says of how many: replicas may do
	// it at one time, and whoever comes second finds nothing to do.
	End func(w W, caller string, ids ...string) (ended int, err error)
	// Each ends each in a transaction of its own, for what takes much along.
	Each bool
}

// EndEmbargoes records the end of embargoes whose time has come, up to embargo.SweepLimit,
// and says whether there may be more to do. It has come by the times of embargo.By.
func (s *Server[R, W]) EndEmbargoes(ctx context.Context) (more bool, err error) {
	present, err := s.store.Present(ctx)
	if err != nil {
		return false, err
	}
	by := embargo.By(present.Settled, s.deps.Now())
	var due []string
	err = s.store.Read(ctx, func(r R) error { // most often there is nothing to write
		due, err = r.EndedEmbargoes(by, embargo.SweepLimit)
		return err
	})
	if err != nil {
		return false, err
	}
	s.sweeps.Found(len(due))
	if len(due) == 0 {
		return false, nil
	}
	left, err := s.endEmbargoes(ctx, due)
	s.sweeps.Left(left)
	return len(due) == embargo.SweepLimit && left < len(due), err
}

// endEmbargoes returns how many are not on record as ended.
func (s *Server[R, W]) endEmbargoes(ctx context.Context, due []string) (left int, err error) {
	embargoes := s.kind.Embargoes
	end := func(ids ...string) error {
		ended := 0
		err := s.store.Write(ctx, func(w W) (err error) {
			ended, err = embargoes.End(w, upkeepCaller, ids...)
			return err
		})
		if ended > 0 && err == nil {
			s.deps.Log.Info("embargoes ended", zap.Int(embargoes.On, ended),
				zap.String("first", embargoes.Name(ids[0])), zap.String("last", embargoes.Name(ids[len(ids)-1])))
		}
		return err
	}
	if embargoes.Each {
		return embargo.EndEach(due, embargoes.Name, func(id string) error { return end(id) })
	}
	return embargo.EndAll(due, embargoes.Name, end)
}

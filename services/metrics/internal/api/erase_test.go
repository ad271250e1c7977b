package api_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/api"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/postgres"
	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// twice is a store that runs each write twice, as one does whose connection was lost before the first was on disk.
type twice struct{ store.Store }

func (s twice) Write(ctx context.Context, fn func(store.Writer) error) error {
	if err := s.Try(ctx, fn); err != nil {
		return err
	}
	return s.Store.Write(ctx, fn)
}

// figures is more than one transaction erases the words of.
const figures = 203

// TestAWriteThatRunsTwiceErasesAllWords: no figure is passed over.
func TestAWriteThatRunsTwiceErasesAllWords(t *testing.T) {
	for engine, open := range map[string]func(*testing.T) store.Store{
		"sqlite": func(t *testing.T) store.Store {
			return must.Get(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "metrics.db"), sqlite.Options{Migrate: true}))(t)
		},
		"postgres": func(t *testing.T) store.Store {
			return must.Get(postgres.Open(t.Context(), pgtest.Database(t), postgres.Options{Migrate: true}))(t)
		},
	} {
		t.Run(engine, func(t *testing.T) {
			st := open(t)
			t.Cleanup(func() { must.OK(t, st.Close()) })
			must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
				all := make([]domain.Figure, figures)
				for i := range all {
					all[i] = commented(fmt.Sprintf("f%d", i))
					all[i].Meta = all[i].First(w.RecordTime())
				}
				return w.PutFigures(all, "ana")
			}))
			conn := rpctest.Conn(t, rpcserver.Options{Timeout: 5 * time.Minute}, func(r grpc.ServiceRegistrar) { api.Register(r, twice{st}, nil, changefeed.Options{}) })
			client := metricsv1.NewFigureServiceClient(conn)
			erased := must.Get(client.EraseFigureWords(t.Context(), &metricsv1.EraseFigureWordsRequest{Document: "documents/d"}))(t)
			must.Equal(t, erased.GetErasedCount(), int32(figures))
			must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
				for i := range figures {
					figure, _, err := r.Figure(fmt.Sprintf("f%d", i), store.Newest)
					must.OK(t, err)
					must.Equal(t, figure.Comment, "")
				}
				return nil
			}))
		})
	}
}

// commented is a figure of documents/d with a comment.
func commented(id string) domain.Figure {
	value := decimal.FromInt64(5)
	return domain.Figure{
		Meta: domain.Meta{ID: id, UID: "uid-" + id}, Metric: "m", Period: domain.TimePeriod{Missing: domain.NotStated}, Kind: domain.Point,
		Value: &value, Unit: units.One, Normalized: domain.Normalized{Value: &value, Unit: units.One},
		DocumentVersion: "documents/d/versions/1", Comment: "quokka",
	}
}

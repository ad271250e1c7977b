package record_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// corrected is the list of corrections of a service, the newest first.
type corrected struct {
	all []*typev1.Correction

	mu     sync.Mutex
	readAt map[time.Time]bool
}

func (c *corrected) get(name string) (*typev1.Correction, error) {
	for _, one := range c.all {
		if one.GetName() == name {
			return one, nil
		}
	}
	return nil, errs.New(errs.NotFound, "CORRECTION_NOT_FOUND", "%s is not on record", name)
}

func (c *corrected) page(at *timestamppb.Timestamp, size int32, token string) ([]*typev1.Correction, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at != nil {
		c.readAt[at.AsTime()] = true
	}
	return pageOf(c.all, size, token)
}

type correctedStatements struct {
	statementsv1.UnimplementedCorrectionServiceServer
	corrected
}

func (c *correctedStatements) GetCorrection(_ context.Context, r *statementsv1.GetCorrectionRequest) (*typev1.Correction, error) {
	return c.get(r.GetName())
}

func (c *correctedStatements) ListCorrections(
	_ context.Context, r *statementsv1.ListCorrectionsRequest,
) (*statementsv1.ListCorrectionsResponse, error) {
	rows, next := c.page(r.GetReadTime(), r.GetPageSize(), r.GetPageToken())
	return &statementsv1.ListCorrectionsResponse{Corrections: rows, NextPageToken: next}, nil
}

type correctedFigures struct {
	metricsv1.UnimplementedCorrectionServiceServer
	corrected
}

func (c *correctedFigures) GetCorrection(_ context.Context, r *metricsv1.GetCorrectionRequest) (*typev1.Correction, error) {
	return c.get(r.GetName())
}

func (c *correctedFigures) ListCorrections(_ context.Context, r *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	rows, next := c.page(r.GetReadTime(), r.GetPageSize(), r.GetPageToken())
	return &metricsv1.ListCorrectionsResponse{Corrections: rows, NextPageToken: next}, nil
}

// correctedWorld is RecordService over both.
type correctedWorld struct {
	statements correctedStatements
	figures    correctedFigures
	client     gatewayv1.RecordServiceClient
}

func newCorrectedWorld(t *testing.T) *correctedWorld {
	t.Helper()
	w := &correctedWorld{}
	w.statements.readAt, w.figures.readAt = map[time.Time]bool{}, map[time.Time]bool{}
	at := func(settled time.Time) rpcserver.Options {
		return rpcserver.Options{Settled: func(string) time.Time { return settled }}
	}
	statements := rpctest.Conn(t, at(statementsSettled), func(r grpc.ServiceRegistrar) {
		statementsv1.RegisterCorrectionServiceServer(r, &w.statements)
	})
	figures := rpctest.Conn(t, at(metricsSettled), func(r grpc.ServiceRegistrar) { metricsv1.RegisterCorrectionServiceServer(r, &w.figures) })
	w.client = gatewayv1.NewRecordServiceClient(rpctest.Conn(t, at(time.Time{}), func(r grpc.ServiceRegistrar) {
		gatewayv1.RegisterRecordServiceServer(r, record.New(statements, figures))
	}))
	return w
}

// madeAt is a correction that was recorded at a second.
func madeAt(second int64, name string) *typev1.Correction {
	return &typev1.Correction{Name: "corrections/" + name, RecordTime: timestamppb.New(time.Unix(second, 0))}
}

// newestFirst sorts corrections as both services do.
func newestFirst(all []*typev1.Correction) {
	slices.SortFunc(all, func(a, b *typev1.Correction) int {
		if order := b.GetRecordTime().AsTime().Compare(a.GetRecordTime().AsTime()); order != 0 {
			return order
		}
		return strings.Compare(b.GetName(), a.GetName())
	})
}

func TestCorrectionsOfBothServicesAreOneList(t *testing.T) {
	w := newCorrectedWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(prefix string) []*typev1.Correction {
			var all []*typev1.Correction
			for i, second := range rapid.SliceOfN(rapid.Int64Range(0, 9), 0, 12).Draw(t, prefix) {
				all = append(all, madeAt(second, fmt.Sprint(prefix, i)))
			}
			newestFirst(all)
			return all
		}
		w.statements.all, w.figures.all = draw("s"), draw("f")
		want := append(slices.Clone(w.statements.all), w.figures.all...)
		newestFirst(want)

		var got []*typev1.Correction
		token := ""
		for {
			size := rapid.Int32Range(1, 5).Draw(t, "page size")
			page, err := w.client.ListCorrections(context.Background(), &gatewayv1.ListCorrectionsRequest{PageSize: size, PageToken: token})
			must.OK(t, err)
			got, token = append(got, page.GetCorrections()...), page.GetNextPageToken()
			must.True(t, token == "" || len(page.GetCorrections()) == int(size))
			if token == "" {
				break
			}
		}
		must.Equal(t, got, want)
	})
	for _, list := range []*corrected{&w.statements.corrected, &w.figures.corrected} {
		must.Equal(t, list.readAt, map[time.Time]bool{metricsSettled: true}) // the earlier settled time, at every page
	}
}

func TestLongListsOfCorrections(t *testing.T) {
	w := newCorrectedWorld(t)
	for i := range 2_500 {
		w.statements.all = append(w.statements.all, madeAt(int64(10_000-i), fmt.Sprint("s", i)))
	}
	w.figures.all = []*typev1.Correction{madeAt(1, "last")}
	count, token := 0, ""
	for _, size := range []int32{999, 1000, 1, 400, 1000} { // a page of the gateway may end within one of a service
		page, err := w.client.ListCorrections(t.Context(), &gatewayv1.ListCorrectionsRequest{PageSize: size, PageToken: token})
		must.OK(t, err)
		for _, c := range page.GetCorrections() {
			if count < len(w.statements.all) {
				must.Equal(t, c.GetName(), w.statements.all[count].GetName())
			}
			count++
		}
		token = page.GetNextPageToken()
	}
	must.Equal(t, count, 2_501)
	must.Equal(t, token, "")
}

func TestOneCorrectionOfEitherService(t *testing.T) {
	w := newCorrectedWorld(t)
	w.statements.all, w.figures.all = []*typev1.Correction{madeAt(1, "s")}, []*typev1.Correction{madeAt(2, "f")}
	for _, name := range []string{"corrections/s", "corrections/f"} {
		got, err := w.client.GetCorrection(t.Context(), &gatewayv1.GetCorrectionRequest{Name: name})
		must.OK(t, err)
		must.Equal(t, got.GetName(), name)
	}
	_, err := w.client.GetCorrection(t.Context(), &gatewayv1.GetCorrectionRequest{Name: "corrections/none"})
	statustest.Check(t, err, codes.NotFound, "CORRECTION_NOT_FOUND", "")
	late := timestamppb.New(metricsSettled.Add(time.Second))
	_, err = w.client.GetCorrection(t.Context(), &gatewayv1.GetCorrectionRequest{Name: "corrections/s", ReadTime: late})
	statustest.Check(t, err, codes.InvalidArgument, "READ_TIME_NOT_SETTLED", "read_time")
	_, err = w.client.ListCorrections(t.Context(), &gatewayv1.ListCorrectionsRequest{ReadTime: late})
	statustest.Check(t, err, codes.InvalidArgument, "READ_TIME_NOT_SETTLED", "read_time")
	_, err = w.client.ListCorrections(t.Context(), &gatewayv1.ListCorrectionsRequest{PageToken: "x"})
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token")
}

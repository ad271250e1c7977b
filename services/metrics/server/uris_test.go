package server_test

import (
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestAURIThatRunsCodeIsRefused: others make links of URIs. Of any other scheme they may be.
func TestAURIThatRunsCodeIsRefused(t *testing.T) {
	s := startFilled(t)
	for field, write := range map[string]func(uri string) error{
		"figure.origin.uri": func(uri string) error {
			figure := count(func(f *metricsv1.Figure) {
				point("3")(f)
				f.Origin = &metricsv1.Origin{Producer: "An office", Uri: uri}
			})
			_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: figure, ValidateOnly: true})
			return err
		},
		"metric.same_as[0]": func(uri string) error {
			metric := trade()
			metric.SameAs = []string{uri}
			_, err := s.metrics.CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{Metric: metric, ValidateOnly: true})
			return err
		},
	} {
		for _, uri := range []string{"JAVAscript:alert(1)", "data:text/html,x"} {
			err := write(uri)
			statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", field)
			must.Equal(t, statustest.Violations(err)[0].GetReason(), "URI_RUNS_CODE")
		}
		must.OK(t, write("https://example.org/javascript:x"))
	}
}

// TestWhatHadSuchAURIBeforeCanBeChanged: in all other fields, and to a URI that is allowed.
func TestWhatHadSuchAURIBeforeCanBeChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.db")
	emptyFile.Put(t, path)
	t.Run("before", func(t *testing.T) {
		s := startOn(t, "sqlite:"+path, changefeed.Options{}, rpcserver.Options{})
		s.fill(t)
		s.figure(t, "f1", count(point("3")))
	})
	st := must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Now: time.Now}))(t)
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		figure, _, err := w.Figure("f1", store.Newest)
		must.OK(t, err)
		origin := *figure.Origin
		origin.URI = "data:text/html,x"
		figure.Origin, figure.Meta = &origin, figure.Next(w.RecordTime())
		must.OK(t, w.PutFigure(figure, "ana"))
		metric, _, err := w.Metric("deaths", store.Newest)
		must.OK(t, err)
		metric.SameAs, metric.Meta = []string{"javascript:x"}, metric.Next(w.RecordTime())
		return w.PutMetric(metric, "ana")
	}))
	must.OK(t, st.Close())
	s := startOn(t, "sqlite:"+path, changefeed.Options{}, rpcserver.Options{})

	update := func(figure *metricsv1.Figure, field string) *metricsv1.Figure {
		figure.Name = "figures/f1"
		return must.Get(s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
			Figure: figure, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
		}))(t)
	}
	update(&metricsv1.Figure{Comment: "as printed"}, "comment")
	must.Equal(t, update(&metricsv1.Figure{Origin: &metricsv1.Origin{License: "CC0"}}, "origin.license").GetOrigin().GetUri(), "data:text/html,x")
	corrected := must.Get(s.figures.CorrectFigure(t.Context(), &metricsv1.CorrectFigureRequest{
		Name: "figures/f1", Kind: typev1.Correction_ERROR, Reason: "it was wrong", Figure: &metricsv1.Figure{Value: number("4")},
	}))(t)
	must.Equal(t, corrected.GetFigure().GetValue().GetValue(), "4")
	update(&metricsv1.Figure{Origin: &metricsv1.Origin{Uri: "https://example.org/b"}}, "origin.uri")

	metric := &metricsv1.Metric{Name: "metrics/deaths", DisplayName: "Deaths in May", SameAs: []string{"https://example.org/b"}}
	for _, field := range []string{"display_name", "same_as"} {
		must.Get(s.metrics.UpdateMetric(t.Context(), &metricsv1.UpdateMetricRequest{
			Metric: metric, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
		}))(t)
	}
}

package api_test

import (
	"path/filepath"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/api"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// oldText is the text of documents/d.
const oldText = "the year of five quokkas"

// oldFigure is a figure as an older release left it: the span of its number was compared with oldText, that of its release, which lies at
// [4, 8), was not; release is what it says to be printed there.
func oldFigure(id, release string) domain.Figure {
	f := commented(id)
	f.Frequency, f.Approximator = "A", domain.None
	f.SourceSHA256 = sourcetext.HashOf(oldText)
	f.Reported = &domain.Reported{NumberText: "five", Spans: []domain.Span{
		{Start: 12, End: 16, SHA256: sourcetext.HashOf("five"), Role: "NUMBER", State: domain.Anchored},
	}}
	f.Release = &domain.TimePeriod{Missing: domain.NotStated, Printed: &domain.Printed{
		Text: release, Span: &domain.Span{Start: 4, End: 8, Exact: "year", Prefix: "the "},
	}}
	return f
}

// served serves a record of some figures.
func served(t *testing.T, all ...domain.Figure) metricsv1.FigureServiceClient {
	t.Helper()
	st := must.Get(sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "metrics.db"), sqlite.Options{Migrate: true}))(t)
	t.Cleanup(func() { must.OK(t, st.Close()) })
	conn := rpctest.Conn(t, rpcserver.Options{}, func(r grpc.ServiceRegistrar) {
		api.Register(r, st, protovalidate.GlobalValidator, changefeed.Options{})
	})
	must.Get(metricsv1.NewMetricServiceClient(conn).CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{MetricId: "m", Metric: &metricsv1.Metric{
		DisplayName: "Quokkas", MeasuredProperty: "quokkas", StatType: metricsv1.Metric_COUNT, Coverage: "all",
		DefaultUnit: &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"},
	}}))(t)
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		for i := range all {
			all[i].Meta = all[i].First(w.RecordTime())
		}
		return w.PutFigures(all, "ana")
	}))
	return metricsv1.NewFigureServiceClient(conn)
}

func correctionOf(id string, f *metricsv1.Figure, path string) *metricsv1.CorrectFigureRequest {
	return &metricsv1.CorrectFigureRequest{
		Name: "figures/" + id, Kind: typev1.Correction_ERROR, Reason: "r", Figure: f, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}},
	}
}

// TestWordsOfOldSpansAreNotServed: they were stored of withheld documents too. Their hash is, and what was verified stays so, after a
// correction of something else as well.
func TestWordsOfOldSpansAreNotServed(t *testing.T) {
	figures := served(t, oldFigure("f", "year"))
	is := func(f *metricsv1.Figure) {
		t.Helper()
		start := int32(4)
		must.Equal(t, f.GetReleaseTime().GetPrinted().GetSpan(), &typev1.TextSpan{
			Start: &start, End: 8, ExactSha256: sourcetext.HashOf("year"), AnchorState: typev1.TextSpan_UNVERIFIED,
		})
		must.Equal(t, f.GetReported().GetSpans()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, f.GetSourceTextSha256(), sourcetext.HashOf(oldText))
	}
	is(must.Get(figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f"}))(t))
	corrected := must.Get(figures.CorrectFigure(t.Context(), correctionOf("f", &metricsv1.Figure{AttributedProducer: "A"}, "attributed_producer")))(t)
	is(corrected.GetFigure())
	for _, revision := range must.Get(figures.ListFigureRevisions(t.Context(), &metricsv1.ListFigureRevisionsRequest{Parent: "figures/f"}))(t).GetFigureRevisions() {
		is(revision.GetSnapshot())
	}
}

// TestOldWordsBesideASpanStandInTheWayOfNoOtherCorrection though they are none that could be put on record now.
func TestOldWordsBesideASpanStandInTheWayOfNoOtherCorrection(t *testing.T) {
	figures := served(t, oldFigure("f", "week"))
	for _, source := range []string{"", oldText} {
		request := correctionOf("f", &metricsv1.Figure{AttributedProducer: "A" + source}, "attributed_producer")
		if source != "" {
			request.SourceText, request.SourceTextSha256 = source, sourcetext.HashOf(source)
		}
		must.Get(figures.CorrectFigure(t.Context(), request))(t)
	}
	release := proto.CloneOf(must.Get(figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f"}))(t).GetReleaseTime())
	release.Printed.Text = "month"
	_, err := figures.CorrectFigure(t.Context(), correctionOf("f", &metricsv1.Figure{ReleaseTime: release}, "release_time"))
	statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.release_time.printed.text")
	release.Printed.Text = "year"
	must.Get(figures.CorrectFigure(t.Context(), correctionOf("f", &metricsv1.Figure{ReleaseTime: release}, "release_time")))(t)
}

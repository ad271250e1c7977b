package server_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// reader is the service as somebody without a credential sees it, who is a reader.
func (s *service) reader(t testing.TB) *service {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	must.OK(t, os.WriteFile(keys, []byte("desk editor "+auth.HashKey(auth.NewKey())+"\n"), 0o600))
	guard := must.Get(auth.New(config.Access{APIKeys: keys, AnonymousRole: "reader"}, nil))(t)
	conn := rpctest.Conn(t, rpcserver.Options{
		Guard: guard, Timeout: time.Minute, Settled: func(string) time.Time { return s.server.Settled() },
	}, func(r grpc.ServiceRegistrar) { s.server.Register(r) })
	return &service{
		metrics: metricsv1.NewMetricServiceClient(conn), figures: metricsv1.NewFigureServiceClient(conn),
		changes: metricsv1.NewChangeServiceClient(conn), corrections: metricsv1.NewCorrectionServiceClient(conn), server: s.server,
	}
}

// embargoed is a figure of a data file that only editors read for an hour.
func (s *service) embargoed(edtf, value string) *metricsv1.Figure {
	f := observed(edtf, value, area("US"))
	f.EmbargoEndTime = s.in(time.Hour)
	return f
}

// in is a time from the service's now on.
func (s *service) in(d time.Duration) *timestamppb.Timestamp {
	return timestamppb.New(time.Now().Add(time.Duration(s.ahead.Load()) + d).Truncate(time.Microsecond))
}

// pass lets time pass, and records embargoes as ended whose end has come.
func (s *service) pass(t testing.TB, d time.Duration) {
	t.Helper()
	s.ahead.Add(int64(d))
	for more := true; more; {
		more = must.Get(s.server.EndEmbargoes(t.Context()))(t)
	}
}

// seen is all that is read of metrics/trade and figures/f at a time, one text for each way to ask.
func (s *service) seen(t testing.TB, at *timestamppb.Timestamp) map[string]string {
	t.Helper()
	ctx, out := t.Context(), map[string]string{}
	ask := func(name string, answer proto.Message, err error) {
		if err != nil {
			out[name] = err.Error()
			return
		}
		out[name] = string(must.Get(proto.MarshalOptions{Deterministic: true}.Marshal(answer))(t))
	}
	const metric, name = "metrics/trade", "figures/f"
	figure, err := s.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: name, ReadTime: at, ShowDeleted: true})
	ask("get", figure, err)
	batch, err := s.figures.BatchGetFigures(ctx, &metricsv1.BatchGetFiguresRequest{Names: []string{name}, ReadTime: at, ShowDeleted: true})
	ask("batch", batch, err)
	list, err := s.figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{ReadTime: at, ShowDeleted: true})
	ask("list", list, err)
	count, err := s.figures.CountFigures(ctx, &metricsv1.CountFiguresRequest{ReadTime: at, GroupBy: "origin.producer"})
	ask("count", count, err)
	found, err := s.figures.SearchFigures(ctx, &metricsv1.SearchFiguresRequest{
		Query: "commerce", ReadTime: at, Facets: []string{"year"}, IncludeCorrections: true,
	})
	ask("search", found, err)
	revisions, err := s.figures.ListFigureRevisions(ctx, &metricsv1.ListFigureRevisionsRequest{Parent: name, ReadTime: at})
	ask("revisions", revisions, err)
	claims, err := s.figures.CheckComparisonClaims(ctx, &metricsv1.CheckComparisonClaimsRequest{Name: name, ReadTime: at})
	ask("claims", claims, err)
	series, err := s.metrics.ListSeries(ctx, &metricsv1.ListSeriesRequest{Parent: metric, ReadTime: at})
	ask("series", series, err)
	there, err := s.metrics.GetAvailability(ctx, &metricsv1.GetAvailabilityRequest{Name: metric, ReadTime: at})
	ask("availability", there, err)
	vintages, err := s.metrics.ListVintages(ctx, &metricsv1.ListVintagesRequest{Parent: metric, ReadTime: at})
	ask("vintages", vintages, err)
	rows, err := s.metrics.QueryMetric(ctx, &metricsv1.QueryMetricRequest{Name: metric, ReadTime: at})
	ask("query", rows, err)
	contested, err := s.metrics.ListContestedFigures(ctx, &metricsv1.ListContestedFiguresRequest{Parent: metric, ReadTime: at})
	ask("contested", contested, err)
	corrections, err := s.corrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{ReadTime: at})
	ask("corrections", corrections, err)
	return out
}

func TestAReaderSeesNothingOfAnEmbargoUntilItsEnd(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	reader := s.reader(t)
	nothing := reader.seen(t, nil)
	before := s.settled()
	f := s.figure(t, "f", s.embargoed("2020", "5"))
	must.True(t, f.GetRestricted())
	other := s.embargoed("2020", "7")
	other.Origin = &metricsv1.Origin{Producer: "another"}
	s.figure(t, "other", other)
	corrected := must.Get(s.figures.CorrectFigure(t.Context(), &metricsv1.CorrectFigureRequest{
		Name: "figures/f", Kind: 2, Reason: "misread", Figure: &metricsv1.Figure{Value: number("6")},
	}))(t)
	must.True(t, corrected.GetCorrection().GetRestricted())
	during := s.settled()
	must.Equal(t, reader.seen(t, nil), nothing)
	must.NotEqual(t, s.seen(t, nil), nothing)

	s.pass(t, 59*time.Minute)
	must.Equal(t, reader.seen(t, nil), nothing)
	s.pass(t, 2*time.Minute)
	public := must.Get(s.get(t, "f"))(t)
	must.False(t, public.GetRestricted())
	must.Equal(t, public.GetRevisionId(), "3")
	now := reader.seen(t, nil)
	for name, answer := range nothing {
		if name != "corrections" { // that of under the embargo stays unknown
			must.NotEqual(t, now[name], answer)
		}
	}
	for _, at := range []*timestamppb.Timestamp{before, during} {
		must.Equal(t, reader.seen(t, at), nothing)
	}
	revisions := must.Get(reader.figures.ListFigureRevisions(t.Context(), &metricsv1.ListFigureRevisionsRequest{Parent: "figures/f"}))(t)
	must.Equal(t, len(revisions.GetFigureRevisions()), 1)
	must.Equal(t, revisions.GetFigureRevisions()[0].GetTags(), []string{"embargo"})
	_, err := reader.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{Name: "figures/f/revisions/1"})
	statustest.Check(t, err, codes.NotFound, "REVISION_NOT_FOUND", "")
}

func TestTheRetractionOfARestrictedFigureIsRestricted(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	s.figure(t, "f", s.embargoed("2020", "5"))
	gone := must.Get(s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f", Reason: "misread"}))(t)
	must.True(t, gone.GetRetraction().GetRestricted())
	_, err := s.get(t, "f")
	details := statustest.Check(t, err, codes.NotFound, "RETRACTED", "").Details()
	must.True(t, slices.ContainsFunc(details, func(detail any) bool {
		correction, is := detail.(*typev1.Correction)
		return is && proto.Equal(correction, gone.GetRetraction())
	}), "%v", details)
}

func TestAFigureThatBecomesConfidentialLeavesTheAnswersOfReaders(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	reader := s.reader(t)
	s.figure(t, "f", observed("2020", "5", area("US")))
	half := observed("2021", "2.5", area("US"))
	half.Derivation = &metricsv1.Derivation{Formula: "a / 2", Inputs: []*metricsv1.Derivation_Input{{Variable: "a", Figure: "figures/f"}}}
	s.figure(t, "half", half)
	open, shown := s.settled(), reader.seen(t, nil)
	s.confidential(t, "C")
	must.True(t, must.Get(s.get(t, "f"))(t).GetRestricted())
	must.True(t, must.Get(s.get(t, "half"))(t).GetRestricted())
	_, err := reader.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f"})
	statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
	must.Equal(t, must.Get(reader.figures.CountFigures(t.Context(), &metricsv1.CountFiguresRequest{}))(t).GetTotalCount(), 0)
	must.Equal(t, reader.seen(t, open)["list"], shown["list"])
	s.confidential(t, "F")
	must.Equal(t, must.Get(reader.figures.CountFigures(t.Context(), &metricsv1.CountFiguresRequest{}))(t).GetTotalCount(), 2)
	must.False(t, must.Get(s.get(t, "half"))(t).GetRestricted())

	var told []string
	changes, _ := until(t, reader.watch(t, everything()))
	for _, change := range changes {
		if c := change.GetChange(); c.GetMetric() == nil {
			told = append(told, c.GetName()+" "+c.GetType().String())
			must.Equal(t, c.GetType() == metricsv1.Change_RESTRICTED, c.GetResource() == nil)
			must.Equal(t, c.GetRestricted(), c.GetType() == metricsv1.Change_RESTRICTED)
		}
	}
	must.Equal(t, told, []string{
		"figures/f CREATED", "figures/half CREATED", "figures/f RESTRICTED", "figures/half RESTRICTED", "figures/f UPDATED", "figures/half UPDATED",
	})
	restricted := 0
	changes, _ = until(t, s.watch(t, everything()))
	for _, change := range changes {
		c := change.GetChange()
		must.Equal(t, c.GetRestricted(), c.GetType() == metricsv1.Change_RESTRICTED)
		if c.GetRestricted() {
			restricted++
			must.True(t, c.GetFigure().GetRestricted())
		}
	}
	must.Equal(t, restricted, 2)
}

// confidential gives figures/f another CONF_STATUS.
func (s *service) confidential(t testing.TB, code string) {
	t.Helper()
	_, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{Figure: &metricsv1.Figure{Name: "figures/f", ConfStatus: code}})
	must.OK(t, err)
}

func TestEmbargoesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	const longest = 10 * 366 * 24 * time.Hour
	late := s.embargoed("2020", "5")
	late.EmbargoEndTime = s.in(longest)
	_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: late})
	statustest.Check(t, err, codes.InvalidArgument, "EMBARGO_TOO_LONG", "figure.embargo_end_time")
	past := s.embargoed("2020", "5")
	past.EmbargoEndTime = s.in(-time.Hour)
	must.False(t, s.figure(t, "f", past).GetRestricted())
	update := func(end *timestamppb.Timestamp) (*metricsv1.Figure, error) {
		return s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
			Figure:     &metricsv1.Figure{Name: "figures/f", EmbargoEndTime: end},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"embargo_end_time"}},
		})
	}
	_, err = update(s.in(time.Hour))
	statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_PUBLIC", "figure.embargo_end_time")
	_, err = update(s.in(longest))
	statustest.Check(t, err, codes.InvalidArgument, "EMBARGO_TOO_LONG", "figure.embargo_end_time")
	_, err = update(&timestamppb.Timestamp{})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_TIMESTAMP", "figure.embargo_end_time")
	_, err = update(s.in(-2 * time.Hour))
	must.OK(t, err)
	// What is restricted for another reason may get one.
	s.confidential(t, "N")
	f := must.Get(update(s.in(time.Hour)))(t)
	must.True(t, f.GetRestricted())
	s.confidential(t, "F")
	must.True(t, must.Get(s.get(t, "f"))(t).GetRestricted())
	must.Equal(t, len(s.tradeFigures(t, `embargo_end_time > "2000-01-01T00:00:00Z"`)), 1)
	// Who replaces all fields does not publish it by leaving one out.
	all := must.Get(s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
		Figure: &metricsv1.Figure{Name: "figures/f", Origin: f.GetOrigin(), Comment: "new"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"*"}},
	}))(t)
	must.Equal(t, all.GetComment(), "new")
	must.True(t, all.GetRestricted())
	must.Equal(t, all.GetEmbargoEndTime(), f.GetEmbargoEndTime())
	s.pass(t, 2*time.Hour)
	must.False(t, must.Get(s.get(t, "f"))(t).GetRestricted())
	must.Equal(t, len(s.tradeFigures(t, "embargo_end_time:*")), 0)
}

func TestWhatIsComputedFromAnEmbargoEndsWithIt(t *testing.T) {
	t.Parallel()
	s := startFilled(t)
	sum := observed("2022", "11", area("US"))
	sum.Derivation = &metricsv1.Derivation{Formula: "a + b", Inputs: []*metricsv1.Derivation_Input{
		{Variable: "a", Figure: "figures/a"}, {Variable: "b", Figure: "figures/b"},
	}}
	twice := observed("2023", "22", area("US"))
	twice.Derivation = &metricsv1.Derivation{Formula: "s * 2", Inputs: []*metricsv1.Derivation_Input{{Variable: "s", Figure: "figures/sum"}}}
	b := s.embargoed("2021", "6")
	b.EmbargoEndTime = s.in(2 * time.Hour)
	req := &metricsv1.BatchCreateFiguresRequest{}
	for _, one := range []struct {
		id     string
		figure *metricsv1.Figure
	}{{"twice", twice}, {"sum", sum}, {"a", s.embargoed("2020", "5")}, {"b", b}} {
		req.Requests = append(req.Requests, &metricsv1.CreateFigureRequest{FigureId: one.id, Figure: one.figure})
	}
	for _, f := range must.Get(s.figures.BatchCreateFigures(t.Context(), req))(t).GetFigures() {
		must.True(t, f.GetRestricted())
	}
	reader := s.reader(t)
	total := func() int32 {
		return must.Get(reader.figures.CountFigures(t.Context(), &metricsv1.CountFiguresRequest{}))(t).GetTotalCount()
	}
	s.pass(t, 90*time.Minute)
	must.Equal(t, total(), 1)
	s.pass(t, time.Hour)
	must.Equal(t, total(), 4)
	// It cites what those can read who read it.
	for _, input := range append(must.Get(s.get(t, "sum"))(t).GetDerivation().GetInputs(), must.Get(s.get(t, "twice"))(t).GetDerivation().GetInputs()...) {
		_, err := reader.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{
			Name: input.GetFigure() + "/revisions/" + input.GetRevisionId(),
		})
		must.OK(t, err)
	}
	// What was corrected under the embargo is not told by what was computed before.
	s.figure(t, "c", s.embargoed("2024", "7"))
	half := observed("2025", "3.5", area("US"))
	half.Derivation = &metricsv1.Derivation{Formula: "c / 2", Inputs: []*metricsv1.Derivation_Input{{Variable: "c", Figure: "figures/c"}}}
	s.figure(t, "half", half)
	_, err := s.figures.CorrectFigure(t.Context(), &metricsv1.CorrectFigureRequest{
		Name: "figures/c", Kind: 2, Reason: "misread", Figure: &metricsv1.Figure{Value: number("8")},
	})
	must.OK(t, err)
	s.pass(t, 2*time.Hour)
	must.Equal(t, total(), 5)
	must.True(t, must.Get(s.get(t, "half"))(t).GetRestricted())
	f := must.Get(s.figures.RecomputeFigure(t.Context(), &metricsv1.RecomputeFigureRequest{Name: "figures/half"}))(t)
	must.False(t, f.GetRestricted())
	must.Equal(t, total(), 6)
}

// TestAnEmbargoEndsOnce whoever looks for it.
func TestAnEmbargoEndsOnce(t *testing.T) {
	t.Parallel()
	s := startWatched(t, changefeed.Options{}, rpcserver.Options{})
	s.fill(t)
	s.figure(t, "f", s.embargoed("2020", "5"))
	s.pass(t, 2*time.Hour)
	s.pass(t, 2*time.Hour)
	must.Equal(t, must.Get(s.get(t, "f"))(t).GetRevisionId(), "2")
}

package server_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
)

// inParts are measurements with a series of quarters, one of them corrected, that add up to a year.
type inParts struct{ measurements }

func (inParts) GetMetric(_ context.Context, r *metricsv1.GetMetricRequest) (*metricsv1.Metric, error) {
	return &metricsv1.Metric{Name: r.GetName(), DisplayName: "M", TemporalKind: metricsv1.Metric_FLOW}, nil
}

func (inParts) QueryMetric(_ context.Context, r *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	found := &metricsv1.Observation{
		Figure: "figures/part", TimePeriod: &typev1.TimePeriod{Edtf: "2022-33"}, ValueKind: metricsv1.Figure_POINT, Value: number("5"),
		Unit: measured().GetUnit(), SourceId: "0123456789abcdef", RevisionId: "2", Corrected: true,
	}
	if r.GetAggregationMethod() != 0 {
		found.Figure, found.RevisionId, found.TimePeriod, found.AggregatedCount = "", "", edtfYear(2022), 4
	}
	return &metricsv1.QueryMetricResponse{
		Series:  []*metricsv1.QueryMetricResponse_Series{{Frequency: metricsv1.Figure_Q, Observations: []*metricsv1.Observation{found}}},
		Sources: []*metricsv1.Source{{SourceId: found.GetSourceId(), Producer: "Bureau", Rank: 1}},
	}, nil
}

func (inParts) ListCorrections(context.Context, *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	return &metricsv1.ListCorrectionsResponse{Corrections: []*typev1.Correction{{
		Name: "corrections/part", Subject: "figures/part", Kind: typev1.Correction_UPDATE, PreviousRevision: "1", NewRevision: "2",
	}}}, nil
}

// TestJ2CorrectedPartsAreLookedAtAsOfBothEndsOfAVagueTime: side by side, and under the race detector, which sees what both write.
func TestJ2CorrectedPartsAreLookedAtAsOfBothEndsOfAVagueTime(t *testing.T) {
	w := newJoinedWorld(t)
	w.measuredBy(t, inParts{})
	answer := w.get(t, "/v1/figures/f:compare", time.Minute)
	must.Equal(t, answer.StatusCode, 200)
	must.Contains(t, answer.Body, `"asOfBasis":"STATEMENT_TIME"`)
	must.Contains(t, answer.Body, `"aggregatedCount":4`)
	must.Contains(t, answer.Body, `"subject":"figures/part"`)
}

// unlisted are measurements without a series, whose retracted figures cannot be listed.
type unlisted struct {
	measurements
	why error
}

func (u unlisted) ListFigures(context.Context, *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	return nil, u.why
}

// TestJ2RetractedFiguresAreLeftOutOnlyWhereTheyAreTooMany: any other refusal is the answer.
func TestJ2RetractedFiguresAreLeftOutOnlyWhereTheyAreTooMany(t *testing.T) {
	for reason, code := range map[string]int{"FILTER_TOO_WIDE": 200, "ANSWER_TOO_LARGE": 400} {
		w := newJoinedWorld(t)
		w.metrics.ClientConnInterface = rpctest.Conn(t, rpcserver.Options{Settled: func(string) time.Time { return settledTime }}, func(r grpc.ServiceRegistrar) {
			fake := unlisted{why: errs.New(errs.FailedPrecondition, reason, "no")}
			metricsv1.RegisterMetricServiceServer(r, fake)
			metricsv1.RegisterFigureServiceServer(r, fake)
			metricsv1.RegisterCorrectionServiceServer(r, fake)
		})
		answer := w.get(t, "/v1/figures/f:compare?metric=metrics/other&period=2022", time.Minute)
		must.Equal(t, answer.StatusCode, code)
		if code != 200 {
			must.Contains(t, answer.Body, reason)
		}
	}
}

// measuredBy has another metrics service answer.
func (w *joinedWorld) measuredBy(t *testing.T, service interface {
	metricsv1.MetricServiceServer
	metricsv1.FigureServiceServer
	metricsv1.CorrectionServiceServer
},
) {
	t.Helper()
	w.metrics.ClientConnInterface = rpctest.Conn(t, rpcserver.Options{Settled: func(string) time.Time { return settledTime }}, func(r grpc.ServiceRegistrar) {
		metricsv1.RegisterMetricServiceServer(r, service)
		metricsv1.RegisterFigureServiceServer(r, service)
		metricsv1.RegisterCorrectionServiceServer(r, service)
	})
}

// manyReleases is how many releases the source of revised put out.
const manyReleases = 120

// revised are measurements with a source that put out many releases, figures/v0 to v119, which
// were 5 and are 7 since they were updated.
type revised struct {
	measurements
	updates       func(release int) []time.Time // the first one first
	perPage       int                           // of a list of corrections
	hidden        bool                          // nothing was public by then, as it is now
	queries, list atomic.Int32                  // how often it was asked
}

func (r *revised) QueryMetric(_ context.Context, q *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	r.queries.Add(1)
	var all []*metricsv1.Observation
	for i := range manyReleases {
		o := &metricsv1.Observation{
			Figure: "figures/v" + strconv.Itoa(i), TimePeriod: edtfYear(2022), ValueKind: metricsv1.Figure_POINT, Value: number("5"),
			Unit: measured().GetUnit(), SourceId: "0123456789abcdef", UpdateTime: timestamppb.New(time.Unix(int64(i), 0)),
		}
		revision := 1
		for _, at := range r.updates(i) {
			if !at.After(q.GetReadTime().AsTime()) {
				revision, o.Value, o.Corrected = revision+1, number("7"), true
			}
		}
		o.RevisionId = strconv.Itoa(revision)
		all = append(all, o)
	}
	if r.hidden && q.GetAsOf() != "" {
		all = nil
	} else if q.GetVintages() != metricsv1.QueryMetricRequest_ALL {
		all = all[manyReleases-1:]
	}
	return &metricsv1.QueryMetricResponse{
		Series:  []*metricsv1.QueryMetricResponse_Series{{Frequency: metricsv1.Figure_A, Observations: all}},
		Sources: []*metricsv1.Source{{SourceId: "0123456789abcdef", Producer: "Bureau", Rank: 1}},
	}, nil
}

func (r *revised) ListCorrections(_ context.Context, q *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	r.list.Add(1)
	var all []*typev1.Correction
	for i := range manyReleases {
		figure, updates := "figures/v"+strconv.Itoa(i), r.updates(i)
		for n := len(updates); n > 0 && strings.Contains(q.GetFilter(), strconv.Quote(figure)); n-- {
			all = append(all, &typev1.Correction{
				Name: "corrections/" + strconv.Itoa(i) + "-" + strconv.Itoa(n), Subject: figure, Kind: typev1.Correction_UPDATE,
				PreviousRevision: strconv.Itoa(n), NewRevision: strconv.Itoa(n + 1), RecordTime: timestamppb.New(updates[n-1]),
			})
		}
	}
	start, _ := strconv.Atoi(q.GetPageToken())
	if end := start + r.perPage; end < len(all) {
		return &metricsv1.ListCorrectionsResponse{Corrections: all[start:end], NextPageToken: strconv.Itoa(end)}, nil
	}
	return &metricsv1.ListCorrectionsResponse{Corrections: all[start:]}, nil
}

// TestJ2UpdatesAreUndoneByOneLookForEachTime: what a comparison asks for is bounded, however many figures were updated since, and a series that
// was never corrected is asked for its corrections not at all.
func TestJ2UpdatesAreUndoneByOneLookForEachTime(t *testing.T) {
	const exact, vague = "/v1/figures/f:compare?as_of=2023", "/v1/figures/f:compare"
	const undone, tooMany = "this is revision 1, as it was until then", "too many to undo"
	hourBefore := settledTime.Add(-time.Hour)
	never := func(int) []time.Time { return nil }
	together := func(int) []time.Time { return []time.Time{hourBefore} }
	among := func(times int) func(int) []time.Time {
		return func(release int) []time.Time {
			return []time.Time{hourBefore.Add(time.Duration(release%times) * time.Second)}
		}
	}
	for name, test := range map[string]struct {
		updates        func(int) []time.Time
		path           string
		queries, lists int32
		says           string
	}{
		"never":          {never, exact, 3, 1, `"withinRounding":"WITHIN"`},
		"never, vague":   {never, vague, 4, 1, `"withinRounding":"WITHIN"`},
		"at once":        {together, exact, 5, 4, undone},
		"at once, vague": {together, vague, 8, 4, undone},
		"at 32 times":    {among(32), exact, 36, 4, undone},
		"at 33 times":    {among(33), exact, 3, 4, tooMany},
		"at 120 times":   {among(manyReleases), vague, 4, 4, tooMany},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := newJoinedWorld(t), &revised{updates: test.updates, perPage: 1000}
			w.measuredBy(t, r)
			answer := w.get(t, test.path, time.Minute)
			must.Equal(t, answer.StatusCode, 200)
			must.Contains(t, answer.Body, test.says)
			must.Equal(t, []int32{r.queries.Load(), r.list.Load()}, []int32{test.queries, test.lists})
			must.Equal(t, strings.Contains(answer.Body, `"withinRounding":"CANNOT_TELL"`), test.says == tooMany)
		})
	}
}

// TestJ2WhatTooManyUpdatesMayHideIsSaid: where nothing is left to compare with.
func TestJ2WhatTooManyUpdatesMayHideIsSaid(t *testing.T) {
	w := newJoinedWorld(t)
	w.measuredBy(t, &revised{hidden: true, perPage: 1000, updates: func(release int) []time.Time {
		return []time.Time{settledTime.Add(-time.Duration(1+release) * time.Second)}
	}})
	answer := w.get(t, "/v1/figures/f:compare?as_of=2023", time.Minute)
	must.Contains(t, answer.Body, "figures were updated since at 120 times, too many to undo; since then 1 was put out")
}

// TestJ2TheFirstOfManyUpdatesIsUndone: also where it is not on the first page of the corrections.
func TestJ2TheFirstOfManyUpdatesIsUndone(t *testing.T) {
	w, r := newJoinedWorld(t), &revised{perPage: 1}
	r.updates = func(release int) []time.Time {
		if release == manyReleases-1 {
			return []time.Time{settledTime.Add(-time.Hour), settledTime.Add(-time.Minute)}
		}
		return nil
	}
	w.measuredBy(t, r)
	answer := w.get(t, "/v1/figures/f:compare?as_of=2023", time.Minute)
	must.Contains(t, answer.Body, `this is revision 1, as it was until then`)
}

// withinItsRelease are measurements with two releases: one of 2025, of which no more is known and
// which was recorded in March, and one of June. The first was updated since.
type withinItsRelease struct{ measurements }

func (withinItsRelease) QueryMetric(_ context.Context, q *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	release := func(figure, value string, recorded time.Month, released *typev1.TimePeriod) *metricsv1.Observation {
		return &metricsv1.Observation{
			Figure: figure, TimePeriod: edtfYear(2022), ValueKind: metricsv1.Figure_POINT, Value: number(value), Unit: measured().GetUnit(),
			SourceId: "0123456789abcdef", UpdateTime: timestamppb.New(time.Date(2025, recorded, 2, 0, 0, 0, 0, time.UTC)), RevisionId: "1", ReleaseTime: released,
		}
	}
	june := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	all := []*metricsv1.Observation{
		release("figures/year", "7", time.March, edtfYear(2025)),
		release("figures/june", "5", time.July, &typev1.TimePeriod{StartTime: timestamppb.New(june), EndTime: timestamppb.New(june.AddDate(0, 1, 0))}),
	}
	if q.GetReadTime().AsTime().Equal(settledTime) {
		all[0].RevisionId = "2"
	}
	if q.GetVintages() != metricsv1.QueryMetricRequest_ALL {
		all = all[1:]
	}
	return &metricsv1.QueryMetricResponse{
		Series:  []*metricsv1.QueryMetricResponse_Series{{Frequency: metricsv1.Figure_A, Observations: all}},
		Sources: []*metricsv1.Source{{SourceId: "0123456789abcdef", Producer: "Bureau", Rank: 1}},
	}, nil
}

func (withinItsRelease) ListCorrections(context.Context, *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	return &metricsv1.ListCorrectionsResponse{Corrections: []*typev1.Correction{{
		Name: "corrections/year", Subject: "figures/year", Kind: typev1.Correction_UPDATE, PreviousRevision: "1", NewRevision: "2",
		RecordTime: timestamppb.New(settledTime.Add(-time.Minute)),
	}}}, nil
}

// TestJ2AReleaseWasOutWhenItWasRecordedWithinIt: one of a year, recorded in March, is not newer than one of June.
func TestJ2AReleaseWasOutWhenItWasRecordedWithinIt(t *testing.T) {
	w := newJoinedWorld(t)
	w.measuredBy(t, withinItsRelease{})
	must.Contains(t, w.get(t, "/v1/figures/f:compare?as_of=2025", time.Minute).Body, `"reference":{"figure":"figures/june"`)
}

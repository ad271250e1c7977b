package server_test

import (
	"context"
	"slices"
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

// version is a revision of a figure: its number, and when it was recorded.
type version struct {
	value    string
	recorded time.Time
	kind     typev1.Correction_Kind // of what made it; none of the first
}

// retoldFigure is a figure of a yearly series with what it said over time.
type retoldFigure struct {
	name, period, producer string
	release                *typev1.TimePeriod
	embargoEnd             time.Time
	versions               []version
}

// retold are measurements with the releases of a series, each source's oldest first.
type retold struct {
	measurements
	figures []retoldFigure
	newest  []string // the names of those that are shown where not all releases are asked for
}

func (r retold) QueryMetric(_ context.Context, q *metricsv1.QueryMetricRequest) (*metricsv1.QueryMetricResponse, error) {
	answer, series := &metricsv1.QueryMetricResponse{}, &metricsv1.QueryMetricResponse_Series{Frequency: metricsv1.Figure_A}
	answer.Series = append(answer.Series, series)
	for i, f := range r.figures {
		if q.GetVintages() != metricsv1.QueryMetricRequest_ALL && !slices.Contains(r.newest, f.name) {
			continue
		}
		id := strings.Repeat(strings.ToLower(f.producer[:1]), 16)
		answer.Sources = append(answer.Sources, &metricsv1.Source{SourceId: id, Producer: f.producer, Rank: int32(i)})
		var shown *metricsv1.Observation
		for n, v := range f.versions {
			if v.recorded.After(q.GetReadTime().AsTime()) {
				break
			}
			shown = &metricsv1.Observation{
				Figure: f.name, TimePeriod: &typev1.TimePeriod{Edtf: f.period}, ValueKind: metricsv1.Figure_POINT, Value: number(v.value), Unit: measured().GetUnit(),
				SourceId: id, UpdateTime: timestamppb.New(v.recorded), RevisionId: strconv.Itoa(n + 1), ReleaseTime: f.release,
			}
			if !f.embargoEnd.IsZero() {
				shown.EmbargoEndTime = timestamppb.New(f.embargoEnd)
			}
		}
		if shown != nil {
			series.Observations = append(series.Observations, shown)
		}
	}
	return answer, nil
}

func (r retold) BatchGetFigures(_ context.Context, q *metricsv1.BatchGetFiguresRequest) (*metricsv1.BatchGetFiguresResponse, error) {
	answer := &metricsv1.BatchGetFiguresResponse{}
	for _, name := range q.GetNames() {
		i := slices.IndexFunc(r.figures, func(f retoldFigure) bool { return f.name == name })
		answer.Figures = append(answer.Figures, &metricsv1.Figure{Name: name, CreateTime: timestamppb.New(r.figures[i].versions[0].recorded)})
	}
	return answer, nil
}

func (r retold) ListCorrections(_ context.Context, q *metricsv1.ListCorrectionsRequest) (*metricsv1.ListCorrectionsResponse, error) {
	answer := &metricsv1.ListCorrectionsResponse{}
	for _, f := range r.figures {
		for n, v := range f.versions {
			if n > 0 && strings.Contains(q.GetFilter(), strconv.Quote(f.name)) {
				answer.Corrections = append(answer.Corrections, &typev1.Correction{
					Name: "corrections/" + strings.TrimPrefix(f.name, "figures/") + strconv.Itoa(n), Subject: f.name, Kind: v.kind,
					PreviousRevision: strconv.Itoa(n), NewRevision: strconv.Itoa(n + 1), RecordTime: timestamppb.New(v.recorded),
				})
			}
		}
	}
	return answer, nil
}

// TestJ2TheNewestReleaseOfThenIsThatOfTheMetricsService: by release, embargo and first record, whenever a figure was corrected since.
func TestJ2TheNewestReleaseOfThenIsThatOfTheMetricsService(t *testing.T) {
	in := func(month time.Month) time.Time { return time.Date(2025, month, 2, 0, 0, 0, 0, time.UTC) }
	first := func(month time.Month) version { return version{value: "5", recorded: in(month)} }
	mended := func(month time.Month) version { return version{"5", in(month), typev1.Correction_ERROR} }
	updated := version{"7", in(time.October), typev1.Correction_UPDATE}
	june := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	year := edtfYear(2025)
	year.StartTime, year.EndTime = timestamppb.New(june.AddDate(0, -5, 0)), timestamppb.New(june.AddDate(0, 7, 0))
	for name, test := range map[string]struct {
		older, newer retoldFigure
	}{
		"another's error was put right": {
			older: retoldFigure{versions: []version{first(time.January), mended(time.August)}},
			newer: retoldFigure{versions: []version{first(time.February), updated}},
		},
		"its own error was put right": {
			older: retoldFigure{versions: []version{first(time.January), mended(time.August), updated}},
			newer: retoldFigure{versions: []version{first(time.February)}},
		},
		"the embargo of the other ended later": {
			older: retoldFigure{versions: []version{first(time.February), updated}},
			newer: retoldFigure{versions: []version{first(time.January)}, embargoEnd: in(time.April)},
		},
		"recorded together": {
			older: retoldFigure{versions: []version{first(time.January), updated}},
			newer: retoldFigure{versions: []version{first(time.January)}},
		},
		"recorded within its release": {
			older: retoldFigure{versions: []version{first(time.March), updated}, release: year},
			newer: retoldFigure{versions: []version{first(time.July)}, release: &typev1.TimePeriod{StartTime: timestamppb.New(june), EndTime: timestamppb.New(june.AddDate(0, 1, 0))}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.older.name, test.newer.name = "figures/a-older", "figures/b-newer"
			for _, f := range []*retoldFigure{&test.older, &test.newer} {
				f.period, f.producer = "2022", "Bureau"
			}
			w := newJoinedWorld(t)
			w.measuredBy(t, retold{figures: []retoldFigure{test.older, test.newer}, newest: []string{test.newer.name}})
			must.Contains(t, w.get(t, "/v1/figures/f:compare?as_of=2025-08", time.Minute).Body, `"reference":{"figure":"figures/b-newer"`)
		})
	}
}

// TestJ2AnUndoDropsNoReferenceElsewhere: a source has one for 2022 and one for 2022~, but for the same months one alone.
func TestJ2AnUndoDropsNoReferenceElsewhere(t *testing.T) {
	recorded := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	once := []version{{value: "5", recorded: recorded}}
	updated := append(slices.Clone(once), version{"7", recorded.AddDate(1, 0, 0), typev1.Correction_UPDATE})
	months := retoldFigure{name: "figures/months", period: "2022-01/2022-12", producer: "Office", versions: once}
	year := retoldFigure{name: "figures/year", period: "2022", producer: "Office", versions: once}
	about := retoldFigure{name: "figures/about", period: "2022~", producer: "Office", versions: once}
	elsewhere := retoldFigure{name: "figures/elsewhere", period: "2022", producer: "Bureau", versions: updated}
	shown := []string{"figures/year", "figures/about", "figures/elsewhere"}
	for _, here := range [][]version{once, updated} {
		year.versions = here
		w := newJoinedWorld(t)
		w.measuredBy(t, retold{figures: []retoldFigure{months, year, about, elsewhere}, newest: shown})
		answer := w.get(t, "/v1/figures/f:compare?as_of=2024", time.Minute).Body
		for _, figure := range shown {
			must.Contains(t, answer, `"reference":{"figure":"`+figure+`"`)
		}
		must.False(t, strings.Contains(answer, "figures/months"))
		must.Equal(t, strings.Contains(answer, `"latest":{"figure":"figures/year"`), len(here) > 1)
		must.False(t, strings.Contains(answer, `"latest":{"figure":"figures/about"`))
	}
}

// retractedLater are measurements without a series, with a long list of figures that ends with one that was retracted since.
type retractedLater struct {
	measurements
	pages int
}

func (r retractedLater) ListFigures(_ context.Context, q *metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
	page, _ := strconv.Atoi(q.GetPageToken())
	answer := &metricsv1.ListFiguresResponse{Figures: make([]*metricsv1.Figure, q.GetPageSize())}
	for i := range answer.GetFigures() {
		answer.Figures[i] = &metricsv1.Figure{Name: "figures/stands", TimePeriod: edtfYear(2022)}
	}
	if page++; page < r.pages {
		answer.NextPageToken = strconv.Itoa(page)
		return answer, nil
	}
	answer.Figures[0] = &metricsv1.Figure{
		Name: "figures/gone", TimePeriod: edtfYear(2022), CreateTime: timestamppb.New(settledTime.AddDate(-5, 0, 0)), DeleteTime: timestamppb.New(settledTime),
	}
	return answer, nil
}

// TestJ2RetractedFiguresAreLookedForOnAllPages: or it is said that there may be more.
func TestJ2RetractedFiguresAreLookedForOnAllPages(t *testing.T) {
	for pages, says := range map[int]string{3: "figures/gone was retracted", 9: "more may have been retracted"} {
		w := newJoinedWorld(t)
		w.measuredBy(t, retractedLater{pages: pages})
		answer := w.get(t, "/v1/figures/f:compare?as_of=2024", time.Minute)
		must.Equal(t, answer.StatusCode, 200)
		must.Contains(t, answer.Body, says)
		must.Equal(t, strings.Contains(answer.Body, "may have been"), pages > 5)
	}
}

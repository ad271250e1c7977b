package pages

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// sourceRow is where figures come from.
type sourceRow struct {
	Rank, ID, Name, License, Citation string
	Web, Document, Claimant           *link
}

// vintageRow is what one source put out at one time.
type vintageRow struct {
	Released period
	Recorded *moment
	Source   string
	// AsOf is the page as was public then.
	AsOf string
}

// contestRow is a period for which different numbers are stated.
type contestRow struct {
	Label             string
	Period            period
	Figures           []contestedFigure
	Low, High, Spread string
}

type contestedFigure struct {
	Href, Value, Source string
	Remarks             []string
}

const (
	// shownVintages is how many the table has, readVintages how many the slider has
	// release times of.
	shownVintages = 20
	readVintages  = 200
	shownContests = 10
)

// mostHeld is up to how many figures of a metric a page holds against each other
// where no series is chosen: the service looks at every one.
const mostHeld = 5_000

func fewFigures(got *metricsv1.ListSeriesResponse) bool {
	n := 0
	for _, s := range got.GetSeries() {
		n += int(s.GetFigureCount())
	}
	return n <= mostHeld && got.GetNextPageToken() == ""
}

// addAbout reads vintages and, where asked to, contests at once. A page without them
// is still one: what cannot be read is said.
func (e *explorer) addAbout(
	ctx context.Context, r *http.Request, v *metricView, request *metricsv1.QueryMetricRequest, at *timestamppb.Timestamp, contests bool,
) {
	if request.GetPageToken() != "" {
		return // the first page has them
	}
	var both sync.WaitGroup
	both.Go(func() {
		got, err := e.Metrics.ListVintages(ctx, &metricsv1.ListVintagesRequest{
			Parent: request.GetName(), PageSize: readVintages, ReadTime: at, Dimensions: request.GetDimensions(),
		})
		if err != nil {
			v.Vintages.Missing = "The vintages could not be read."
			return
		}
		v.Vintage = newVintageForm(r, got.GetVintages(), request.GetAsOf())
		known := e.sourceWords(ctx, got.GetSources())
		v.Vintages, v.lines = newVintages(r, got, drawing.SourceNames(got.GetSources(), known.of)), linesOf(got.GetSources(), known)
	})
	both.Go(func() {
		if !contests {
			v.Contests.Missing = "The metric has many figures: choose a series to see which of its figures are contested."
			return
		}
		got, err := e.Metrics.ListContestedFigures(ctx, &metricsv1.ListContestedFiguresRequest{
			Parent: request.GetName(), PageSize: shownContests, ReadTime: at, Dimensions: request.GetDimensions(), AsOf: request.GetAsOf(), Period: request.GetPeriod(),
		})
		if err != nil {
			v.Contests.Missing = "Contested figures could not be read."
			return
		}
		v.Contests = newContests(v.places, got, drawing.SourceNames(got.GetSources(), e.sourceWords(ctx, got.GetSources()).of))
	})
	both.Wait()
}

// sourceWords are what the documents and claimants of sources are called.
func (e *explorer) sourceWords(ctx context.Context, sources []*metricsv1.Source) names {
	var wanted []string
	for _, source := range sources {
		wanted = append(wanted, source.GetDocument(), source.GetClaimant())
	}
	return e.resolve(ctx, wanted...)
}

// linesOf are the names of the lines that sources have in drawings, in the order of the
// alphabet: it is the same whatever release or part of the metric is shown.
func linesOf(sources []*metricsv1.Source, known names) []string {
	var lines []string
	for _, source := range sources {
		producer := source.GetProducer()
		if producer == "" && source.GetDocument() != "" {
			producer = known.of(source.GetDocument())
		}
		lines = append(lines, lineName(producer, source.GetClaimant(), known))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func newVintages(r *http.Request, got *metricsv1.ListVintagesResponse, named map[string]string) beginning[vintageRow] {
	shown := got.GetVintages()
	list := beginning[vintageRow]{More: got.GetNextPageToken() != "" || len(shown) > shownVintages}
	for _, vintage := range shown[:min(len(shown), shownVintages)] {
		row := vintageRow{
			Released: newPeriod(vintage.GetReleaseTime()), Recorded: newMoment(vintage.GetRecordTime()), Source: named[vintage.GetSourceId()],
		}
		if edtf := vintage.GetReleaseTime().GetEdtf(); edtf != "" {
			row.AsOf = addressWith(r, func(q url.Values) { q.Set("as_of", edtf) })
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

func newContests(places placeWords, got *metricsv1.ListContestedFiguresResponse, named map[string]string) beginning[contestRow] {
	list := beginning[contestRow]{More: got.GetNextPageToken() != ""}
	for _, contest := range got.GetContests() {
		unit := " " + words.Unit(contest.GetUnit(), "")
		row := contestRow{Label: words.SeriesLabel(places.key(contest.GetDimensions()), contest.GetFrequency()), Period: newPeriod(contest.GetTimePeriod())}
		if contest.GetLow() != nil {
			row.Low = words.Number(contest.GetLow()) + unit
		}
		if contest.GetHigh() != nil {
			row.High = words.Number(contest.GetHigh()) + unit
		}
		if contest.GetSpread() != nil {
			row.Spread = words.Number(contest.GetSpread()) + unit
		}
		for _, o := range contest.GetObservations() {
			figure := contestedFigure{Value: words.Observation(o), Source: named[o.GetSourceId()], Remarks: words.Remarks(o)}
			if o.GetFigure() != "" {
				figure.Href = pagePath(o.GetFigure())
			}
			row.Figures = append(row.Figures, figure)
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

// addSources lists the sources of the figures on the page.
func (v *metricView) addSources(sources []*metricsv1.Source, known names) {
	for _, s := range sources {
		row := sourceRow{
			ID: s.GetSourceId(), Name: drawing.SourceName(&metricsv1.Source{Producer: s.GetProducer(), Title: s.GetTitle()}),
			License: s.GetLicense(), Citation: s.GetCitationFull(), Web: external(s.GetUri()), Document: known.to(s.GetDocument()), Claimant: known.to(s.GetClaimant()),
		}
		if s.GetRank() > 0 {
			row.Rank = strconv.Itoa(int(s.GetRank()))
		}
		v.Sources = append(v.Sources, row)
	}
}

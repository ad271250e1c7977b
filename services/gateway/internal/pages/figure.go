package pages

import (
	"context"
	"net/http"
	"slices"
	"sync"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// figurePage is one figure with its history.
type figurePage struct {
	*figureView
	Corrections correctionList
	// DocumentCorrections are those of the document that prints it.
	DocumentCorrections correctionList
	// ChecksMissing says why its claims are not held against the series.
	ChecksMissing string
	History       beginning[revisionRow]
	// Charts show it in its series, where that has more.
	Charts []drawnChart
}

// figure shows one figure.
func (e *explorer) figure(r *http.Request) (*page, error) {
	_, name, err := readNamed(r, "figures", readTimeParam)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	at := readingOf(ctx).time
	got, err := e.Figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: name, ReadTime: at})
	if err != nil {
		return nil, err
	}
	known := e.resolve(ctx, figureNames(got)...)
	e.addPlaces(ctx, known, got)
	v := &figurePage{figureView: newFigureView(got, known)}
	v.Corrections = e.joinedCorrections(ctx, name)
	if document := documentOf(got.GetDocumentVersion()); document != "" {
		v.DocumentCorrections = e.correctionsOf(ctx, document)
	}
	var rest sync.WaitGroup
	rest.Go(func() { e.addChecks(ctx, v) })
	rest.Go(func() { e.addFigureHistory(ctx, v) })
	rest.Go(func() { e.drawInSeries(ctx, v, got) })
	rest.Wait()
	out := &page{
		Template: "figure", Title: v.Metric.Text + ": " + v.Value, Section: "figures", API: v.API, Data: v, Name: name,
		Live: "metrics=" + got.GetMetric(), Styles: []string{"measure.css"}, Scripts: []string{"chart.js"},
	}
	kind := got.GetValueKind()
	out.Incomparable = kind == metricsv1.Figure_NO_VALUE || kind == metricsv1.Figure_LIST
	return out, nil
}

// joinedCorrections reads the corrections of a figure. The metrics service has them all.
func (e *explorer) joinedCorrections(ctx context.Context, subject string) correctionList {
	got, err := e.Record.ListCorrections(ctx, &gatewayv1.ListCorrectionsRequest{PageSize: correctionsPage, Filter: "subject = " + quoted(subject), ReadTime: readingOf(ctx).time})
	list := newCorrectionList(got.GetCorrections(), got.GetNextPageToken(), err)
	if slices.Contains(silent(got.GetUnavailable()), "metrics") {
		list.Missing = missingCorrections(got.GetUnavailable())
	}
	return e.changesIn(ctx, list)
}

var outcomes = map[metricsv1.CheckComparisonClaimsResponse_Outcome]term{
	metricsv1.CheckComparisonClaimsResponse_HOLDS:        {"The series on record agrees", "good"},
	metricsv1.CheckComparisonClaimsResponse_CONTRADICTED: {"The series on record says otherwise", "grave"},
	metricsv1.CheckComparisonClaimsResponse_CANNOT_TELL:  {"The series on record does not settle it", "doubt"},
}

// addChecks holds the claims of a figure against its series.
func (e *explorer) addChecks(ctx context.Context, v *figurePage) {
	if len(v.Claims) == 0 {
		return
	}
	got, err := e.Figures.CheckComparisonClaims(ctx, &metricsv1.CheckComparisonClaimsRequest{Name: v.Name, ReadTime: readingOf(ctx).time})
	if err != nil || len(got.GetChecks()) != len(v.Claims) {
		v.ChecksMissing = "Not checked."
		return
	}
	for i, check := range got.GetChecks() {
		outcome := outcomes[check.GetOutcome()]
		claim := &v.Claims[i]
		claim.Outcome, claim.Class, claim.Reason = outcome.Words, outcome.Class, check.GetExplanation()
		for _, o := range check.GetCounterexamples() {
			if o.GetFigure() != "" {
				claim.Against = append(claim.Against, &link{
					Href: pagePath(o.GetFigure()), Text: words.PeriodOf(o.GetTimePeriod()) + ": " + words.Observation(o),
				})
			}
		}
	}
}

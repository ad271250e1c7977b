package pages

import (
	"context"
	"net/http"
	"sync"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// How many of each the first page shows.
const (
	homeDocuments   = 6
	homeStatements  = 3
	homeFigures     = 6
	homeCorrections = 5
	homeMetrics     = 12
	// homeChanges is how many changed fields it shows of a correction: its page has all.
	homeChanges = 2
)

// homeView is the first page. What a service that does not answer would have given is
// missing and said to be.
type homeView struct {
	Documents   beginning[documentRow]
	Statements  beginning[*statementView]
	Figures     beginning[*figureView]
	Corrections beginning[correctionRow]
	Metrics     beginning[*metricRow]
	// Unavailable are the services whose corrections are missing.
	Unavailable []string
}

// Empty says that nothing is on record, so that the page says how to begin.
func (v *homeView) Empty() bool {
	return !v.Documents.Shown() && !v.Statements.Shown() && !v.Figures.Shown() && !v.Corrections.Shown() && !v.Metrics.Shown()
}

// newBeginning says of a list that cannot be read why, as the API does.
func newBeginning[T any](rows []T, next string, err error) beginning[T] {
	if err != nil {
		return beginning[T]{Missing: errs.ToStatus(err).Message()}
	}
	return beginning[T]{Rows: rows, More: next != ""}
}

// news is what the services answer for the first page.
type news struct {
	statements     *statementsv1.ListStatementsResponse
	statementsErr  error
	figures        *metricsv1.ListFiguresResponse
	figuresErr     error
	corrections    *gatewayv1.ListCorrectionsResponse
	correctionsErr error
}

func (e *explorer) home(r *http.Request) (*page, error) {
	if _, err := readParams(r, readTimeParam); err != nil {
		return nil, err
	}
	ctx, at := r.Context(), readingOf(r.Context()).time
	v := &homeView{}
	var got news
	var all sync.WaitGroup
	all.Go(func() {
		got, err := e.Documents.ListDocuments(ctx, &statementsv1.ListDocumentsRequest{PageSize: homeDocuments, ReadTime: at})
		v.Documents = newBeginning(documentRows(got.GetDocuments()), got.GetNextPageToken(), err)
	})
	all.Go(func() {
		got, err := e.Metrics.ListMetrics(ctx, &metricsv1.ListMetricsRequest{PageSize: homeMetrics, ReadTime: at})
		v.Metrics = newBeginning(e.countedMetrics(ctx, got.GetMetrics()), got.GetNextPageToken(), err)
	})
	all.Go(func() {
		got.statements, got.statementsErr = e.Statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{PageSize: homeStatements, ReadTime: at})
	})
	all.Go(func() {
		// Only what a text prints: statistical data would drive it away.
		got.figures, got.figuresErr = e.Figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{PageSize: homeFigures, Filter: "reported.text:*", ReadTime: at})
	})
	all.Go(func() {
		got.corrections, got.correctionsErr = e.Record.ListCorrections(ctx, &gatewayv1.ListCorrectionsRequest{PageSize: homeCorrections, ReadTime: at})
	})
	all.Wait()
	e.addNews(ctx, v, got)
	return &page{Template: "home", Title: "What was said, and what was measured", API: "/v1/corrections", Data: v}, nil
}

// addNews shows what is new, under the names that people use.
func (e *explorer) addNews(ctx context.Context, v *homeView, got news) {
	wanted := append(namesIn(got.statements.GetStatements()...), figureNames(got.figures.GetFigures()...)...)
	for _, c := range got.corrections.GetCorrections() {
		wanted = append(wanted, subjectOf(c.GetSubject()))
	}
	known := e.named(ctx, wanted)
	e.addPlaces(ctx, known, got.figures.GetFigures()...)
	v.Statements = newBeginning(statementViews(got.statements.GetStatements(), known), got.statements.GetNextPageToken(), got.statementsErr)
	figures := make([]*figureView, len(got.figures.GetFigures()))
	for i, f := range got.figures.GetFigures() {
		figures[i] = newFigureView(f, known)
	}
	v.Figures = newBeginning(figures, got.figures.GetNextPageToken(), got.figuresErr)
	rows := make([]correctionRow, len(got.corrections.GetCorrections()))
	for i, c := range got.corrections.GetCorrections() {
		rows[i] = newCorrectionRow(c, known)
	}
	e.addChanges(ctx, each(rows, func(row *correctionRow) *correctionView { return &row.correctionView }))
	for i := range rows {
		rows[i].Changes, rows[i].MoreChanges = rows[i].Changes[:min(homeChanges, len(rows[i].Changes))], false
	}
	v.Corrections = newBeginning(rows, got.corrections.GetNextPageToken(), got.correctionsErr)
	v.Unavailable = silent(got.corrections.GetUnavailable())
}

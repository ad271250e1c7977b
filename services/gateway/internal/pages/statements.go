package pages

import (
	"context"
	"net/http"
	"strings"
	"sync"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// statementsView is the list of statements.
type statementsView struct {
	List              listView[*statementView]
	Speaker, Document *link
}

// statements lists statements: speaker and document are ids.
func (e *explorer) statements(r *http.Request) (*page, error) {
	p, err := readParams(r, "speaker", "document", "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	speaker, document := p.resource("speaker", "entities"), p.resource("document", "documents")
	if err := p.problems.Err(); err != nil {
		return nil, err
	}
	var asked terms
	asked.equal("speaker", speaker)
	asked.equal("document", document)
	filter := asked.String()
	got, err := e.Statements.ListStatements(r.Context(), &statementsv1.ListStatementsRequest{
		PageSize: listPage, PageToken: p.get("page_token"), Filter: filter, ReadTime: readingOf(r.Context()).time,
	})
	if err != nil {
		return nil, err
	}
	known := e.resolve(r.Context(), append(namesIn(got.GetStatements()...), speaker, document)...)
	v := &statementsView{
		List: newList(r, statementViews(got.GetStatements(), known), got.GetNextPageToken()), Speaker: known.to(speaker), Document: known.to(document),
	}
	return &page{Template: "statements", Title: "Statements", Section: "statements", API: apiQuery("/v1/statements", "filter", filter), Data: v}, nil
}

// namesIn are the resources that statements name.
func namesIn(statements ...*statementsv1.Statement) []string {
	var out []string
	for _, s := range statements {
		out = append(out, entitiesOf(s)...)
		out = append(out, documentOf(s.GetDocumentVersion()))
	}
	return out
}

func statementViews(statements []*statementsv1.Statement, known names) []*statementView {
	rows := make([]*statementView, len(statements))
	for i, s := range statements {
		rows[i] = newStatementView(s, known)
	}
	return rows
}

// statementPage is one statement with its history.
type statementPage struct {
	*statementView
	// DocumentCorrections are those of the document that prints it.
	DocumentCorrections correctionList
	// FiguresMissing says why the figures in it are not listed.
	FiguresMissing string
	History        beginning[revisionRow]
}

func (e *explorer) statement(r *http.Request) (*page, error) {
	_, name, err := readNamed(r, "statements", readTimeParam)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	got, err := e.Statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name, ReadTime: readingOf(ctx).time})
	if err != nil {
		return nil, err
	}
	v := &statementPage{statementView: newStatementView(got, e.resolve(ctx, append(namesIn(got), backgroundNames(got)...)...))}
	v.Full, v.Corrections, v.Reviews = true, e.correctionsOf(ctx, name), e.reviewsOf(ctx, name)
	if document := documentOf(got.GetDocumentVersion()); document != "" {
		v.DocumentCorrections = e.correctionsOf(ctx, document)
	}
	var rest sync.WaitGroup
	rest.Go(func() { e.addHistory(ctx, v) })
	rest.Go(func() { e.addFiguresInside(ctx, v, got) })
	rest.Wait()
	title := v.Type.Words
	if len(v.Speakers) > 0 && v.Speakers[0].Entity != nil {
		title = v.Speakers[0].Entity.Text + ": " + strings.ToLower(title)
	}
	out := &page{Template: "statement", Title: title, Section: "statements", API: v.API, Name: name, Data: v}
	if document := documentOf(got.GetDocumentVersion()); document != "" {
		out.Live = "documents=" + document
	}
	return out, nil
}

// addFiguresInside lists the figures that the text prints inside the passages of the
// statement, as the joined view of its document has them.
func (e *explorer) addFiguresInside(ctx context.Context, v *statementPage, s *statementsv1.Statement) {
	if s.GetDocumentVersion() == "" {
		return
	}
	at := readingOf(ctx)
	got, err := e.Record.ReadDocument(ctx, &gatewayv1.ReadDocumentRequest{
		Name: documentOf(s.GetDocumentVersion()), Version: idOf(s.GetDocumentVersion()), ReadTime: at.time, ShowDeprecated: true, LanguageCode: at.code(),
	})
	if err != nil {
		v.FiguresMissing = "The figures in it could not be looked up."
		return
	}
	v.FiguresMissing = unavailable(got.GetUnavailable())
	figures := map[string]*metricsv1.Figure{}
	known := names{}
	for _, m := range got.GetMetrics() {
		known[m.GetName()] = m.GetDisplayName()
	}
	known.label(got.GetLabels())
	for _, f := range got.GetFacts() {
		if f.GetFigure() != nil {
			figures[f.GetFigure().GetName()] = f.GetFigure()
		}
	}
	for _, f := range got.GetFacts() {
		if f.GetStatement().GetName() != s.GetName() || f.GetAppearance() != "" {
			continue
		}
		for _, name := range f.GetFigures() {
			figure := figures[name]
			v.Figures = append(v.Figures, &link{Href: pagePath(name), Text: words.Figure(figure) + " (" + known.of(figure.GetMetric()) + ")"})
		}
	}
}

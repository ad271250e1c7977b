package record

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// maxReached is how many of each kind a propagation names.
const maxReached = 100

// propagation is what one correction reaches, while it is found out.
type propagation = gatewayv1.ListCorrectionsResponse_Propagation

// reach finds out what corrections reach. Those of figures are looked up in the metrics
// service first, then the words around them in the statements service.
type reach struct {
	*Service
	j *joined
	// corrections are those of one page.
	corrections []*typev1.Correction
}

// propagations tell what corrections reach, in their order. What only a service knows that
// does not answer is missing.
func (s *Service) propagations(ctx context.Context, j *joined, corrections []*typev1.Correction) ([]*propagation, error) {
	r := &reach{Service: s, j: j, corrections: corrections}
	count := len(corrections)
	documents, statements, derived := make([][]string, count), make([][]string, count), make([][]string, count)
	figures, isCut := make([]*metricsv1.Figure, count), make([]bool, count)
	err := j.both(ctx, func(ctx context.Context) error {
		return r.each(ctx, "statements/", func(ctx context.Context, i int, c *typev1.Correction) (err error) {
			documents[i], statements[i], err = r.aroundStatement(ctx, c)
			return err
		})
	}, func(ctx context.Context) error {
		return r.each(ctx, "figures/", func(ctx context.Context, i int, c *typev1.Correction) (err error) {
			figures[i], derived[i], isCut[i], err = r.ofFigure(ctx, c)
			return err
		})
	})
	if !j.has(statementsService) {
		documents, statements = make([][]string, count), make([][]string, count)
	}
	if !j.has(metricsService) {
		figures, derived, isCut = make([]*metricsv1.Figure, count), make([][]string, count), make([]bool, count)
	}
	if err != nil {
		return nil, err
	}
	cut, err := r.holders(ctx, figures, statements)
	if err != nil {
		return nil, err
	}
	out := make([]*propagation, 0, len(corrections))
	for i, c := range corrections {
		p := &propagation{Correction: c.GetName(), Metric: figures[i].GetMetric(), Truncated: cut[i] || isCut[i]}
		if strings.HasPrefix(c.GetSubject(), "metrics/") {
			p.Metric = c.GetSubject()
		}
		p.StaleFigures = cutReached(p, derived[i])
		p.Documents = cutReached(p, append([]string{c.GetDocument()}, documents[i]...))
		p.Statements = cutReached(p, statements[i])
		out = append(out, p)
	}
	return out, nil
}

// cutReached makes names that are named once each, and not more than fit.
func cutReached(p *propagation, names []string) []string {
	var d distinct
	for _, name := range names {
		d.add(name)
	}
	if len(d.names) > maxReached {
		p.Truncated = true
		return d.names[:maxReached]
	}
	return d.names
}

// each does something for each correction whose subject begins so, some at the same time.
func (r *reach) each(ctx context.Context, prefix string, do func(context.Context, int, *typev1.Correction) error) error {
	var indexes []int
	for i, c := range r.corrections {
		if strings.HasPrefix(c.GetSubject(), prefix) {
			indexes = append(indexes, i)
		}
	}
	_, err := readAll(ctx, indexes, func(ctx context.Context, i int) (struct{}, error) {
		return struct{}{}, do(ctx, i, r.corrections[i])
	})
	return err
}

// aroundStatement are the documents that print a statement, and the statements that report it, are
// reported in it or are linked to it. The subject may be a review of a statement: then that statement.
func (r *reach) aroundStatement(ctx context.Context, c *typev1.Correction) (documents, statements []string, err error) {
	name, _, ofReview := strings.Cut(c.GetSubject(), "/reviews/")
	if ofReview {
		return nil, []string{name}, nil
	}
	statement, err := r.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name, ReadTime: r.j.at, ShowDeleted: true})
	if exceptGone(err) != nil {
		return nil, nil, err
	}
	for _, version := range append([]string{statement.GetDocumentVersion()}, versionsOf(statement.GetAppearances())...) {
		documents = append(documents, documentOf(version))
	}
	if outer := statement.GetParentStatement(); outer != "" {
		parent, err := r.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: outer, ReadTime: r.j.at})
		if exceptGone(err) != nil {
			return nil, nil, err
		}
		statements = append(statements, cmp.Or(parent.GetRedirectTo(), parent.GetName()))
	}
	for _, refers := range []string{"parent_statement", "links.statement"} { // one by one: each is looked up, where "either" reads all statements
		around, err := r.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
			Filter: refers + " = " + strconv.Quote(name), PageSize: maxReached + 1, OrderBy: "name", ReadTime: r.j.at, ShowDeprecated: true,
		})
		if err != nil {
			return nil, nil, err
		}
		for _, other := range around.GetStatements() {
			statements = append(statements, other.GetName())
		}
	}
	slices.Sort(statements)
	return documents, statements, nil
}

func versionsOf(appearances []*statementsv1.Appearance) (versions []string) {
	for _, appearance := range appearances {
		versions = append(versions, appearance.GetDocumentVersion())
	}
	return versions
}

// documentOf is the document of a version.
func documentOf(version string) string {
	document, _, _ := strings.Cut(version, "/versions/")
	return document
}

// ofFigure is a figure and the names of those that became stale by its correction: in the
// same transaction, so at the same record time. Nothing later changes that. isCut says that
// more than maxFacts became stale then, and not all were looked at.
func (r *reach) ofFigure(ctx context.Context, c *typev1.Correction) (figure *metricsv1.Figure, derived []string, isCut bool, err error) {
	figure, err = r.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: c.GetSubject(), ReadTime: r.j.at, ShowDeleted: true})
	if exceptGone(err) != nil {
		return nil, nil, false, err
	}
	at := recordtime.FromTime(c.GetRecordTime().AsTime()).String()
	stale, err := r.figuresOf(ctx, c.GetRecordTime(), "stale = true AND update_time = "+strconv.Quote(at))
	if isCut = errs.ReasonOf(err) == tooMany; err != nil && !isCut {
		return nil, nil, false, err
	}
	return figure, derivedFrom(c.GetSubject(), stale), isCut, nil
}

// derivedFrom are the names of those figures that are computed from the named one, directly
// or over others, in their order: several corrections may be made at one record time.
func derivedFrom(name string, figures []*metricsv1.Figure) (names []string) {
	reached := map[string]bool{name: true}
	for grew := true; grew; {
		grew = false
		for _, figure := range figures {
			if !reached[figure.GetName()] && slices.ContainsFunc(figure.GetDerivation().GetInputs(), func(input *metricsv1.Derivation_Input) bool {
				return reached[input.GetFigure()]
			}) {
				reached[figure.GetName()], grew = true, true
			}
		}
	}
	for _, figure := range figures {
		if reached[figure.GetName()] && figure.GetName() != name {
			names = append(names, figure.GetName())
		}
	}
	return names
}

// holders adds to each corrected figure the statements whose words hold it, the innermost
// first. The statements of a document version are read once; cut says of which figures not
// all were looked at, since their version has too many.
func (r *reach) holders(ctx context.Context, figures []*metricsv1.Figure, statements [][]string) (cut []bool, err error) {
	cut = make([]bool, len(figures))
	var versions distinct
	for _, figure := range figures {
		versions.add(figure.GetDocumentVersion())
	}
	return cut, r.j.ask(ctx, statementsService, func(ctx context.Context) error {
		said, err := readAll(ctx, versions.names, r.statementsOn)
		for i, version := range versions.names {
			for k, figure := range figures {
				if err == nil && figure.GetDocumentVersion() == version {
					statements[k], cut[k] = statedIn(version, said[i], figure), len(said[i]) > maxFacts
				}
			}
		}
		return err
	})
}

// statementsOn reads the statements that stand on a document version, and one more than
// maxFacts at most.
func (r *reach) statementsOn(ctx context.Context, version string) ([]*statementsv1.Statement, error) {
	all, err := r.Service.statementsOn(ctx, r.j.at, version, true)
	if errs.ReasonOf(err) == tooMany {
		err = nil
	}
	return all, err
}

// statedIn are the names of those statements of a version whose words hold the figure, the
// innermost first.
func statedIn(version string, statements []*statementsv1.Statement, figure *metricsv1.Figure) []string {
	for _, fact := range inTextOrder(version, statements, []*metricsv1.Figure{figure}) {
		if fact.GetFigure() != nil {
			return fact.GetStatedIn()
		}
	}
	return nil
}

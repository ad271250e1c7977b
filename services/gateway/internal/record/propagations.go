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
}

// propagations tell what corrections reach, in their order. What only a service knows that
// does not answer is missing.
func (s *Service) propagations(ctx context.Context, j *joined, corrections []*typev1.Correction) ([]*propagation, error) {
	r := &reach{s, j}
	around, measured, err := both(ctx, j, func(ctx context.Context) ([]reached, error) {
		return eachOf(ctx, corrections, "statements/", r.aroundStatement)
	}, func(ctx context.Context) ([]reached, error) {
		return eachOf(ctx, corrections, "figures/", r.ofFigure)
	})
	if err != nil {
		return nil, err
	}
	all := make([]reached, len(corrections))
	for i, c := range corrections {
		switch collection, _, _ := strings.Cut(c.GetSubject(), "/"); {
		case collection == "statements" && around != nil:
			all[i] = around[i]
		case collection == "figures" && measured != nil:
			all[i] = measured[i]
		}
	}
	if err := r.addHolders(ctx, all); err != nil {
		return nil, err
	}
	out := make([]*propagation, 0, len(corrections))
	for i, c := range corrections {
		p := &propagation{Correction: c.GetName(), Metric: all[i].figure.GetMetric(), Truncated: all[i].isCut}
		if strings.HasPrefix(c.GetSubject(), "metrics/") {
			p.Metric = c.GetSubject()
		}
		p.StaleFigures = cutReached(p, all[i].derived)
		p.Documents = cutReached(p, append([]string{c.GetDocument()}, all[i].documents...))
		p.Statements = cutReached(p, all[i].statements)
		out = append(out, p)
	}
	return out, nil
}

// reached is what a correction of a statement or a figure reaches.
type reached struct {
	documents, statements []string
	// figure is what was corrected, derived are those that became stale by it.
	figure  *metricsv1.Figure
	derived []string
	// isCut says that not all were looked at.
	isCut bool
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

// eachOf reads what belongs to each correction whose subject begins so; of the others nothing.
func eachOf(ctx context.Context, corrections []*typev1.Correction, prefix string, read func(context.Context, *typev1.Correction) (reached, error)) ([]reached, error) {
	return readAll(ctx, corrections, func(ctx context.Context, c *typev1.Correction) (reached, error) {
		if !strings.HasPrefix(c.GetSubject(), prefix) {
			return reached{}, nil
		}
		return read(ctx, c)
	})
}

// aroundStatement finds the documents that print a statement, and the statements that report it, are
// reported in it or are linked to it. The subject may be a review of a statement: then that statement.
func (r *reach) aroundStatement(ctx context.Context, c *typev1.Correction) (around reached, err error) {
	name, _, ofReview := strings.Cut(c.GetSubject(), "/reviews/")
	if ofReview {
		return reached{statements: []string{name}}, nil
	}
	statement, err := r.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name, ReadTime: r.j.at, ShowDeleted: true})
	if exceptGone(err) != nil {
		return around, err
	}
	around.documents = append(around.documents, documentOf(statement.GetDocumentVersion()))
	for _, appearance := range statement.GetAppearances() {
		around.documents = append(around.documents, documentOf(appearance.GetDocumentVersion()))
	}
	if outer := statement.GetParentStatement(); outer != "" {
		parent, err := r.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: outer, ReadTime: r.j.at})
		if exceptGone(err) != nil {
			return around, err
		}
		around.statements = append(around.statements, cmp.Or(parent.GetRedirectTo(), parent.GetName()))
	}
	for _, refers := range []string{"parent_statement", "links.statement"} { // one by one: each is looked up, where "either" reads all statements
		referring, err := r.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
			Filter: refers + " = " + strconv.Quote(name), PageSize: maxReached + 1, OrderBy: "name", ReadTime: r.j.at, ShowDeprecated: true,
		})
		if err != nil {
			return around, err
		}
		for _, other := range referring.GetStatements() {
			around.statements = append(around.statements, other.GetName())
		}
	}
	slices.Sort(around.statements)
	return around, nil
}

// documentOf is the document of a version.
func documentOf(version string) string {
	document, _, _ := strings.Cut(version, "/versions/")
	return document
}

// ofFigure finds a figure and the names of those that became stale by its correction: in the
// same transaction, so at the same record time. Nothing later changes that. Where more than
// maxFacts became stale then, not all are looked at.
func (r *reach) ofFigure(ctx context.Context, c *typev1.Correction) (of reached, err error) {
	of.figure, err = r.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: c.GetSubject(), ReadTime: r.j.at, ShowDeleted: true})
	if exceptGone(err) != nil {
		return of, err
	}
	at := recordtime.FromTime(c.GetRecordTime().AsTime()).String()
	stale, err := r.figuresOf(ctx, c.GetRecordTime(), "stale = true AND update_time = "+strconv.Quote(at))
	if of.isCut = errs.ReasonOf(err) == tooMany; err != nil && !of.isCut {
		return of, err
	}
	of.derived = derivedFrom(c.GetSubject(), stale)
	return of, nil
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

// addHolders adds to each corrected figure the statements whose words hold it, the innermost
// first. The statements of a document version are read once; where it has too many, not all are
// looked at.
func (r *reach) addHolders(ctx context.Context, all []reached) error {
	var versions distinct
	for _, one := range all {
		versions.add(one.figure.GetDocumentVersion())
	}
	said, err := ask(ctx, r.j, statementsService, func(ctx context.Context) ([][]*statementsv1.Statement, error) {
		return readAll(ctx, versions.names, r.statementsOn)
	})
	for i, statements := range said {
		for k := range all {
			if one := &all[k]; one.figure.GetDocumentVersion() == versions.names[i] {
				one.statements, one.isCut = statedIn(versions.names[i], statements, one.figure), one.isCut || len(statements) > maxFacts
			}
		}
	}
	return err
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

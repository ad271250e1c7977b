package record

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// readRevisions adds every revision of every fact up to the time of the pack, and the
// reviews of the statements.
func (e *evidencing) readRevisions(ctx context.Context) error {
	var statementNames, figureNames []string
	for _, one := range e.statements {
		statementNames = append(statementNames, one.GetName())
	}
	for _, one := range e.figures {
		figureNames = append(figureNames, one.GetName())
	}
	var reviews [][]*statementsv1.Review
	ofStatements, ofFigures, err := both(ctx, e.j, func(ctx context.Context) (of [][]*statementsv1.StatementRevision, err error) {
		if of, err = readAll(ctx, statementNames, e.statementRevisions); err == nil {
			reviews, err = readAll(ctx, statementNames, e.reviews)
		}
		return of, err
	}, func(ctx context.Context) ([][]*metricsv1.FigureRevision, error) {
		return readAll(ctx, figureNames, e.figureRevisions)
	})
	if err != nil {
		return err
	}
	for i, one := range e.statements {
		if err := addHidden(ctx, e, one, ofStatements[i]); err != nil {
			return err
		}
	}
	for i, one := range e.figures {
		if err := addHidden(ctx, e, one, ofFigures[i]); err != nil {
			return err
		}
	}
	if err := addAll(e, slices.Concat(ofStatements...)); err != nil {
		return err
	}
	if err := addAll(e, slices.Concat(ofFigures...)); err != nil {
		return err
	}
	return addAll(e, slices.Concat(reviews...))
}

// revised is a fact with revisions.
type revised interface {
	GetName() string
	GetRevisionId() string
}

// addHidden says which revisions of a fact the service did not answer. They are numbered
// without a gap, and only of what was under embargo or confidential none is answered: to
// whoever reads that, all are.
func addHidden[T namedMessage](ctx context.Context, e *evidencing, fact revised, answered []T) error {
	there := map[string]bool{}
	for _, one := range answered {
		there[one.GetName()] = true
	}
	newest, _ := strconv.Atoi(fact.GetRevisionId())
	for n := 1; n < newest; n++ {
		name := fact.GetName() + "/revisions/" + strconv.Itoa(n)
		switch {
		case there[name]:
		case auth.SeesRestricted(ctx):
			return errs.New(errs.Internal, "", "the service did not answer %s", name)
		default:
			e.pack.AddHidden(name)
		}
	}
	return nil
}

func (e *evidencing) statementRevisions(ctx context.Context, name string) ([]*statementsv1.StatementRevision, error) {
	return pages(func(token string) ([]*statementsv1.StatementRevision, string, error) {
		answer, err := e.Service.statements.ListStatementRevisions(ctx, &statementsv1.ListStatementRevisionsRequest{
			Parent: name, PageSize: pageSize, PageToken: token, ReadTime: e.j.at,
		})
		return answer.GetStatementRevisions(), answer.GetNextPageToken(), err
	})
}

func (e *evidencing) figureRevisions(ctx context.Context, name string) ([]*metricsv1.FigureRevision, error) {
	return pages(func(token string) ([]*metricsv1.FigureRevision, string, error) {
		answer, err := e.Service.figures.ListFigureRevisions(ctx, &metricsv1.ListFigureRevisionsRequest{
			Parent: name, PageSize: pageSize, PageToken: token, ReadTime: e.j.at,
		})
		return answer.GetFigureRevisions(), answer.GetNextPageToken(), err
	})
}

func (e *evidencing) reviews(ctx context.Context, name string) ([]*statementsv1.Review, error) {
	return pages(func(token string) ([]*statementsv1.Review, string, error) {
		answer, err := e.statementReviews.ListReviews(ctx, &statementsv1.ListReviewsRequest{
			Parent: name, PageSize: pageSize, PageToken: token, ReadTime: e.j.at,
		})
		return answer.GetReviews(), answer.GetNextPageToken(), err
	})
}

// readVintages adds, of each figure with a period, what every source published for it in
// every vintage.
func (e *evidencing) readVintages(ctx context.Context) error {
	var figures []*metricsv1.Figure
	for _, one := range e.figures {
		if one.GetTimePeriod().GetEdtf() != "" {
			figures = append(figures, one)
		}
	}
	answers, err := readAll(ctx, figures, e.vintagesOf)
	if err != nil {
		return err
	}
	for i, figure := range figures {
		if err := e.pack.AddVintages(figure.GetName(), answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// vintagesOf reads all vintages of the figure's period in its own series, as one answer.
func (e *evidencing) vintagesOf(ctx context.Context, figure *metricsv1.Figure) (*metricsv1.QueryMetricResponse, error) {
	whole := &metricsv1.QueryMetricResponse{}
	token := ""
	for {
		page, err := e.metrics.QueryMetric(ctx, &metricsv1.QueryMetricRequest{
			Name: figure.GetMetric(), Dimensions: figure.GetDimensions(), Period: figure.GetTimePeriod().GetEdtf(), Frequency: figure.GetFrequency(),
			Vintages: metricsv1.QueryMetricRequest_ALL, PageSize: pageSize, PageToken: token, ReadTime: e.j.at,
		})
		if err != nil {
			return whole, exceptGone(err) // the metric was retracted since
		}
		token = page.GetNextPageToken()
		page.NextPageToken = ""
		proto.Merge(whole, page)
		if token == "" || proto.Size(whole) > maxPack {
			return whole, nil
		}
	}
}

// readCorrections adds the corrections of every fact and of the documents.
func (e *evidencing) readCorrections(ctx context.Context) error {
	wanted := map[string]bool{}
	var documents []string
	for _, one := range e.documents {
		if one != nil {
			wanted[one.GetName()] = true
			documents = append(documents, one.GetName())
		}
	}
	for _, one := range e.statements {
		wanted[one.GetName()] = true
	}
	for _, one := range e.figures {
		wanted[one.GetName()] = true
		if one.GetDocumentVersion() == "" {
			documents = append(documents, one.GetName())
		}
	}
	found, err := readAll(ctx, documents, e.correctionsOf)
	if err != nil {
		return err
	}
	var corrections []*typev1.Correction
	for _, one := range slices.Concat(found...) {
		subject := one.GetSubject()
		if statement, _, isReview := strings.Cut(subject, "/reviews/"); isReview {
			subject = statement
		}
		if wanted[subject] && one.GetName() != "" {
			corrections = append(corrections, one)
		}
	}
	return addAll(e, corrections)
}

// correctionsOf reads the corrections of what a document prints and of itself, or of a
// figure that no document prints, from both services.
func (e *evidencing) correctionsOf(ctx context.Context, name string) ([]*typev1.Correction, error) {
	filter := "document = " + strconv.Quote(name)
	if strings.HasPrefix(name, "figures/") {
		filter = "subject = " + strconv.Quote(name)
	}
	of, err := pages(func(token string) ([]*typev1.Correction, string, error) {
		answer, err := e.statementCorrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{Filter: filter, PageSize: pageSize, PageToken: token, ReadTime: e.j.at})
		return answer.GetCorrections(), answer.GetNextPageToken(), err
	})
	if err != nil {
		return nil, err
	}
	also, err := pages(func(token string) ([]*typev1.Correction, string, error) {
		answer, err := e.figureCorrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{Filter: filter, PageSize: pageSize, PageToken: token, ReadTime: e.j.at})
		return answer.GetCorrections(), answer.GetNextPageToken(), err
	})
	return append(of, also...), err
}

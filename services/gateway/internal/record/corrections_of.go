package record

import (
	"context"
	"slices"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// readCorrections are the corrections of a document that is read, and of its facts. Those
// that a document prints are listed by it; a statement that only appears in it, by itself.
// What is of its first revision was never corrected: mostly there is nothing to ask for.
func (s *Service) readCorrections(ctx context.Context, j *joined, answer *gatewayv1.ReadDocumentResponse) ([]*typev1.Correction, error) {
	document := answer.GetDocument().GetName()
	of := map[string]bool{document: true}
	var elsewhere, figures distinct
	statementsChanged := answer.GetDocument().GetRevisionId() != "1"
	for _, fact := range answer.GetFacts() {
		statement, figure := fact.GetStatement(), fact.GetFigure()
		of[statement.GetName()], of[figure.GetName()] = true, true
		switch {
		case figure != nil:
			if figure.GetRevisionId() != "1" {
				figures.add(figure.GetName())
			}
		case statement.GetRevisionId() == "1":
		case documentOf(statement.GetDocumentVersion()) == document:
			statementsChanged = true
		default:
			elsewhere.add(statement.GetName())
		}
	}
	var filters []string
	if statementsChanged {
		filters = append(filters, "document = "+strconv.Quote(document))
	}
	filters = append(filters, subjectFilters(elsewhere.names)...)
	said, measured, err := both(ctx, j, func(ctx context.Context) ([][]*typev1.Correction, error) {
		return readAll(ctx, filters, s.newestOfStatements(j.at))
	}, func(ctx context.Context) ([]*typev1.Correction, error) {
		if len(figures.names) == 0 {
			return nil, nil
		}
		return s.newestOfFigures(j.at)(ctx, "document = "+strconv.Quote(document))
	})
	all := slices.Concat(append(said, measured)...)
	return newestCorrections(slices.DeleteFunc(all, func(c *typev1.Correction) bool { return !of[c.GetSubject()] })), err
}

func (s *Service) newestOfStatements(at *timestamppb.Timestamp) func(context.Context, string) ([]*typev1.Correction, error) {
	return func(ctx context.Context, filter string) ([]*typev1.Correction, error) {
		answer, err := s.statementCorrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{
			Filter: filter, PageSize: maxCorrections, ReadTime: at,
		})
		return answer.GetCorrections(), err
	}
}

func (s *Service) newestOfFigures(at *timestamppb.Timestamp) func(context.Context, string) ([]*typev1.Correction, error) {
	return func(ctx context.Context, filter string) ([]*typev1.Correction, error) {
		answer, err := s.figureCorrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{
			Filter: filter, PageSize: maxCorrections, ReadTime: at,
		})
		return answer.GetCorrections(), err
	}
}

// foundCorrections are those of the facts of a page among those of all that was found, and
// of the documents of its statements.
func foundCorrections(results []*gatewayv1.SearchFactsResponse_Result, all ...[]*typev1.Correction) []*typev1.Correction {
	of := map[string]bool{}
	for _, result := range results {
		statement := result.GetStatement()
		of[statement.GetName()], of[result.GetFigure().GetName()], of[documentOf(statement.GetDocumentVersion())] = true, true, true
	}
	return newestCorrections(slices.DeleteFunc(slices.Concat(all...), func(c *typev1.Correction) bool { return !of[c.GetSubject()] }))
}

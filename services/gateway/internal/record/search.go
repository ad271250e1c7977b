package record

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
)

// SearchFacts implements RecordService. Each service answers at most one page. Its results
// say where its list goes on after each, so that the next page begins in both lists right
// behind what was answered.
func (s *Service) SearchFacts(ctx context.Context, req *gatewayv1.SearchFactsRequest) (*gatewayv1.SearchFactsResponse, error) {
	compare, err := factOrder(req.GetOrderBy())
	if err != nil {
		return nil, err
	}
	page, err := pageOf("SearchFacts", req, req.GetQuery(), req.GetOrderBy(), strconv.FormatBool(req.GetShowDeprecated()), req.GetLanguageCode(),
		strconv.FormatBool(req.GetIncludeCorrections()))
	if err != nil {
		return nil, err
	}
	lists, err := foundListsAt(page.keys)
	if err != nil {
		return nil, err
	}
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	j, err := s.join(ctx, page.terms)
	if err != nil {
		return nil, err
	}
	if lists, err = s.searchBoth(ctx, j, req, page.size, lists); err != nil {
		return nil, err
	}
	results := lists.merge(page.size, compare)
	answer := &gatewayv1.SearchFactsResponse{
		Results: results, StatementsRankedOf: lists.statements.rankedOf, FiguresRankedOf: lists.figures.rankedOf,
	}
	answer.Corrections = foundCorrections(results, lists.statements.corrections, lists.figures.corrections)
	if answer.Labels, err = s.factLabels(ctx, j, req.GetLanguageCode(), results); err != nil {
		return nil, err
	}
	if !lists.statements.done() || !lists.figures.done() {
		if answer.NextPageToken, err = page.next(j, append(lists.statements.keys(), lists.figures.keys()...)...); err != nil {
			return nil, err
		}
	}
	answer.Unavailable, err = j.unavailable(ctx)
	return answer, err
}

// searchBoth reads a page of each list that has one, side by side.
func (s *Service) searchBoth(ctx context.Context, j *joined, req *gatewayv1.SearchFactsRequest, size int, lists foundLists) (foundLists, error) {
	said, measured, err := both(ctx, j, func(ctx context.Context) (*foundList, error) {
		if lists.statements.ended {
			return lists.statements, nil
		}
		found, err := s.statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{
			Query: req.GetQuery(), OrderBy: req.GetOrderBy(), ShowDeprecated: req.GetShowDeprecated(), ReadTime: j.at,
			PageSize: int32(size), PageToken: lists.statements.token, IncludePageTokens: true, //nolint:gosec // at most MaxSize
			IncludeCorrections: req.GetIncludeCorrections(),
		})
		for _, result := range found.GetResults() {
			lists.statements.add(result.GetPageToken(), result.GetStatement().GetCreateTime().AsTime(),
				&gatewayv1.SearchFactsResponse_Result{
					Fact: &gatewayv1.SearchFactsResponse_Result_Statement{Statement: result.GetStatement()}, Relevance: result.GetRelevance(),
				})
		}
		lists.statements.read(found.GetNextPageToken(), found.GetRankedOf(), found.GetCorrections())
		return lists.statements, err
	}, func(ctx context.Context) (*foundList, error) {
		if lists.figures.ended {
			return lists.figures, nil
		}
		found, err := s.figures.SearchFigures(ctx, &metricsv1.SearchFiguresRequest{
			Query: req.GetQuery(), OrderBy: req.GetOrderBy(), ReadTime: j.at,
			PageSize: int32(size), PageToken: lists.figures.token, IncludePageTokens: true, //nolint:gosec // at most MaxSize
			IncludeCorrections: req.GetIncludeCorrections(),
		})
		for _, result := range found.GetResults() {
			lists.figures.add(result.GetPageToken(), result.GetFigure().GetCreateTime().AsTime(),
				&gatewayv1.SearchFactsResponse_Result{
					Fact: &gatewayv1.SearchFactsResponse_Result_Figure{Figure: result.GetFigure()}, Relevance: result.GetRelevance(),
				})
		}
		lists.figures.read(found.GetNextPageToken(), found.GetRankedOf(), found.GetCorrections())
		return lists.figures, err
	})
	return foundLists{cmp.Or(said, &foundList{ended: true}), cmp.Or(measured, &foundList{ended: true})}, err
}

// factLabels says what the entities and metrics are called that results name.
func (s *Service) factLabels(
	ctx context.Context, j *joined, languageCode string, results []*gatewayv1.SearchFactsResponse_Result,
) (map[string]*gatewayv1.Label, error) {
	var named mentions
	for _, result := range results {
		named.ofStatement(result.GetStatement())
		named.ofFigure(result.GetFigure())
	}
	return s.labelsOf(ctx, j, languageCode, named.entities.names, named.metrics.names)
}

// foundFact is a result with what its place is decided by.
type foundFact struct {
	result  *gatewayv1.SearchFactsResponse_Result
	created time.Time
	// after is the token that goes on after it.
	after string
}

// factOrder reads the order in which results are merged: that of both services, of which
// statements come first.
func factOrder(text string) (compare func(a, b *foundFact) int, err error) {
	byAge := func(a, b *foundFact) int { return b.created.Compare(a.created) }
	byRelevance := func(a, b *foundFact) int { return cmp.Compare(b.result.GetRelevance(), a.result.GetRelevance()) }
	switch strings.Join(strings.Fields(text), " ") {
	case "", "relevance", "relevance desc":
		return func(a, b *foundFact) int { return cmp.Or(byRelevance(a, b), byAge(a, b)) }, nil
	case "create_time desc":
		return byAge, nil
	case "create_time", "create_time asc":
		return func(a, b *foundFact) int { return byAge(b, a) }, nil
	default:
		return nil, errs.Invalid("order_by", "UNKNOWN_ORDER_FIELD", "facts are ordered by relevance or create_time")
	}
}

// foundList is a page of what one service found, and the place in its list.
type foundList struct {
	// token is the place before the first of facts, ended says that there is none after
	// the last page that was read.
	token string
	ended bool
	facts []*foundFact
	// more says that the service has more than facts.
	more     bool
	rankedOf int32
	// corrections are those of facts.
	corrections []*typev1.Correction
}

func (l *foundList) add(after string, created time.Time, result *gatewayv1.SearchFactsResponse_Result) {
	l.facts = append(l.facts, &foundFact{result: result, created: created, after: after})
}

func (l *foundList) read(next string, rankedOf int32, corrections []*typev1.Correction) {
	l.more, l.rankedOf, l.corrections = next != "", rankedOf, corrections
}

// take takes the first fact.
func (l *foundList) take() *gatewayv1.SearchFactsResponse_Result {
	first := l.facts[0]
	l.token, l.facts = first.after, l.facts[1:]
	return first.result
}

// done reports whether nothing comes after what was taken.
func (l *foundList) done() bool { return len(l.facts) == 0 && !l.more }

// keys are the place after what was taken, for a page token.
func (l *foundList) keys() []any {
	ended := int64(0)
	if l.done() {
		ended = 1
	}
	return []any{l.token, ended, int64(l.rankedOf)}
}

// foundLists are what both services found.
type foundLists struct{ statements, figures *foundList }

// foundListsAt goes to the places of a page token; no keys are the beginning.
func foundListsAt(keys []any) (foundLists, error) {
	lists := foundLists{&foundList{}, &foundList{}}
	if len(keys) == 0 {
		return lists, nil
	}
	const each = 3
	if len(keys) != 2*each {
		return foundLists{}, paging.ErrMismatch()
	}
	for i, list := range []*foundList{lists.statements, lists.figures} {
		token, isText := keys[each*i].(string)
		ended, isFlag := keys[each*i+1].(int64)
		rankedOf, isNumber := keys[each*i+2].(int64)
		if !isText || !isFlag || !isNumber || rankedOf < 0 || rankedOf > maxRankedOf {
			return foundLists{}, paging.ErrMismatch()
		}
		list.token, list.ended, list.rankedOf = token, ended != 0, int32(rankedOf)
	}
	return lists, nil
}

// maxRankedOf is how far the services count.
const maxRankedOf = 100_000

// merge takes the first results of both lists, in order; of equals statements come first.
func (l foundLists) merge(size int, compare func(a, b *foundFact) int) (results []*gatewayv1.SearchFactsResponse_Result) {
	for len(results) < size {
		switch {
		case len(l.statements.facts) == 0 && len(l.figures.facts) == 0:
			return results
		case len(l.figures.facts) == 0:
			results = append(results, l.statements.take())
		case len(l.statements.facts) == 0 || compare(l.figures.facts[0], l.statements.facts[0]) < 0:
			results = append(results, l.figures.take())
		default:
			results = append(results, l.statements.take())
		}
	}
	return slices.Clip(results)
}

package api

import (
	"context"
	"errors"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// SearchStatements finds statements by their words.
func (s *statements) SearchStatements(
	ctx context.Context, req *statementsv1.SearchStatementsRequest,
) (*statementsv1.SearchStatementsResponse, error) {
	words, queryErr := parseQuery(req.GetQuery())
	filter, filterErr := listquery.ParseFilter(domain.StatementFields, req.GetFilter())
	if err := errs.Join(queryErr, filterErr); err != nil {
		return nil, err
	}
	p, err := s.page(ctx, "SearchStatements", req, req.GetQuery(), req.GetFilter())
	if err != nil {
		return nil, err
	}
	after, err := p.rank()
	if err != nil {
		return nil, err
	}
	var found store.Found
	err = s.store.Read(ctx, func(r store.Reader) error {
		found, err = r.Search(store.Search{At: p.at, Query: words, Filter: filter, After: after, Limit: p.size + 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.results(found)
}

// parseQuery reads the words to look for: INVALID_ARGUMENT for the field query.
func parseQuery(text string) (searchtext.Query, error) {
	query, err := searchtext.ParseQuery(text)
	var fault *searchtext.QueryError
	if errors.As(err, &fault) {
		return searchtext.Query{}, errs.Invalid("query", string(fault.Reason), "%s", fault.Error())
	}
	return query, err
}

// rank reads the last result of the page before.
func (p page) rank() (*store.Rank, error) {
	if len(p.after) == 0 {
		return nil, nil //nolint:nilnil // the first page starts nowhere
	}
	if len(p.after) == 3 {
		relevance, ok1 := p.after[0].(int64)
		created, ok2 := p.after[1].(int64)
		id, ok3 := p.after[2].(string)
		if ok1 && ok2 && ok3 {
			return &store.Rank{Relevance: int32(relevance), Created: recordtime.Time(created), ID: id}, nil //nolint:gosec // it was one
		}
	}
	return nil, errs.Invalid("page_token", "PAGE_TOKEN_MALFORMED", "the token cannot be read")
}

func (p page) results(found store.Found) (*statementsv1.SearchStatementsResponse, error) {
	results, more := paging.Trim(found.Results, p.size)
	out := &statementsv1.SearchStatementsResponse{Results: make([]*statementsv1.SearchStatementsResponse_Result, len(results))}
	for i, result := range results {
		out.Results[i] = &statementsv1.SearchStatementsResponse_Result{
			Statement: statementToProto(result.Statement), Relevance: result.Relevance,
		}
	}
	if found.Matches > store.RankLimit {
		out.RankedOf = int32(min(found.Matches, 1<<31-1)) //nolint:gosec // bounded here
	}
	if !more {
		return out, nil
	}
	last := results[len(results)-1]
	var err error
	out.NextPageToken, err = p.next(int64(last.Relevance), int64(last.Statement.Created), last.Statement.ID)
	return out, err
}

package api

import (
	"context"
	"strconv"
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// searched is what statements are searched by.
var searched = recordread.Searched{Fields: domain.StatementFields, OwnTime: "statement_time", Facets: domain.Facets}

// SearchStatements finds statements by their words.
func (s *statements) SearchStatements(
	ctx context.Context, req *statementsv1.SearchStatementsRequest,
) (*statementsv1.SearchStatementsResponse, error) {
	search, err := searched.Parse(req)
	if err != nil {
		return nil, err
	}
	search.Query = search.Query.Stemmed(req.GetLanguageCode())
	search.ShowDeprecated = req.GetShowDeprecated() || domain.AsksRank(search.Filter)
	p, err := recordread.Begin(ctx, s.store, "SearchStatements", req, req.GetQuery(), req.GetFilter(), req.GetOrderBy(), req.GetLanguageCode(),
		strconv.FormatBool(req.GetShowDeprecated()), strconv.FormatBool(req.GetIncludeCorrections()),
		strconv.FormatBool(req.GetIncludePageTokens()), strings.Join(req.GetFacets(), ","))
	if err != nil {
		return nil, err
	}
	search.At, search.Limit = p.At, p.Size+1
	if search.After, search.Counted, err = p.Rank(); err != nil {
		return nil, err
	}
	var found store.Found
	var corrections []*typev1.Correction
	err = s.read(ctx, func(r store.Reader) error {
		if found, err = r.Search(search); err != nil || !req.GetIncludeCorrections() {
			return err
		}
		corrections, err = correctionsFor(r, found.First(p.Size), p.At)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := results(p, found, req.GetIncludePageTokens())
	if err != nil {
		return nil, err
	}
	out.Corrections = corrections
	return out, nil
}

// results writes a page; each result has its own token if withTokens says so.
func results(p recordread.Page, found store.Found, withTokens bool) (*statementsv1.SearchStatementsResponse, error) {
	page, tokens, next, err := recordread.EndSearch(p, found, withTokens)
	if err != nil {
		return nil, err
	}
	out := &statementsv1.SearchStatementsResponse{NextPageToken: next, RankedOf: found.RankedOf()}
	for i, result := range page {
		out.Results = append(out.Results, &statementsv1.SearchStatementsResponse_Result{
			Statement: statementToProto(result.Resource), Relevance: result.Relevance, PageToken: tokens[i],
		})
	}
	for _, facet := range found.Facets {
		out.Facets = append(out.Facets, facetToProto(facet))
	}
	return out, nil
}

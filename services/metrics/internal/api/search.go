package api

import (
	"context"
	"strconv"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// searched is what figures are searched by.
var searched = recordread.Searched{Fields: domain.FigureFields, OwnTime: "time_period", Facets: domain.Facets}

// SearchFigures finds figures by their words.
func (s *figures) SearchFigures(ctx context.Context, req *metricsv1.SearchFiguresRequest) (*metricsv1.SearchFiguresResponse, error) {
	search, err := searched.Parse(req)
	if err != nil {
		return nil, err
	}
	search.Query = search.Query.Stemmed("") // as a search of statements: so both rank by the same function
	p, err := recordread.Begin(ctx, s.store, "SearchFigures", req, req.GetQuery(), req.GetFilter(), req.GetOrderBy(),
		strconv.FormatBool(req.GetIncludeCorrections()), strconv.FormatBool(req.GetIncludePageTokens()), strings.Join(req.GetFacets(), ","))
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
		if found, err = r.SearchFigures(search); err != nil || !req.GetIncludeCorrections() {
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
func results(p recordread.Page, found store.Found, withTokens bool) (*metricsv1.SearchFiguresResponse, error) {
	page, tokens, next, err := recordread.EndSearch(p, found, withTokens)
	if err != nil {
		return nil, err
	}
	out := &metricsv1.SearchFiguresResponse{NextPageToken: next, RankedOf: found.RankedOf()}
	for i, result := range page {
		out.Results = append(out.Results, &metricsv1.SearchFiguresResponse_Result{
			Figure: figureToProto(result.Resource), Relevance: result.Relevance, PageToken: tokens[i],
		})
	}
	for _, facet := range found.Facets {
		out.Facets = append(out.Facets, facetToProto(facet))
	}
	return out, nil
}

const (
	// pageCorrections is how many corrections of each figure an answer has at most, maxPageCorrections how many of all together.
	pageCorrections    = 10
	maxPageCorrections = 1_000
)

// correctionsFor reads the corrections of figures.
func correctionsFor(r store.HistoryReader, figures []domain.Figure, at recordtime.Time) (corrections []*typev1.Correction, err error) {
	names := make([]string, len(figures))
	for i, figure := range figures {
		names[i] = domain.FigureName.Format(figure.ID)
	}
	found, err := r.CorrectionsOf(names, at, pageCorrections)
	for _, correction := range found[:min(len(found), maxPageCorrections)] {
		corrections = append(corrections, correctionProto(correction))
	}
	return corrections, err
}

package api

import (
	"context"
	"fmt"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/places"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// placeLists answers PlaceService.
type placeLists struct {
	metricsv1.UnimplementedPlaceServiceServer
	core
}

// GetPlace answers one place.
func (*placeLists) GetPlace(_ context.Context, req *metricsv1.GetPlaceRequest) (*metricsv1.Place, error) {
	place, err := placeOf("name", req.GetName())
	if err != nil {
		return nil, err
	}
	return placeToProto(place), nil
}

// placeOf finds a place by its name.
func placeOf(field, name string) (places.Place, error) {
	id, err := parseName(field, name, domain.PlaceName)
	if err != nil {
		return places.Place{}, err
	}
	place, found := places.Lookup(id)
	if !found {
		return places.Place{}, errs.New(errs.NotFound, "PLACE_NOT_FOUND", "%s is not in the tables", name).About(domain.PlaceType, name)
	}
	return place, nil
}

// ListPlaces lists places.
func (*placeLists) ListPlaces(_ context.Context, req *metricsv1.ListPlacesRequest) (*metricsv1.ListPlacesResponse, error) {
	size, err := paging.Size(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	binding := paging.Bind("ListPlaces", req.GetWithin())
	token, err := paging.Decode(req.GetPageToken(), binding)
	if err != nil {
		return nil, err
	}
	after, within := "", ""
	if !token.First() {
		var isText bool
		if len(token.Keys) == 1 {
			after, isText = token.Keys[0].(string)
		}
		if !isText {
			return nil, paging.ErrMismatch()
		}
	}
	if req.GetWithin() != "" {
		place, err := placeOf("within", req.GetWithin())
		if err != nil {
			return nil, err
		}
		within = place.ID
	}
	rows, more := paging.Trim(places.After(after, within, size+1), size)
	resp := &metricsv1.ListPlacesResponse{}
	for _, place := range rows {
		resp.Places = append(resp.Places, placeToProto(place))
	}
	if more {
		resp.NextPageToken, err = paging.Token{Keys: []any{rows[len(rows)-1].ID}}.Encode(binding)
	}
	return resp, err
}

// ResolvePlaces answers the places that a text may mean.
func (*placeLists) ResolvePlaces(_ context.Context, req *metricsv1.ResolvePlacesRequest) (*metricsv1.ResolvePlacesResponse, error) {
	if len(searchtext.Tokens(req.GetText())) == 0 {
		return nil, errs.Invalid("text", emptyQuery, "no letter or digit: nothing is found by it")
	}
	resp := &metricsv1.ResolvePlacesResponse{}
	for _, c := range places.Resolve(req.GetText()) {
		resp.Candidates = append(resp.Candidates, &metricsv1.ResolvePlacesResponse_Candidate{
			Place: placeToProto(c.Place), Score: hundredths(c.Hundredths),
			MatchType: metricsv1.ResolvePlacesResponse_MatchType(metricsv1.ResolvePlacesResponse_MatchType_value[string(c.How)]),
		})
	}
	return resp, nil
}

// hundredths writes a score of 0 to 100 as a decimal with two places.
func hundredths(n int) *decimal.Decimal {
	return &decimal.Decimal{Value: fmt.Sprintf("%d.%02d", n/100, n%100)}
}

func placeToProto(p places.Place) *metricsv1.Place {
	return &metricsv1.Place{
		Name: domain.PlaceName.Format(p.ID), DisplayName: p.Name, PlaceType: metricsv1.Place_PlaceType(metricsv1.Place_PlaceType_value[string(p.Kind)]),
		Iso3166Code: p.Code, Iso3166Alpha3: p.Alpha3, M49Code: p.M49, WikidataId: p.Wikidata,
		Parents: placeNames(p.Parents), Successors: placeNames(p.Successors), FormerCodes: p.FormerCodes,
		Aliases: append(append([]string{}, p.Aliases...), p.Adjectives...),
	}
}

func placeNames(ids []string) (names []string) {
	for _, id := range ids {
		names = append(names, domain.PlaceName.Format(id))
	}
	return names
}

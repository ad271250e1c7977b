package server_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// placesWithin lists the names of all places within one, a page at a time.
func (s *service) placesWithin(t testing.TB, within string) (names []string) {
	t.Helper()
	req := &metricsv1.ListPlacesRequest{Within: within, PageSize: 700}
	for {
		out, err := s.places.ListPlaces(t.Context(), req)
		must.OK(t, err)
		for _, p := range out.GetPlaces() {
			names = append(names, p.GetName())
		}
		if req.PageToken = out.GetNextPageToken(); req.PageToken == "" {
			return names
		}
	}
}

func TestM13PlacesByEveryCode(t *testing.T) {
	s := start(t)
	get := func(name string) *metricsv1.Place {
		p, err := s.places.GetPlace(t.Context(), &metricsv1.GetPlaceRequest{Name: name})
		must.OK(t, err)
		return p
	}
	mexico := get("places/mx")
	must.Equal(t, []string{mexico.GetIso3166Code(), mexico.GetIso3166Alpha3(), mexico.GetM49Code(), mexico.GetWikidataId()},
		[]string{"MX", "MEX", "484", "Q96"})
	must.Equal(t, mexico.GetPlaceType(), metricsv1.Place_COUNTRY)
	must.Equal(t, mexico.GetParents(), []string{"places/m49-013"})
	must.True(t, slices.Contains(mexico.GetAliases(), "Mexican"))
	must.Equal(t, get("places/us-ca").GetPlaceType(), metricsv1.Place_SUBDIVISION)
	soviet := get("places/former-suhh")
	must.Equal(t, soviet.GetPlaceType(), metricsv1.Place_FORMER_COUNTRY)
	must.True(t, slices.Contains(soviet.GetSuccessors(), "places/lt"))
	must.Equal(t, get("places/cd").GetFormerCodes(), []string{"ZR", "ZAR"})

	all := s.placesWithin(t, "")
	must.True(t, slices.IsSorted(all) && len(slices.Compact(slices.Clone(all))) == len(all) && len(all) > 5000)
	americas := s.placesWithin(t, "places/m49-019")
	for _, name := range []string{"places/mx", "places/us-ca", "places/m49-419"} {
		must.True(t, slices.Contains(americas, name), name)
	}
	must.False(t, slices.Contains(americas, "places/de"))
	must.Equal(t, len(s.placesWithin(t, "places/us-tx")), 0)
}

func TestM13TextsResolveToPlaces(t *testing.T) {
	s := start(t)
	for text, want := range map[string]string{
		"Mexican":      "places/mx ADJECTIVE 0.80",
		"USA":          "places/us CODE 1.00",
		"840":          "places/us CODE 1.00",
		"Q30":          "places/us CODE 1.00",
		"US-CA":        "places/us-ca CODE 0.60",
		"Georgia":      "places/ge NAME 1.00, places/us-ga NAME 0.60",
		"Zaire":        "places/former-zrcd FORMER 0.66, places/ao-zai NAME 0.60, places/cd FORMER 0.60",
		"SUN":          "places/former-suhh FORMER 0.66",
		"Latin Americ": "",
	} {
		out, err := s.places.ResolvePlaces(t.Context(), &metricsv1.ResolvePlacesRequest{Text: text})
		must.OK(t, err)
		var got []string
		for _, c := range out.GetCandidates() {
			got = append(got, c.GetPlace().GetName()+" "+c.GetMatchType().String()+" "+c.GetScore().GetValue())
		}
		must.Equal(t, strings.Join(got, ", "), want)
	}
}

func TestPlaceRefusals(t *testing.T) {
	s := start(t)
	_, err := s.places.GetPlace(t.Context(), &metricsv1.GetPlaceRequest{Name: "places/atlantis"})
	statustest.Check(t, err, codes.NotFound, "PLACE_NOT_FOUND", "")
	_, err = s.places.ListPlaces(t.Context(), &metricsv1.ListPlacesRequest{Within: "places/atlantis"})
	statustest.Check(t, err, codes.NotFound, "PLACE_NOT_FOUND", "")
	_, err = s.places.ResolvePlaces(t.Context(), &metricsv1.ResolvePlacesRequest{Text: "…"})
	statustest.Check(t, err, codes.InvalidArgument, "EMPTY_QUERY", "text")
	page, err := s.places.ListPlaces(t.Context(), &metricsv1.ListPlacesRequest{PageSize: 1})
	must.OK(t, err)
	_, err = s.places.ListPlaces(t.Context(), &metricsv1.ListPlacesRequest{PageToken: page.GetNextPageToken(), Within: "places/us"})
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
}

package places_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/places"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// all are the places in their order.
func all() []places.Place { return places.After("", "", 1_000_000) }

// TestTablesAreWhole checks that every line of the embedded files is understood, and that what they say fits together.
func TestTablesAreWhole(t *testing.T) {
	count := map[places.Kind]int{}
	for _, p := range all() {
		count[p.Kind]++
		must.True(t, p.Name != "" && p.Name == strings.TrimSpace(p.Name), p.ID)
		must.Equal(t, len(p.Parents) == 0, p.Kind == places.World)
		must.Equal(t, len(p.Successors) > 0, p.Kind == places.FormerCountry)
		for _, id := range slices.Concat(p.Parents, p.Successors) {
			_, found := places.Lookup(id)
			must.True(t, found, p.ID+" "+id)
		}
		same, found := places.Lookup(p.ID)
		must.True(t, found, p.ID)
		must.Equal(t, same, p)
	}
	must.Equal(t, count[places.World], 1)
	must.Equal(t, count[places.Country], 249+1) // Kosovo is none of ISO 3166-1
	must.Equal(t, count[places.FormerCountry], 31)
	must.True(t, count[places.Region] > 25 && count[places.Subdivision] > 5000)
}

func TestContainment(t *testing.T) {
	within := func(id string) (ids []string) {
		for _, p := range places.After("", id, 1_000_000) {
			ids = append(ids, p.ID)
		}
		return ids
	}
	must.True(t, slices.Contains(within("m49-019"), "mx"), "Mexico lies in the Americas")
	must.True(t, slices.Contains(within("m49-019"), "us-ca"), "California lies in the Americas")
	must.True(t, slices.Contains(within("m49-003"), "mx"), "Mexico lies in North America too")
	must.False(t, slices.Contains(within("m49-021"), "mx"), "and not in Northern America")
	must.True(t, slices.Contains(within("gb"), "gb-bfs"), "a part of a part")
	must.Equal(t, len(within("us-tx")), 0)
	must.Equal(t, len(within("m49-001")), len(all())-1)
}

func TestOnList(t *testing.T) {
	for list, codes := range map[string]string{
		places.ISO3166Alpha2: "US MX SU ZR BU GE EU EZ XK", places.ISO3166Alpha3: "USA MEX SUN ZAR ROM ROU", places.M49: "840 001 419 810 280 276",
		places.ISO4217: "USD DEM XAU",
	} {
		for _, code := range strings.Fields(codes) {
			must.True(t, places.OnList(list, code), list+" "+code)
		}
		for _, code := range []string{"", "us", "XX", "QQQ", "999", "US-CA", "SUHH", "m49-001", "W1"} {
			must.False(t, places.OnList(list, code), list+" "+code)
		}
	}
	must.False(t, places.OnList("", "US"))
	must.False(t, places.OnList(places.ISO3166Alpha2, "USA"))
}

func TestResolve(t *testing.T) {
	for text, want := range map[string]string{
		"Mexico":            "mx NAME 1.00, mx-mex NAME 0.60",
		"mexican":           "mx ADJECTIVE 0.80",
		"MX":                "mx CODE 1.00",
		"mx":                "mx CODE 0.90",
		" USA ":             "us CODE 1.00",
		"840":               "us CODE 1.00",
		"Q30":               "us CODE 1.00",
		"US-TX":             "us-tx CODE 0.60",
		"Georgia":           "ge NAME 1.00, us-ga NAME 0.60",
		"America":           "us ALIAS 0.90, m49-019 ALIAS 0.81",
		"CA":                "ca CODE 1.00, us-ca ALIAS 0.54",
		"Soviet Union":      "former-suhh FORMER 0.66",
		"ZR":                "former-zrcd FORMER 0.66, cd FORMER 0.60",
		"Burma":             "former-bumm FORMER 0.66, mm FORMER 0.60",
		"East Timor":        "tl ALIAS 0.90, former-tptl FORMER 0.66",
		"Côte d'Ivoire":     "ci NAME 1.00",
		"ivory coast":       "ci ALIAS 0.90",
		"Sub-Saharan":       "m49-202 ALIAS 0.36",
		"world":             "m49-001 NAME 1.00",
		"Atlantis":          "",
		"…":                 "",
		"Frankreich":        "fr ALIAS 0.90",
		"Northern America":  "m49-021 NAME 0.90",
		"Deutsche Republik": "",
		"U.S.":              "us ALIAS 0.90",
		"L.A.":              "us-la ALIAS 0.54, la CODE 0.50",
		"N.C.":              "us-nc ALIAS 0.54, nc CODE 0.50",
		"S. Korea":          "kr ALIAS 0.90",
		"0.15":              "",
		"U. S. A.":          "us CODE 1.00",
		"u.k.":              "gb ALIAS 0.90",
		"EE. UU.":           "us ALIAS 0.90",
		"EE.UU.":            "us ALIAS 0.90",
		"Britain":           "gb ALIAS 0.90",
		"EU":                "eu CODE 0.90",
		"E.U.":              "eu CODE 0.45",
		"European Union":    "eu NAME 0.90",
		"EU27":              "eu ALIAS 0.81",
		"EUU":               "eu CODE 0.90",
		"European":          "m49-150 ADJECTIVE 0.72",
		"euro area":         "ez NAME 0.90",
		"Eurozone":          "ez ALIAS 0.81",
		"U2":                "ez ALIAS 0.81",
		"Kosovo":            "xk NAME 1.00",
		"XKX":               "xk CODE 1.00",
		"EU28":              "",
		"ASEAN":             "",
	} {
		must.Equal(t, written(places.Resolve(text)), want)
	}
	must.True(t, strings.Contains(written(places.Resolve("Congo")), "cd "), "both Congos")
	must.True(t, strings.Contains(written(places.Resolve("Congo")), "cg "), "both Congos")
}

func written(candidates []places.Candidate) string {
	var texts []string
	for _, c := range candidates {
		score := "1.00"
		if c.Hundredths < 100 {
			score = "0." + string([]byte{byte('0' + c.Hundredths/10), byte('0' + c.Hundredths%10)})
		}
		texts = append(texts, c.Place.ID+" "+string(c.How)+" "+score)
	}
	return strings.Join(texts, ", ")
}

// TestEveryPlaceIsFoundByItsName asks for each place by its name and by its codes.
func TestEveryPlaceIsFoundByItsName(t *testing.T) {
	found := func(text, id string) bool {
		candidates := places.Resolve(text)
		return len(candidates) == places.MaxCandidates || slices.ContainsFunc(candidates, func(c places.Candidate) bool { return c.Place.ID == id })
	}
	for _, p := range all() {
		for _, text := range append([]string{p.Name, p.Code, p.Alpha3, p.M49, p.Wikidata}, p.FormerCodes...) {
			must.True(t, text == "" || found(text, p.ID), p.ID+" by "+text)
		}
	}
}

// TestResolveOfAnyText gives scores in range and in order, whatever the text.
func TestResolveOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidates := places.Resolve(rapid.String().Draw(t, "text"))
		must.True(t, len(candidates) <= places.MaxCandidates)
		for i, c := range candidates {
			must.True(t, c.Hundredths >= 1 && c.Hundredths <= 100)
			must.True(t, i == 0 || candidates[i-1].Hundredths >= c.Hundredths)
		}
	})
}

// A code means one place; a withdrawn one its old place only where none has it today.
func TestWithCode(t *testing.T) {
	for code, want := range map[string]string{"US": "us", "USA": "us", "840": "us", "US-CA": "us-ca", "001": "m49-001", "SU": "former-suhh"} {
		place, found := places.WithCode(code)
		must.True(t, found, code)
		must.Equal(t, place.ID, want)
	}
	for _, code := range []string{"", "us", "ZZ", "nowhere"} {
		_, found := places.WithCode(code)
		must.False(t, found, code)
	}
}

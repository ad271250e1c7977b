package places

import "github.com/onrecord/onrecord/services/metrics/internal/domain/units"

// The code lists of a dimension, as the proto's enum names them.
const (
	ISO3166Alpha2 = "ISO3166_1_ALPHA2"
	ISO3166Alpha3 = "ISO3166_1_ALPHA3"
	M49           = "M49"
	ISO4217       = "ISO4217"
)

// OnList says whether a code is on a code list, letter for letter. Withdrawn codes are: old figures keep them. So are EU, EZ and XK, which
// are not assigned, but in use. Nothing is on a list that is not known.
func OnList(list, code string) bool {
	if list == ISO4217 {
		_, found := units.LookupCurrency(code)
		return found
	}
	return table().lists[list][code]
}

// codeLists files the codes of countries, of former ones and of regions by their lists.
func (t *tables) codeLists() map[string]map[string]bool {
	lists := map[string]map[string]bool{ISO3166Alpha2: {}, ISO3166Alpha3: {}, M49: {}}
	for _, p := range t.places {
		if p.Kind == Subdivision {
			continue
		}
		for _, code := range append([]string{p.Code, p.Alpha3, p.M49}, p.FormerCodes...) {
			if list := listOf(code); list != "" {
				lists[list][code] = true
			}
		}
	}
	return lists
}

// listOf tells the list of a code by its form; "" for the four letters of ISO 3166-3 and for none.
func listOf(code string) string {
	switch {
	case len(code) == 2:
		return ISO3166Alpha2
	case len(code) == 3 && code[0] <= '9':
		return M49
	case len(code) == 3:
		return ISO3166Alpha3
	}
	return ""
}

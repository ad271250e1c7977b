package words

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// Approximators are hedges in words.
var Approximators = map[metricsv1.Figure_Approximator]string{
	metricsv1.Figure_EXACTLY:            "exactly",
	metricsv1.Figure_ABOUT:              "about",
	metricsv1.Figure_NEARLY:             "nearly: the number itself is excluded",
	metricsv1.Figure_OVER:               "over: the number itself is excluded",
	metricsv1.Figure_UNDER:              "under: the number itself is excluded",
	metricsv1.Figure_AT_LEAST:           "at least: the number itself is included",
	metricsv1.Figure_AT_MOST:            "at most: the number itself is included",
	metricsv1.Figure_UP_TO:              "up to: the number itself is included",
	metricsv1.Figure_ORDER_OF_MAGNITUDE: "an order of magnitude",
}

// MissingReasons say why there is no number.
var MissingReasons = map[metricsv1.Figure_MissingReason]string{
	metricsv1.Figure_NOT_STATED:    "the source states none",
	metricsv1.Figure_NOT_COLLECTED: "nobody collected it",
	metricsv1.Figure_SUPPRESSED:    "it is kept back",
	metricsv1.Figure_CANNOT_EXIST:  "there can be none",
}

// Frequencies are how often a series has a figure, in words; none of a figure that
// stands alone.
var Frequencies = map[metricsv1.Figure_Frequency]string{
	metricsv1.Figure_A: "yearly", metricsv1.Figure_S: "half-yearly", metricsv1.Figure_Q: "quarterly",
	metricsv1.Figure_M: "monthly", metricsv1.Figure_W: "weekly", metricsv1.Figure_D: "daily",
}

// currencySigns are signs that stand for one currency; of all others the code
// is shown.
var currencySigns = map[string]string{
	"USD": "US$", "SGD": "S$", "AUD": "A$", "CAD": "C$", "NZD": "NZ$", "HKD": "HK$", "EUR": "€", "GBP": "£", "INR": "₹",
}

// ucumWords are UCUM codes that people would not read as what they mean.
var ucumWords = map[string]string{
	"[mi_i]": "miles", "[ft_i]": "feet", "[lb_av]": "pounds", "Cel": "°C", "[degF]": "°F", "a": "years", "mo": "months",
	"wk": "weeks", "d": "days", "m2": "m²", "km2": "km²", "m3": "m³",
}

// Unit is the unit of a number for people: "USD", "km", "deaths". A sign that may
// stand for several currencies says so.
func Unit(u *metricsv1.Unit, counted string) string {
	code := u.GetCode()
	if u.GetSystem() == metricsv1.Unit_UNRESOLVED {
		code += " (of which country is not stated)"
	}
	if u.GetSystem() == metricsv1.Unit_UCUM {
		if code == "1" {
			return counted
		}
		if words, ok := ucumWords[code]; ok {
			code = words
		}
	}
	return strings.TrimSpace(code + " " + counted)
}

// AxisUnit is a unit as an axis names it: the sign of a currency where it stands
// for that one only.
func AxisUnit(u *metricsv1.Unit, counted string) string {
	if sign := currencySigns[u.GetCode()]; sign != "" && u.GetSystem() == metricsv1.Unit_ISO4217 {
		return sign
	}
	return Unit(u, counted)
}

// SeriesLabel names a series by its key: "US · MX · TOTAL, yearly".
func SeriesLabel(key map[string]string, f metricsv1.Figure_Frequency) string {
	how := "single figures"
	if words := Frequencies[f]; words != "" {
		how = words
	}
	if len(key) == 0 {
		return strings.ToUpper(how[:1]) + how[1:]
	}
	return Key(key) + ", " + how
}

// Key is the values of dimensions: "US · MX · TOTAL".
func Key(key map[string]string) string {
	var parts []string
	for _, id := range DimensionOrder(key) {
		parts = append(parts, key[id])
	}
	return strings.Join(parts, " · ")
}

// DimensionOrder lists the dimensions of a key: the area, the area that it is seen
// with, then the others by name.
func DimensionOrder(key map[string]string) []string {
	return slices.SortedFunc(maps.Keys(key), func(a, b string) int {
		return cmp.Or(cmp.Compare(dimensionRank(a), dimensionRank(b)), strings.Compare(a, b))
	})
}

func dimensionRank(id string) int {
	switch id {
	case "REF_AREA":
		return 0
	case "COUNTERPART_AREA":
		return 1
	}
	return 2
}

// Dimension makes an SDMX concept readable.
func Dimension(id string) string {
	if id == "REF_AREA" {
		return "Reference area"
	}
	words := strings.ToLower(strings.ReplaceAll(id, "_", " "))
	return strings.ToUpper(words[:min(1, len(words))]) + words[min(1, len(words)):]
}

// Itoa writes a count.
func Itoa(n int32) string { return strconv.Itoa(int(n)) }

// Atoi reads a number; ok says that it is one.
func Atoi(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// Grouped writes a count for people.
func Grouped(n int) string { return Group(strconv.Itoa(n)) }

// Counted is a count with its noun.
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Grouped(n) + " " + noun + "s"
}

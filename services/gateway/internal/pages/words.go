package pages

import (
	"strconv"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// term is a value of an enum in words, and the class that shows it.
type term struct{ Words, Class string }

var statementTypes = map[statementsv1.Statement_StatementType]term{
	statementsv1.Statement_DIRECT:        {"Direct quotation", "st-direct"},
	statementsv1.Statement_INDIRECT:      {"Indirect statement", "st-indirect"},
	statementsv1.Statement_MIXED:         {"Indirect, with quoted words", "st-mixed"},
	statementsv1.Statement_FREE_INDIRECT: {"Free indirect statement", "st-indirect"},
	statementsv1.Statement_THOUGHT:       {"Reported thought", "st-thought"},
	statementsv1.Statement_WRITTEN:       {"Written words", "st-written"},
}

func statementType(t statementsv1.Statement_StatementType) term {
	if known, ok := statementTypes[t]; ok {
		return known
	}
	return term{"Statement", "st-indirect"}
}

var valueKinds = map[metricsv1.Figure_ValueKind]term{
	metricsv1.Figure_POINT:       {"One number", "fg-point"},
	metricsv1.Figure_RANGE:       {"Between two numbers", "fg-range"},
	metricsv1.Figure_LOWER_BOUND: {"Lower bound", "fg-bound"},
	metricsv1.Figure_UPPER_BOUND: {"Upper bound", "fg-bound"},
	metricsv1.Figure_LIST:        {"Several numbers", "fg-point"},
	metricsv1.Figure_NO_VALUE:    {"No number", "fg-none"},
}

func valueKind(k metricsv1.Figure_ValueKind) term {
	if known, ok := valueKinds[k]; ok {
		return known
	}
	return term{"Figure", "fg-point"}
}

var approximators = map[metricsv1.Figure_Approximator]string{
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

var missingReasons = map[metricsv1.Figure_MissingReason]string{
	metricsv1.Figure_NOT_STATED:    "the source states none",
	metricsv1.Figure_NOT_COLLECTED: "nobody collected it",
	metricsv1.Figure_SUPPRESSED:    "it is kept back",
	metricsv1.Figure_CANNOT_EXIST:  "there can be none",
}

var frequencies = map[metricsv1.Figure_Frequency]string{
	metricsv1.Figure_A: "yearly", metricsv1.Figure_S: "half-yearly", metricsv1.Figure_Q: "quarterly",
	metricsv1.Figure_M: "monthly", metricsv1.Figure_W: "weekly", metricsv1.Figure_D: "daily",
}

var claimKinds = map[metricsv1.ComparisonClaim_Kind]string{
	metricsv1.ComparisonClaim_RECORD_HIGH: "the highest ever",
	metricsv1.ComparisonClaim_RECORD_LOW:  "the lowest ever",
}

var statTypes = map[metricsv1.Metric_StatType]string{
	metricsv1.Metric_COUNT: "a number of things", metricsv1.Metric_VALUE: "an amount or a size", metricsv1.Metric_MEAN: "a mean",
	metricsv1.Metric_RATE: "a ratio or rate", metricsv1.Metric_INDEX: "an index number",
}

var entityTypes = map[statementsv1.Entity_EntityType]string{
	statementsv1.Entity_PERSON: "Person", statementsv1.Entity_ORGANIZATION: "Organisation", statementsv1.Entity_PLACE: "Place",
	statementsv1.Entity_EVENT: "Event", statementsv1.Entity_GROUP: "Group",
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

// unitWords is the unit of a number for people: "USD", "km", "deaths".
func unitWords(u *metricsv1.Unit, counted string) string {
	code := u.GetCode()
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

func itoa(n int32) string { return strconv.Itoa(int(n)) }

func atoi(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// grouped writes a count for people.
func grouped(n int) string { return group(strconv.Itoa(n)) }

// counted is a count with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

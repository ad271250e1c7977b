package pages

import (
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
	metricsv1.Figure_CHANGE:      {"Change", "fg-point"},
}

func valueKind(k metricsv1.Figure_ValueKind) term {
	if known, ok := valueKinds[k]; ok {
		return known
	}
	return term{"Figure", "fg-point"}
}

var claimKinds = map[metricsv1.ComparisonClaim_Kind]string{
	metricsv1.ComparisonClaim_RECORD_HIGH: "the highest ever", metricsv1.ComparisonClaim_RECORD_LOW: "the lowest ever",
	metricsv1.ComparisonClaim_HIGHEST_SINCE: "the highest since ", metricsv1.ComparisonClaim_LOWEST_SINCE: "the lowest since ",
}

var statTypes = map[metricsv1.Metric_StatType]string{
	metricsv1.Metric_COUNT: "a number of things", metricsv1.Metric_VALUE: "an amount or a size", metricsv1.Metric_MEAN: "a mean",
	metricsv1.Metric_RATE: "a ratio or rate", metricsv1.Metric_INDEX: "an index number",
	metricsv1.Metric_CHANGE: "a change of something else",
}

var entityTypes = map[statementsv1.Entity_EntityType]string{
	statementsv1.Entity_PERSON: "Person", statementsv1.Entity_ORGANIZATION: "Organisation", statementsv1.Entity_PLACE: "Place",
	statementsv1.Entity_EVENT: "Event", statementsv1.Entity_GROUP: "Group",
}

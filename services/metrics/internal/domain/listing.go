package domain

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// The short names of the proto enums, for filters.
var (
	statTypes     = []string{"COUNT", "VALUE", "MEAN", "RATE", "INDEX", "CHANGE"}
	ValueKinds    = []string{string(Point), string(Range), string(LowerBound), string(UpperBound), string(List), string(NoValue), string(KindChange)}
	Approximators = []string{
		string(None), string(Exactly), string(Around), string(Nearly), string(Over), string(Under), string(AtLeast), string(AtMost), string(UpTo),
		string(OrderOfMagnitude),
	}
	missingReasons = []string{"NOT_STATED", "NOT_COLLECTED", "SUPPRESSED", "CANNOT_EXIST"}
	temporalKinds  = []string{Stock, Flow, Timeless}
	frequencies    = []string{"A", "S", "Q", "M", "W", "D"}
)

// newestFirst is the order of a list that asks for none.
const newestFirst = "create_time desc"

// nameOps are the operators of a field that holds one name.
var nameOps = []listquery.Op{listquery.OpEq, listquery.OpNe, listquery.OpSet}

// MetricFields are what ListMetrics filters and orders by.
var MetricFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		listquery.Field{Name: "display_name", Kind: listquery.String, Sortable: true},
		listquery.Field{Name: "measured_property", Kind: listquery.String},
		listquery.Field{Name: "population_type", Kind: listquery.String},
		listquery.Field{Name: "coverage", Kind: listquery.String},
		listquery.Field{Name: "stat_type", Kind: listquery.Enum, Enum: statTypes},
		listquery.Field{Name: "temporal_kind", Kind: listquery.Enum, Enum: temporalKinds},
		name("replaced_by", MetricName),
		listquery.Field{Name: "aliases", Kind: listquery.StringList, Ops: []listquery.Op{listquery.OpHas, listquery.OpEq, listquery.OpSet}},
	),
}

// FigureFields are what ListFigures filters and orders by.
var FigureFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		name("metric", MetricName),
		name("document", DocumentName),
		name("document_version", DocumentVersionName),
		listquery.Field{Name: "dimensions", Kind: listquery.StringMap},
		listquery.Field{Name: "value_kind", Kind: listquery.Enum, Enum: ValueKinds},
		listquery.Field{Name: "approximator", Kind: listquery.Enum, Enum: Approximators},
		listquery.Field{Name: "missing_reason", Kind: listquery.Enum, Enum: missingReasons},
		listquery.Field{Name: "frequency", Kind: listquery.Enum, Enum: frequencies},
		listquery.Field{Name: "normalized.value", Kind: listquery.Decimal},
		listquery.Field{Name: "normalized.lower", Kind: listquery.Decimal},
		listquery.Field{Name: "normalized.upper", Kind: listquery.Decimal},
		listquery.Field{Name: "value", Kind: listquery.Decimal},
		listquery.Field{Name: "reported.value", Kind: listquery.Decimal},
		listquery.Field{Name: "normalized.unit", Kind: listquery.String},
		listquery.Field{Name: "unit", Kind: listquery.String},
		listquery.Field{Name: "reported.unit_symbol", Kind: listquery.String},
		listquery.Field{Name: "reported.text", Kind: listquery.String},
		listquery.Field{Name: "reported.number_text", Kind: listquery.String},
		listquery.Field{Name: "reported.multiplier_text", Kind: listquery.String},
		listquery.Field{Name: "origin.producer", Kind: listquery.String},
		listquery.Field{Name: "origin.title", Kind: listquery.String},
		listquery.Field{Name: "counted_object", Kind: listquery.String},
		listquery.Field{Name: "time_period", Kind: listquery.Period, Sortable: true},
		listquery.Field{Name: "claimant", Kind: listquery.String, Ops: nameOps, Normalize: claimantName},
		listquery.Field{Name: "attributed_producer", Kind: listquery.String},
		listquery.Field{Name: "obs_status", Kind: listquery.StringList, Ops: []listquery.Op{listquery.OpHas, listquery.OpEq, listquery.OpNe, listquery.OpSet}},
		listquery.Field{Name: "conf_status", Kind: listquery.String},
		listquery.Field{Name: "attributes", Kind: listquery.StringMap},
		listquery.Field{Name: "comment", Kind: listquery.String},
		listquery.Field{Name: "decimals", Kind: listquery.Int},
		listquery.Field{Name: "unit_mult", Kind: listquery.Int},
		listquery.Field{Name: "stale", Kind: listquery.Bool},
		listquery.Field{Name: "restricted", Kind: listquery.Bool},
		listquery.Field{Name: "embargo_end_time", Kind: listquery.Time},
		listquery.Field{Name: "release_time", Kind: listquery.Period},
	),
}

// claimants are the patterns of the names of who may claim a figure.
var claimants = []resource.Pattern{resource.Name("statements", "{statement}"), resource.Name("entities", "{entity}")}

// claimantName accepts the name of who may claim a figure.
func claimantName(name string) (string, error) { return name, resource.CheckAny(name, claimants...) }

func times() []listquery.Field {
	return []listquery.Field{
		{Name: "create_time", Kind: listquery.Time, Sortable: true},
		{Name: "update_time", Kind: listquery.Time, Sortable: true},
	}
}

// name is a field that holds a resource name. A text that can be nothing's name is refused: it would match nothing, which reads as
// "there is none". Names of one id are compared by it, others as a whole: that is how stores keep them.
func name(field string, pattern resource.Pattern) listquery.Field {
	return listquery.Field{Name: field, Kind: listquery.String, Ops: nameOps, Normalize: func(text string) (string, error) {
		ids, err := pattern.Parse(text)
		if err != nil {
			return "", err
		}
		if len(ids) == 1 {
			return ids[0], nil
		}
		return text, nil
	}}
}

// OrderKey returns what a metric is ordered by in a field of MetricFields, as a page token holds it.
func (m Metric) OrderKey(field string) any {
	if field == "display_name" {
		return m.DisplayName
	}
	return m.orderKey(field)
}

// OrderKey returns what a figure is ordered by in a field of FigureFields, as a page token holds it.
func (f Figure) OrderKey(field string) any {
	if field == "time_period" {
		return int64(f.Period.SortKey())
	}
	return f.orderKey(field)
}

func (m Meta) orderKey(field string) any {
	switch field {
	case "create_time":
		return int64(m.CreateTime)
	case "update_time":
		return int64(m.UpdateTime)
	default:
		return m.ID
	}
}

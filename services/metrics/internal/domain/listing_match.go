package domain

import (
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/listquery"
)

// Operand returns the value of a field of FigureFields, as the columns of a store have it.
func (f *Figure) Operand(field string) listquery.Operand {
	switch field {
	case "name":
		return textOperand(f.ID)
	case "metric":
		return textOperand(f.Metric)
	case "create_time":
		return listquery.Operand{Set: true, Time: f.CreateTime}
	case "update_time":
		return listquery.Operand{Set: true, Time: f.UpdateTime}
	case "dimensions":
		return listquery.Operand{Map: f.Dimensions}
	case "attributes":
		return listquery.Operand{Map: f.Attributes}
	case "obs_status":
		return listquery.Operand{List: f.ObsStatus}
	case "time_period":
		return periodOperand(&f.Period)
	case "release_time":
		return periodOperand(f.Release)
	case "decimals":
		if f.Decimals == nil {
			return listquery.Operand{}
		}
		return listquery.Operand{Set: true, Int: int64(*f.Decimals)}
	case "unit_mult":
		return listquery.Operand{Set: true, Int: int64(f.UnitMult)}
	case "stale":
		return listquery.Operand{Set: true, Bool: f.Stale}
	case "restricted":
		return listquery.Operand{Set: true, Bool: f.Restricted}
	case embargoField:
		if !f.UnderEmbargo() {
			return listquery.Operand{}
		}
		return listquery.Operand{Set: true, Time: f.EmbargoEnd}
	default:
		return f.numberOperand(field)
	}
}

// numberOperand goes on with the numbers.
func (f *Figure) numberOperand(field string) listquery.Operand {
	switch field {
	case "value":
		return decimalOperand(f.Value)
	case "normalized.value":
		return decimalOperand(f.Normalized.Value)
	case "normalized.lower":
		return boundOperand(f.Normalized.Lower)
	case "normalized.upper":
		return boundOperand(f.Normalized.Upper)
	case "reported.value":
		if f.Reported == nil {
			return listquery.Operand{}
		}
		return decimalOperand(f.Reported.Value)
	default:
		return f.wordOperand(field)
	}
}

// wordOperand goes on with the words.
func (f *Figure) wordOperand(field string) listquery.Operand {
	switch field {
	case "document":
		return textOperand(DocumentOf(f.DocumentVersion))
	case "document_version":
		return textOperand(f.DocumentVersion)
	case "value_kind":
		return textOperand(string(f.Kind))
	case "approximator":
		if f.Approximator == "" {
			return textOperand(string(None))
		}
		return textOperand(string(f.Approximator))
	case "missing_reason":
		return textOperand(f.Missing)
	case "frequency":
		return textOperand(f.Frequency)
	case "unit":
		return listquery.Operand{Set: true, Text: f.Unit.Code}
	case "normalized.unit":
		return listquery.Operand{Set: true, Text: f.Normalized.Unit.Code}
	case "counted_object":
		return textOperand(f.CountedObject)
	case "claimant":
		return textOperand(f.Claimant)
	case "attributed_producer":
		return textOperand(f.AttributedProducer)
	case "conf_status":
		return textOperand(f.ConfStatus)
	case "comment":
		return textOperand(f.Comment)
	default:
		return f.sourceOperand(field)
	}
}

// sourceOperand goes on with what the source prints, and what the source is.
func (f *Figure) sourceOperand(field string) listquery.Operand {
	var printed Reported
	var origin Origin
	if f.Reported != nil {
		printed = *f.Reported
	}
	if f.Origin != nil {
		origin = *f.Origin
	}
	switch field {
	case "reported.text":
		return textOperand(printed.Text)
	case "reported.number_text":
		return textOperand(printed.NumberText)
	case "reported.multiplier_text":
		return textOperand(printed.MultiplierText)
	case "reported.unit_symbol":
		return textOperand(printed.UnitSymbol)
	case "origin.producer":
		return textOperand(origin.Producer)
	case "origin.title":
		return textOperand(origin.Title)
	default:
		return listquery.Operand{}
	}
}

// ImportedOperand is Operand of an imported figure of which nothing is known: some fields no data file has.
func ImportedOperand(field string) listquery.Operand {
	switch field {
	case "document", "document_version", "reported.value", "reported.unit_symbol", "reported.text", "reported.number_text",
		"reported.multiplier_text", "claimant", "attributed_producer", embargoField:
		return listquery.Operand{}
	case "stale", "restricted":
		return listquery.Operand{Set: true}
	default:
		return listquery.Operand{Unknown: true}
	}
}

func textOperand(text string) listquery.Operand {
	return listquery.Operand{Set: text != "", Text: text}
}

func decimalOperand(d *decimal.Decimal) listquery.Operand {
	if d == nil {
		return listquery.Operand{}
	}
	return listquery.Operand{Set: true, Text: d.SortKey()}
}

func boundOperand(b *Bound) listquery.Operand {
	if b == nil {
		return listquery.Operand{}
	}
	return decimalOperand(&b.Value)
}

func periodOperand(p *TimePeriod) listquery.Operand {
	if p == nil || !p.Dated() {
		return listquery.Operand{}
	}
	return listquery.Operand{Set: true, Time: p.Start, End: p.End}
}

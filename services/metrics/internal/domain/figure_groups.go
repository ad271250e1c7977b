package domain

import (
	"slices"
	"strconv"
	"time"
)

// GroupFields are the fields that CountFigures counts by: what is no number and no time, so that many figures have a value in
// common.
var GroupFields = []string{
	"metric", "document", "document_version", "value_kind", "approximator", "missing_reason", "frequency", "unit", "normalized.unit",
	"origin.producer", "origin.title", "counted_object", "claimant", "attributed_producer", "conf_status", "obs_status",
}

// Facets are the fields that a search counts its matches by.
var Facets = []string{"metric", "claimant", "document", "value_kind", "year"}

// GroupValues returns the values that a figure has for one of GroupFields, each once: those that a filter by the field finds
// it by; "" where it has none.
func (f *Figure) GroupValues(field string) []string {
	if field == "obs_status" {
		if len(f.ObsStatus) == 0 {
			return []string{""}
		}
		return slices.Compact(slices.Sorted(slices.Values(f.ObsStatus)))
	}
	return []string{GroupName(field, f.Operand(field).Text)}
}

// GroupName is the value of one of GroupFields as a caller reads it, of the value as it is compared: names are whole.
func GroupName(field, value string) string {
	switch {
	case value == "":
		return ""
	case field == "metric":
		return MetricName.Format(value)
	case field == "document":
		return DocumentName.Format(value)
	default:
		return value
	}
}

// FacetValues returns the values that a figure has for one of Facets, as GroupValues. Its year is that in which its period
// begins, or ends where the beginning is open.
func (f *Figure) FacetValues(field string) []string {
	if field == "year" {
		return []string{f.Period.year()}
	}
	return f.GroupValues(field)
}

// year is the year in which a period begins, or ends if its beginning is open; "" without a date.
func (p *TimePeriod) year() string {
	at := p.Start
	switch {
	case !p.Dated(), p.OpenStart && p.OpenEnd:
		return ""
	case p.OpenStart:
		at = p.End - 1
	}
	return strconv.Itoa(at.Time().In(time.UTC).Year())
}

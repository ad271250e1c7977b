package domain

import (
	"fmt"
	"slices"
	"strconv"
)

// Difference is a field in which two definitions differ, with what each has there.
type Difference struct {
	Field string
	// Own and Other are for people, and shortened.
	Own, Other string
}

// Differences lists the fields in which another definition differs, in the order of the message. What the service fills does not count.
func (m Metric) Differences(o Metric) (found []Difference) {
	add := func(field string, same bool, own, other any) {
		if !same {
			found = append(found, Difference{field, excerpt(fmt.Sprint(own)), excerpt(fmt.Sprint(other))})
		}
	}
	text := func(field, own, other string) { add(field, own == other, strconv.Quote(own), strconv.Quote(other)) }
	text("display_name", m.DisplayName, o.DisplayName)
	text("description", m.Description, o.Description)
	text("measured_property", m.MeasuredProperty, o.MeasuredProperty)
	text("population_type", m.PopulationType, o.PopulationType)
	text("stat_type", m.StatType, o.StatType)
	text("coverage", m.Coverage, o.Coverage)
	add("default_unit", m.DefaultUnit == o.DefaultUnit, m.DefaultUnit, o.DefaultUnit)
	add("dimensions", slices.EqualFunc(m.Dimensions, o.Dimensions, Dimension.equal), m.Dimensions, o.Dimensions)
	add("aliases", slices.Equal(m.Aliases, o.Aliases), m.Aliases, o.Aliases)
	add("attributes", slices.EqualFunc(m.Attributes, o.Attributes, Attribute.equal), m.Attributes, o.Attributes)
	add("symmetric_dimensions", slices.Equal(m.Symmetric, o.Symmetric), m.Symmetric, o.Symmetric)
	text("measurement_method", m.MeasurementMethod, o.MeasurementMethod)
	text("quantity_kind", m.QuantityKind, o.QuantityKind)
	text("temporal_kind", m.TemporalKind, o.TemporalKind)
	add("same_as", slices.Equal(m.SameAs, o.SameAs), m.SameAs, o.SameAs)
	text("replaced_by", m.ReplacedBy, o.ReplacedBy)
	add("breaks", slices.EqualFunc(m.Breaks, o.Breaks, Break.equal), m.Breaks, o.Breaks)
	add("source_policy", slices.Equal(m.SourcePolicy, o.SourcePolicy), m.SourcePolicy, o.SourcePolicy)
	return found
}

func (d Dimension) equal(o Dimension) bool {
	return d.ID == o.ID && d.DisplayName == o.DisplayName && d.Required == o.Required && slices.Equal(d.Codes, o.Codes) &&
		d.Role == o.Role && d.CodeList == o.CodeList
}

func (a Attribute) equal(o Attribute) bool {
	return a.ID == o.ID && a.DisplayName == o.DisplayName && slices.Equal(a.Codes, o.Codes)
}

func (b Break) equal(o Break) bool {
	return b.Period.EDTF == o.Period.EDTF && b.Description == o.Description
}

package domain

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Metric is the definition of something measured.
type Metric struct {
	Meta

	DisplayName      string      `json:"display_name"`
	Description      string      `json:"description,omitempty"`
	MeasuredProperty string      `json:"measured_property"`
	PopulationType   string      `json:"population_type,omitempty"`
	StatType         string      `json:"stat_type"` // COUNT, VALUE, MEAN, RATE, INDEX
	Coverage         string      `json:"coverage,omitempty"`
	DefaultUnit      units.Unit  `json:"default_unit"`
	Dimensions       []Dimension `json:"dimensions,omitempty"`
	Aliases          []string    `json:"aliases,omitempty"`
}

// Dimension is one dimension of a metric's series key.
type Dimension struct {
	ID          string   `json:"id"`
	DisplayName string   `json:"display_name,omitempty"`
	Required    bool     `json:"required,omitempty"`
	Codes       []string `json:"codes,omitempty"` // empty: any
}

// Name returns the resource name.
func (m Metric) Name() string { return MetricName.Format(m.ID) }

// Check applies the rules that need nothing but the metric.
func (m Metric) Check() error {
	var v errs.Violations
	if _, err := units.Resolve(m.DefaultUnit); err != nil {
		v.Add("default_unit.code", "UNKNOWN_UNIT", "%v", err)
	}
	seen := map[string]bool{}
	for i, d := range m.Dimensions {
		if seen[d.ID] {
			v.Add(index("dimensions", i)+".id", "DUPLICATE_DIMENSION", "the metric already has a dimension %s", d.ID)
		}
		seen[d.ID] = true
	}
	return v.Err()
}

// CheckKey applies the rules of dimensions to a key. complete says that the key is a figure's and must have every required dimension;
// that of a query may leave dimensions out. Paths are those of a map called "dimensions".
func (m Metric) CheckKey(dimensions map[string]string, complete bool) error {
	var v errs.Violations
	known := map[string]Dimension{}
	for _, d := range m.Dimensions {
		known[d.ID] = d
		if _, stated := dimensions[d.ID]; complete && d.Required && !stated {
			v.Add(entry("dimensions", d.ID), "MISSING_DIMENSION", "%s requires the dimension %s", m.Name(), d.ID)
		}
	}
	for _, id := range sortedKeys(dimensions) {
		d, found := known[id]
		switch code := dimensions[id]; {
		case !found:
			v.Add(entry("dimensions", id), "UNKNOWN_DIMENSION", "%s has no dimension %s; it has %s", m.Name(), id, m.dimensionList())
		case len(d.Codes) > 0 && !slices.Contains(d.Codes, code):
			v.Add(entry("dimensions", id), "UNKNOWN_CODE", "%q is not on the code list of %s: %s", code, id, clip(d.Codes))
		}
	}
	return v.Err()
}

// Admit applies the rules between the metric and a figure of it: its key, and a unit of the dimension of the metric's own.
func (m Metric) Admit(f Figure) error {
	var v errs.Violations
	v.AddErr("", m.CheckKey(f.Dimensions, true))
	own, err := units.Resolve(m.DefaultUnit)
	if err != nil {
		return err
	}
	if unit, err := units.Resolve(f.Unit); err == nil && !own.Compatible(unit) {
		v.Add("unit", "UNIT_INCOMPATIBLE", "figures of %s have units of the dimension of %s; %s is of another", m.Name(), m.DefaultUnit, f.Unit)
	}
	return v.Err()
}

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
	add("dimensions", slices.EqualFunc(m.Dimensions, o.Dimensions, func(a, b Dimension) bool {
		return a.ID == b.ID && a.DisplayName == b.DisplayName && a.Required == b.Required && slices.Equal(a.Codes, b.Codes)
	}), m.Dimensions, o.Dimensions)
	add("aliases", slices.Equal(m.Aliases, o.Aliases), m.Aliases, o.Aliases)
	return found
}

func (m Metric) dimensionList() string {
	ids := make([]string, len(m.Dimensions))
	for i, d := range m.Dimensions {
		ids[i] = d.ID
	}
	return clip(ids)
}

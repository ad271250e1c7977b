package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/places"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// duplicateDimension is the reason of an id that two dimensions or attributes have.
const duplicateDimension = "DUPLICATE_DIMENSION"

// ownFields are the SDMX attributes that Figure has a field for.
var ownFields = map[string]string{
	"OBS_STATUS": "obs_status", "CONF_STATUS": "conf_status", "DECIMALS": "decimals", "UNIT_MULT": "unit_mult", "UNIT_MEASURE": "unit",
}

// Check applies the rules that need nothing but the metric.
func (m Metric) Check() error {
	var v errs.Violations
	if m.DefaultUnit.System == units.Unresolved {
		v.Add("default_unit.system", contradictory, "the unit of a metric is resolved: choose one of the currencies; its figures may be in others")
	} else {
		checkUnit(&v, "default_unit", m.DefaultUnit)
	}
	m.checkDimensions(&v)
	m.checkSymmetry(&v)
	if m.ReplacedBy != "" && m.ReplacedBy == m.ID {
		v.Add("replaced_by", "SAME_METRIC", "a metric does not replace itself: name another, or leave it out")
	}
	for i, b := range m.Breaks {
		if b.Period.Missing != "" {
			v.Add(index("breaks", i)+".time_period.edtf", fieldRequired, "a break has a date")
		}
	}
	return v.Err()
}

// checkDimensions compares the ids of dimensions and attributes, and codes with the lists that they are said to be on.
func (m Metric) checkDimensions(v *errs.Violations) {
	seen := map[string]bool{}
	for i, d := range m.Dimensions {
		path := index("dimensions", i)
		if seen[d.ID] {
			v.Add(path+".id", duplicateDimension, "the metric already has a dimension %s", d.ID)
		}
		seen[d.ID] = true
		for j, code := range d.Codes {
			if d.CodeList != "" && !places.OnList(d.CodeList, code) {
				v.Add(path+"."+index("codes", j), unknownCode, "%q is not on %s, so no figure could have it", code, d.CodeList)
			}
		}
	}
	for i, a := range m.Attributes {
		path := index("attributes", i) + ".id"
		switch field := ownFields[a.ID]; {
		case field != "":
			v.Add(path, contradictory, "every figure has the field %s for %s: leave the attribute out", field, a.ID)
		case seen[a.ID]:
			v.Add(path, duplicateDimension, "the metric already has a dimension or attribute %s", a.ID)
		}
		seen[a.ID] = true
	}
}

// checkSymmetry says which two dimensions may be exchanged: two that have the same codes, and that every figure states or may leave out
// alike.
func (m Metric) checkSymmetry(v *errs.Violations) {
	if len(m.Symmetric) == 0 {
		return
	}
	const notSymmetric = "NOT_SYMMETRIC"
	if len(m.Symmetric) != 2 {
		v.Add("symmetric_dimensions", notSymmetric, "two dimensions may be exchanged: name both, or none")
		return
	}
	var pair [2]Dimension
	for i, id := range m.Symmetric {
		at := slices.IndexFunc(m.Dimensions, func(d Dimension) bool { return d.ID == id })
		if at < 0 {
			v.Add(index("symmetric_dimensions", i), notSymmetric, "the metric has no dimension %s; it has %s", id, m.dimensionList())
			return
		}
		pair[i] = m.Dimensions[at]
	}
	a, b := pair[0], pair[1]
	if a.ID == b.ID || a.CodeList != b.CodeList || a.Required != b.Required ||
		!slices.Equal(slices.Sorted(slices.Values(a.Codes)), slices.Sorted(slices.Values(b.Codes))) {
		v.Add("symmetric_dimensions", notSymmetric, "only two dimensions with equal codes, code_list and required may be exchanged; %s and %s differ", a.ID, b.ID)
	}
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
			v.Add(entry("dimensions", id), unknownCode, "%q is not on the code list of %s: %s", code, id, clip(d.Codes))
		case d.CodeList != "" && !places.OnList(d.CodeList, code):
			v.Add(entry("dimensions", id), unknownCode, "%q is not on %s, the code list of %s", code, d.CodeList, id)
		}
	}
	return v.Err()
}

// Admit applies the rules between the metric and a figure of it: its key, its attributes, and a unit of the dimension of the metric's own.
func (m Metric) Admit(f Figure) error {
	var v errs.Violations
	v.AddErr("", m.CheckKey(f.Dimensions, true))
	v.AddErr("", m.CheckAttributes(f.Attributes))
	own, err := units.Resolve(m.DefaultUnit)
	if err != nil {
		return err
	}
	if unit, err := units.Resolve(f.Unit); err == nil && !own.Compatible(unit) && !(f.Kind == KindChange && f.Unit == percent) {
		v.Add("unit", "UNIT_INCOMPATIBLE", "figures of %s have units of the dimension of %s: %s", m.Name(), m.DefaultUnit, own.Mismatch(unit))
	}
	return v.Err()
}

// percent is the unit that a change of anything may be in.
var percent = units.Unit{System: units.UCUM, Code: "%"}

// CheckAttributes compares the attributes of a figure with those of the metric. Paths are those of a map called "attributes".
func (m Metric) CheckAttributes(attributes map[string]string) error {
	if len(attributes) == 0 {
		return nil
	}
	var v errs.Violations
	for _, id := range sortedKeys(attributes) {
		at := slices.IndexFunc(m.Attributes, func(a Attribute) bool { return a.ID == id })
		switch value := attributes[id]; {
		case at < 0:
			v.Add(entry("attributes", id), "UNKNOWN_ATTRIBUTE", "%s has no attribute %s; it has %s", m.Name(), id, m.attributeList())
		case len(m.Attributes[at].Codes) > 0 && !slices.Contains(m.Attributes[at].Codes, value):
			v.Add(entry("attributes", id), unknownCode, "%q is not on the code list of %s: %s", excerpt(value), id, clip(m.Attributes[at].Codes))
		}
	}
	return v.Err()
}

// SeriesDimensionsOf returns the dimensions of the series that a figure with some dimensions is in: of a symmetric metric the two codes in
// byte order. nil: they are the figure's own.
func (m Metric) SeriesDimensionsOf(dimensions map[string]string) map[string]string {
	if len(m.Symmetric) != 2 {
		return nil
	}
	first, second := m.Symmetric[0], m.Symmetric[1]
	a, hasFirst := dimensions[first]
	b, hasSecond := dimensions[second]
	if !hasFirst || !hasSecond || a <= b {
		return nil
	}
	exchanged := make(map[string]string, len(dimensions))
	for id, code := range dimensions {
		exchanged[id] = code
	}
	exchanged[first], exchanged[second] = b, a
	return exchanged
}

// roles are what the codes of a dimension may stand for. OTHER is what no id says by itself.
var roles = []string{"REF_AREA", "COUNTERPART_AREA", "REPORTER", "FLOW", "VALUATION", "CURRENCY", "CURRENCY_DENOM"}

// Meaning is the role of the dimension: the one that was said, else the one that its id says, else "".
func (d Dimension) Meaning() string {
	if d.Role == "" && slices.Contains(roles, d.ID) {
		return d.ID
	}
	return d.Role
}

// WithMeaning returns the id of the first dimension with a role; "" if there is none.
func (m Metric) WithMeaning(role string) string {
	for _, d := range m.Dimensions {
		if d.Meaning() == role {
			return d.ID
		}
	}
	return ""
}

func (m Metric) dimensionList() string {
	ids := make([]string, len(m.Dimensions))
	for i, d := range m.Dimensions {
		ids[i] = d.ID
	}
	return clip(ids)
}

func (m Metric) attributeList() string {
	ids := make([]string, len(m.Attributes))
	for i, a := range m.Attributes {
		ids[i] = a.ID
	}
	return clip(ids)
}

package datafile

import (
	"fmt"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// assembler makes observations of what the cells of a row are.
type assembler struct {
	components *components
	mapping    *Mapping
	// unit is the metric's: a code of it is of its system.
	unit *metricsv1.Unit
	// has are the components that rows have. timed says that they have periods, and
	// written are their dimensions.
	has     map[part]bool
	timed   bool
	written []string
	// names are what components are called in a file without a header.
	names map[part]string
	// omits says that a deletion leaves out what may be anything, as the period.
	omits bool
	// separator joins several values in a cell.
	separator string
	// composed says that the mapping writes the periods, and shapes what those of the file
	// look like; nil if it need not be known.
	composed bool
	shapes   func() (*shapes, error)
}

func newAssembler(c *components, metric *metricsv1.Metric, m *Mapping, separator string) *assembler {
	return &assembler{components: c, mapping: m, unit: metric.GetDefaultUnit(), separator: separator, has: map[part]bool{}, names: map[part]string{}}
}

// gets says that rows have a component.
func (a *assembler) gets(one part) {
	a.has[one] = true
	a.timed = a.timed || one == part{fixedPart, idPeriod}
	if one.kind == dimensionPart && !slices.Contains(a.written, one.id) {
		a.written = append(a.written, one.id)
	}
}

// component is what rows of a file without a header have under a name. Two names are not
// one thing.
func (a *assembler) component(name string, m *Mapping) (part, *fault) {
	one := column{name: name}
	if err := one.find(a.components, m); err != nil {
		return part{}, err
	}
	if one.part.kind == unknownPart {
		return one.part, nil
	}
	if before, has := a.names[one.part]; has && before != name {
		return part{}, &fault{DuplicateColumn, name, fmt.Sprintf("%q and %q both are %s", before, name, one.part.id)}
	}
	a.names[one.part] = name
	a.gets(one.part)
	return one.part, nil
}

// omit says that rows which delete leave out what may be anything: a dimension that the
// metric's figures all have, one that other rows have, or the period.
func (a *assembler) omit(metric *metricsv1.Metric) {
	a.omits = true
	for _, dimension := range metric.GetDimensions() {
		if id := dimension.GetId(); dimension.GetRequired() && !slices.Contains(a.written, id) {
			a.written = append(a.written, id)
		}
	}
}

// row makes one observation. action is that of the row.
func (a *assembler) row(cells values, action string) (Row, *fault) {
	if deletes(action) {
		if err := a.mapping.merged(cells); err != nil {
			return Row{}, err
		}
	}
	if err := a.translate(cells); err != nil {
		return Row{}, err
	}
	doing, known := actions[strings.ToUpper(action)]
	if !known {
		return Row{}, &fault{UnknownAction, idAction, fmt.Sprintf("%q is no action: want A, D, I, M or R", action)}
	}
	frequency, known := frequencies[cells.fixed(idFreq)]
	if !known {
		return Row{}, &fault{UnknownCode, idFreq, fmt.Sprintf("%q is no frequency of SDMX that a figure can have: want A, S (or H), Q, M, W or D; codes of a mapping can say which it is to be", cells.fixed(idFreq))}
	}
	if err := foreign(cells, doing == metricsv1.ImportedObservation_DELETE); err != nil {
		return Row{}, err
	}
	period, err := a.period(cells)
	if err != nil {
		return Row{}, err
	}
	row := Row{
		Dimensions: map[string]string{}, Frequency: frequency, Source: a.source(cells),
		Observation: &metricsv1.ImportedObservation{TimePeriod: period, Action: doing},
	}
	for cell, value := range cells {
		switch {
		case value == "":
		case cell.kind == dimensionPart:
			row.Dimensions[cell.id] = value
		case cell.kind == attributePart:
			if row.Observation.Attributes == nil {
				row.Observation.Attributes = map[string]string{}
			}
			row.Observation.Attributes[cell.id] = value
		}
	}
	if err := a.fill(row.Observation, cells); err != nil {
		return Row{}, err
	}
	return a.kind(row, cells)
}

// source is what the row says of where it comes from: nothing, unless it names a
// source.
func (a *assembler) source(cells values) Source {
	if cells.fixed(idProducer) == "" {
		return Source{CountedObject: cells.fixed(idCounted)}
	}
	return Source{cells.fixed(idProducer), cells.fixed(idTitle), cells.fixed(idLicense), cells.fixed(idURI), cells.fixed(idCounted)}
}

package datafile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/sdmx"
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
	// separator joins several values in a cell.
	separator string
}

func newAssembler(c *components, metric *metricsv1.Metric, m *Mapping, separator string) *assembler {
	return &assembler{components: c, mapping: m, unit: metric.GetDefaultUnit(), separator: separator, has: map[part]bool{}}
}

// gets says that rows have a component.
func (a *assembler) gets(one part) {
	a.has[one] = true
	a.timed = a.timed || one == part{fixedPart, idPeriod}
	if one.kind == dimensionPart && !slices.Contains(a.written, one.id) {
		a.written = append(a.written, one.id)
	}
}

// translated refuses codes and times of the mapping for what no row has: they would
// do nothing. Of SDMX, where one mapping is for files of several shapes, they must be
// something of the metric's.
func (a *assembler) translated(columns map[part]bool) *fault {
	check := func(where, id string) *fault {
		one := a.components.find(id)
		if one.kind == unknownPart {
			return &fault{UnknownColumn, id, fmt.Sprintf("%s of the mapping names %q, which is nothing of the metric's: %s", where, id, a.components.list())}
		}
		if a.mapping.Format == CSV && !a.has[one] && !columns[one] {
			return &fault{MissingColumn, id, fmt.Sprintf("%s of the mapping names %s, which no column is", where, id)}
		}
		return nil
	}
	for id := range a.mapping.Codes {
		if wrong := check("codes", id); wrong != nil {
			return wrong
		}
	}
	for id := range a.mapping.Times {
		if wrong := check("times", id); wrong != nil {
			return wrong
		}
	}
	return nil
}

// values are the cells of a row by what they are.
type values map[part]string

func (v values) fixed(id string) string { return v[part{fixedPart, id}] }

// row makes one observation. action is that of the row.
func (a *assembler) row(cells values, action string) (Row, *fault) {
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
	row := Row{
		Dimensions: map[string]string{}, Frequency: frequency, Source: a.source(cells),
		Observation: &metricsv1.ImportedObservation{TimePeriod: cells.fixed(idPeriod), Action: doing},
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

// kind finds out what a row asks for.
func (a *assembler) kind(row Row, cells values) (Row, *fault) {
	o := row.Observation
	// Where the kind of value is said, a figure has no period if none is said.
	periodMissing := a.timed && o.GetTimePeriod() == "" && cells.fixed(idKind) == ""
	said := hasNumber(o) || o.GetMissingReason() != 0
	whole := !periodMissing
	for _, id := range a.written {
		whole = whole && row.Dimensions[id] != ""
	}
	switch {
	case o.GetAction() == metricsv1.ImportedObservation_DELETE:
		if valued := hasNumber(o); !valued && len(o.GetAttributes()) > 0 {
			return Row{}, &fault{UnsupportedAction, idAction, "it asks to delete attributes of an observation: give the observation as it is to be, with action R"}
		}
		// What is deleted is known by its key.
		row.Observation = &metricsv1.ImportedObservation{TimePeriod: o.GetTimePeriod(), ReleaseTime: o.GetReleaseTime(), Action: o.GetAction()}
		if !whole {
			row.Kind = DeleteMatching
		}
	case periodMissing && said:
		return Row{}, &fault{MissingPeriod, idPeriod, "the row has a value and no period"}
	case periodMissing && !handsDown(&row):
		return Row{}, &fault{MissingPeriod, idPeriod, "the row has no period, and nothing that would hold for others"}
	case periodMissing, !a.timed && !said && !whole && handsDown(&row):
		row.Kind = SeriesAttributes
	default:
		return row, a.settle(o, cells)
	}
	return row, nil
}

func hasNumber(o *metricsv1.ImportedObservation) bool {
	return o.GetValue() != nil || len(o.GetValues()) > 0 || o.GetLower() != nil || o.GetUpper() != nil
}

// handsDown says that a row has what can hold for other rows.
func handsDown(row *Row) bool {
	o := row.Observation
	return len(o.GetAttributes())+len(o.GetObsStatus()) > 0 || o.GetConfStatus() != "" || o.GetEmbargoEndTime() != nil || o.GetComment() != "" || o.GetUnit() != nil ||
		o.UnitMult != nil || o.Decimals != nil || row.Source.CountedObject != ""
}

// settle says what kind of value an observation is, where its numbers do not: those
// of a change look like others. A row whose VALUE_KIND is not what its numbers are is
// refused.
func (a *assembler) settle(o *metricsv1.ImportedObservation, cells values) *fault {
	kind := metricsv1.Figure_NO_VALUE
	switch {
	case o.GetValue() != nil:
		kind = metricsv1.Figure_POINT
	case len(o.GetValues()) > 0:
		kind = metricsv1.Figure_LIST
	case o.GetLower() != nil && o.GetUpper() != nil:
		kind = metricsv1.Figure_RANGE
	case o.GetLower() != nil:
		kind = metricsv1.Figure_LOWER_BOUND
	case o.GetUpper() != nil:
		kind = metricsv1.Figure_UPPER_BOUND
	}
	switch said := cells.fixed(idKind); {
	case said == "" || said == kind.String():
		return nil
	case said == metricsv1.Figure_CHANGE.String() && hasNumber(o) && kind != metricsv1.Figure_LIST:
		o.ValueKind = metricsv1.Figure_CHANGE
		return nil
	default:
		return &fault{interchange.MalformedRow, idKind, fmt.Sprintf("VALUE_KIND is %q, and by its numbers the row is %s", said, kind)}
	}
}

// translate puts codes and times into the words of the API.
func (a *assembler) translate(cells values) *fault {
	if a.mapping == nil {
		return nil
	}
	for cell, value := range cells {
		if value == "" {
			continue
		}
		if table, has := a.mapping.Codes[cell.id]; has {
			code, known := table[value]
			if !known {
				return &fault{UnknownCode, cell.id, fmt.Sprintf("the mapping has no code for %q", value)}
			}
			value = code
		}
		if layout, has := a.mapping.Times[cell.id]; has {
			read, err := time.Parse(layout.Read, value)
			if err != nil {
				return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("%q is not written as %q, which the mapping says", value, layout.Read)}
			}
			value = read.Format(layout.Write)
		}
		cells[cell] = value
	}
	return nil
}

// fill sets what is neither dimension nor attribute.
func (a *assembler) fill(o *metricsv1.ImportedObservation, cells values) *fault {
	if err := a.numbers(o, cells); err != nil {
		return err
	}
	o.ConfStatus, o.Comment = cells.fixed(idConf), cells.fixed(idComment)
	o.ObsStatus = a.several(cells.fixed(idStatus))
	if base := cells.fixed(idBase); base != "" {
		o.BasePeriod = &typev1.TimePeriod{Edtf: sdmx.ReadPeriod(base)}
	}
	if hedge := cells.fixed(idApprox); hedge != "" && hedge != metricsv1.Figure_NONE.String() {
		if o.Approximator = metricsv1.Figure_Approximator(metricsv1.Figure_Approximator_value[hedge]); o.Approximator == 0 {
			return &fault{UnknownCode, idApprox, fmt.Sprintf("%q is no approximator", hedge)}
		}
	}
	if release := cells.fixed(idRelease); release != "" {
		o.ReleaseTime = &typev1.TimePeriod{Edtf: release}
	}
	if end := cells.fixed(idEmbargo); end != "" {
		at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(end))
		if err != nil {
			return &fault{interchange.MalformedRow, idEmbargo, fmt.Sprintf("%q is no time with its zone: want RFC 3339, such as 2027-03-01T08:30:00Z", end)}
		}
		o.EmbargoEndTime = timestamppb.New(at)
	}
	if unit := cells.fixed(idUnit); unit != "" {
		var err *fault
		if o.Unit, err = a.unitOf(unit, cells.fixed(idUnitSystem)); err != nil {
			return err
		}
	}
	if reason := cells.fixed(idMissing); reason != "" {
		if o.MissingReason = reasonOf(reason); o.MissingReason == 0 {
			return &fault{UnknownCode, idMissing, fmt.Sprintf("%q is no missing_reason", reason)}
		}
	}
	for id, into := range map[string]**int32{idDecimals: &o.Decimals, idUnitMult: &o.UnitMult} {
		written := cells.fixed(id)
		if written == "" {
			continue
		}
		number, err := strconv.ParseInt(written, 10, 32)
		if err != nil {
			return &fault{interchange.MalformedRow, id, fmt.Sprintf("%q is no whole number", written)}
		}
		small := int32(number)
		*into = &small
	}
	return nil
}

// several are the values of a cell.
func (a *assembler) several(cell string) []string {
	switch {
	case cell == "":
		return nil
	case a.separator == "":
		return []string{cell}
	}
	return strings.Split(cell, a.separator)
}

// unitOf is the unit of a code: of the system that the file says, else of the
// metric's own if it is its code, else three capitals are a currency.
func (a *assembler) unitOf(code, system string) (*metricsv1.Unit, *fault) {
	if system != "" {
		of := metricsv1.Unit_System(metricsv1.Unit_System_value[system])
		if of == 0 {
			return nil, &fault{UnknownCode, idUnitSystem, fmt.Sprintf("%q is no system of units: want UCUM, ISO4217 or UNRESOLVED", system)}
		}
		return &metricsv1.Unit{System: of, Code: code}, nil
	}
	if code == a.unit.GetCode() {
		return a.unit, nil
	}
	if len(code) == 3 && strings.ToUpper(code) == code && strings.ToLower(code) != code && !strings.ContainsAny(code, "[]/%0123456789") {
		return &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: code}, nil
	}
	return &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: code}, nil
}

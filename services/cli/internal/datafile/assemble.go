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
	"github.com/onrecord/onrecord/services/platform/edtf"
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
	// names are what components are called in a file without a header.
	names map[part]string
	// omits says that a deletion leaves out what may be anything, as the period.
	omits bool
	// separator joins several values in a cell.
	separator string
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

// note adds notes to the comment.
func (v values) note(notes ...string) {
	comment := part{fixedPart, idComment}
	if said := v[comment]; said != "" {
		notes = append([]string{said}, notes...)
	}
	if len(notes) > 0 {
		v[comment] = strings.Join(notes, "; ")
	}
}

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
	period, err := a.period(cells.fixed(idPeriod))
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

// period is a period as the API takes it.
func (a *assembler) period(written string) (string, *fault) {
	period := sdmx.Spelling(written)
	if period == "" {
		return "", nil
	}
	if after := yearAfter(period); after != 0 && !a.saysPeriods() {
		return "", &fault{InvalidPeriod, idPeriod, fmt.Sprintf("%q may be the fiscal year that ends in %d, or a season or quarter of EDTF: codes of a mapping say which, such as codes: {TIME_PERIOD: {%q: \"%d-07/%d-06\"}}", period, after, period, after-1, after)}
	}
	if _, err := edtf.Parse(sdmx.ReadPeriod(period)); err != nil {
		return "", &fault{InvalidPeriod, idPeriod, fmt.Sprintf("%v; periods of SDMX such as 2020-Q1 are read too, times of a mapping say how others are written, such as times: {TIME_PERIOD: {read: \"Jan-06\", write: \"2006-01\"}}, and codes what single ones are", err)}
	}
	return period, nil
}

// saysPeriods says that a period is as somebody chose to write it as EDTF: in a mapping,
// or because onrecord wrote the file.
func (a *assembler) saysPeriods() bool {
	if a.components.sourced {
		return true
	}
	return a.mapping != nil && (len(a.mapping.Codes[idPeriod]) > 0 || a.mapping.Times[idPeriod] != TimeLayout{})
}

// yearAfter is the year that a period such as 2020-21 ends in if it is a fiscal year, and
// 0 of one that cannot be: up to 12 it is a month, as 2011-12 in any file of months.
func yearAfter(period string) int {
	const months, century = 12, 100
	start, end, _ := strings.Cut(period, "-")
	if len(start) != len("2020") || len(end) != len("21") {
		return 0
	}
	year, yearErr := strconv.ParseUint(start, 10, 16)
	part, partErr := strconv.ParseUint(end, 10, 16)
	if yearErr != nil || partErr != nil || part <= months || (year+1)%century != part {
		return 0
	}
	return int(year) + 1
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
		if id := cells.besideKey(); id != "" && !hasNumber(o) {
			return Row{}, &fault{UnsupportedAction, idAction, fmt.Sprintf("it asks to delete %s of an observation: give the observation as it is to be, with action R, or nothing but its key to delete all of it", id)}
		}
		// What is deleted is known by its key.
		row.Observation = &metricsv1.ImportedObservation{TimePeriod: o.GetTimePeriod(), ReleaseTime: o.GetReleaseTime(), Action: o.GetAction()}
		if !whole || a.omits && o.GetTimePeriod() == "" {
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

// keyParts are the fixed components by which figures are told apart.
var keyParts = []string{idPeriod, idFreq, idRelease, idProducer, idTitle, idLicense, idURI, idCounted}

func (p part) isKey() bool {
	return p.kind == dimensionPart || p.kind == fixedPart && slices.Contains(keyParts, p.id)
}

// besideKey is what a row says beside its key, the first by name; "" if nothing.
func (v values) besideKey() string {
	first := ""
	for cell, value := range v {
		if value != "" && cell.kind != unknownPart && !cell.isKey() && (first == "" || cell.id < first) {
			first = cell.id
		}
	}
	return first
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
				return &fault{UnknownCode, cell.id, fmt.Sprintf("the mapping has no code for %q: say by codes, under %s, which it is", value, cell.id)}
			}
			value = code
		}
		if layout, has := a.mapping.Times[cell.id]; has {
			read, err := time.Parse(layout.Read, value)
			if err != nil {
				return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("%q is not written as %q, which the mapping says", value, layout.Read)}
			}
			if cell.id == idPeriod && layout.losesMonth(read) {
				return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("%q is neither the first nor the last day of its year, which times of the mapping makes of it: write %q says no month", value, layout.Write)}
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
		o.BasePeriod = &typev1.TimePeriod{Edtf: sdmx.ReadPeriod(sdmx.Spelling(base))}
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

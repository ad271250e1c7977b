package api

import (
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	numbers "github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// importReader reads the rows of an import. Rows share nearly everything, so that is read and checked once for each shape: the fields of
// the proto by protovalidate, the rules of a figure by Check.
type importReader struct {
	core
	req     *metricsv1.ImportFiguresRequest
	rows    []changes.Row
	places  []importPlace
	shapes  map[shapeKey]*shape
	periods map[string]period
}

// importPlace is a row's place in the request. row is its index, -1 of what is no row for the fault.
type importPlace struct {
	series, observation, row int
	fault                    *errs.Violation
}

// shapeKey is what is said of a shape: in a series, and by an observation as far as rows share it.
type shapeKey struct {
	series int
	said   string
}

// shape is what rows share.
type shape struct {
	number int
	figure domain.Figure
	fault  error
	given  domain.Given
	// unitless says that neither the template nor the observation has a unit.
	unitless bool
	// checked are the kinds of which a row was checked in full and has no fault.
	checked map[domain.ValueKind]bool
}

// period is a period that was read.
type period struct {
	period domain.TimePeriod
	err    error
}

// readImport reads a request. The error is about the request as a whole.
func readImport(c core, req *metricsv1.ImportFiguresRequest) (*importReader, error) {
	if err := checkImport(req); err != nil {
		return nil, err
	}
	r := &importReader{core: c, req: req, shapes: map[shapeKey]*shape{}, periods: map[string]period{}}
	if err := r.checkTemplate(); err != nil {
		return nil, err
	}
	for i, series := range req.GetSeries() {
		r.series(i, series)
	}
	return r, nil
}

// fresh returns the rows for one attempt to write them.
func (r *importReader) fresh() []changes.Row { return append([]changes.Row(nil), r.rows...) }

// checkTemplateFields refuses fields that a template has not.
func checkTemplateFields(template *metricsv1.Figure) error {
	var faults errs.Violations
	template.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if name := string(field.Name()); !templateFields[name] {
			faults.Add("template."+name, "FIELD_NOT_EMPTY", "the observations say it, or the service does: leave it out of the template")
		}
		return true
	})
	return faults.Err()
}

// checkTemplate checks the template as part of a figure.
func (r *importReader) checkTemplate() error {
	probe := r.probe(&metricsv1.ImportedSeries{}, &metricsv1.ImportedObservation{})
	if probe.GetUnit() == nil {
		probe.Unit = anyUnit() // each observation says its own
	}
	figure, err := r.readFigure(probe)
	if err == nil {
		err = figure.Check()
	}
	var faults errs.Violations
	faults.AddErr("template", err)
	return faults.Err()
}

// anyUnit stands where a probe has no unit.
func anyUnit() *metricsv1.Unit { return &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"} }

// probe makes a figure of all that is said of a row but its period and numbers.
func (r *importReader) probe(series *metricsv1.ImportedSeries, o *metricsv1.ImportedObservation) *metricsv1.Figure {
	probe := &metricsv1.Figure{
		TimePeriod: &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED},
		ValueKind:  metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_NOT_STATED,
	}
	for _, said := range []proto.Message{r.req.GetTemplate(), series, shared(o)} {
		lay(probe.ProtoReflect(), said.ProtoReflect())
	}
	return probe
}

// shared is what an observation says that other rows may say too: all but its period, its numbers and what to do.
func shared(o *metricsv1.ImportedObservation) *metricsv1.ImportedObservation {
	return &metricsv1.ImportedObservation{
		ObsStatus: o.GetObsStatus(), ConfStatus: o.GetConfStatus(), Attributes: o.GetAttributes(), Comment: o.GetComment(), Unit: o.GetUnit(),
		UnitMult: o.UnitMult, Decimals: o.Decimals, ReleaseTime: o.GetReleaseTime(),
		Approximator: o.GetApproximator(), ReadingRule: o.GetReadingRule(), BasePeriod: o.GetBasePeriod(),
		EmbargoEndTime: o.GetEmbargoEndTime(),
	}
}

// saysShared reports whether shared has anything, without making it: most rows say nothing of it.
func saysShared(o *metricsv1.ImportedObservation) bool {
	return len(o.GetObsStatus()) > 0 || o.GetConfStatus() != "" || len(o.GetAttributes()) > 0 || o.GetComment() != "" || o.GetUnit() != nil ||
		o.UnitMult != nil || o.Decimals != nil || o.GetReleaseTime() != nil ||
		o.GetApproximator() != 0 || o.GetReadingRule() != "" || o.GetBasePeriod() != nil ||
		o.GetEmbargoEndTime() != nil
}

// lay lays what is said over a figure, in the fields of the same name: entries of a map beside those that are there, all else in their stead.
func lay(figure, said protoreflect.Message) {
	said.Range(func(of protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		field := figure.Descriptor().Fields().ByName(of.Name())
		switch {
		case field == nil: // the observations of a series
		case field.IsMap():
			entries := figure.Mutable(field).Map()
			value.Map().Range(func(key protoreflect.MapKey, entry protoreflect.Value) bool {
				entries.Set(key, entry)
				return true
			})
		default:
			figure.Set(field, value)
		}
		return true
	})
}

// readFigure checks a probe by its proto and reads it.
func (r *importReader) readFigure(probe *metricsv1.Figure) (domain.Figure, error) {
	if err := rpcserver.Validate(r.validator, probe); err != nil {
		return domain.Figure{}, err
	}
	figure, err := figureFromProto(probe)
	figure.Kind, figure.Missing = domain.NoValue, domain.NotStated
	return figure, err
}

// series reads the rows of one series.
func (r *importReader) series(i int, series *metricsv1.ImportedSeries) {
	base := r.shapeOf(i, series, &metricsv1.ImportedObservation{})
	if fault := keyFault(base.fault); fault != nil {
		r.places = append(r.places, importPlace{series: i, observation: -1, row: -1, fault: fault})
		return
	}
	for j, o := range series.GetObservations() {
		place := importPlace{series: i, observation: j, row: -1}
		of := base
		if saysShared(o) {
			of = r.shapeOf(i, series, o)
		}
		row, err := r.row(of, o)
		if err != nil {
			place.fault = errs.FirstViolation(err)
		} else {
			place.row = len(r.rows)
			r.rows = append(r.rows, row)
		}
		r.places = append(r.places, place)
	}
}

// keyFault is a fault of what all rows of a series share: its dimensions, its frequency or its attributes.
func keyFault(err error) *errs.Violation {
	if err == nil {
		return nil
	}
	for _, fault := range errs.ViolationsOf(err) {
		for _, field := range []string{"dimensions", "frequency", "attributes"} {
			if strings.HasPrefix(fault.Field, field) {
				return &fault
			}
		}
	}
	return nil
}

// shapeOf is the shape of an observation.
func (r *importReader) shapeOf(series int, of *metricsv1.ImportedSeries, o *metricsv1.ImportedObservation) *shape {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(shared(o))
	if err != nil { // text that is no UTF-8, which does not get here
		return &shape{fault: err}
	}
	if found := r.shapes[shapeKey{series, string(raw)}]; found != nil {
		return found
	}
	s := &shape{number: len(r.shapes), checked: map[domain.ValueKind]bool{}}
	template, probe := r.req.GetTemplate(), r.probe(of, o)
	if s.unitless = probe.GetUnit() == nil; s.unitless {
		probe.Unit = anyUnit()
	}
	if s.figure, s.fault = r.readFigure(probe); s.unitless {
		s.figure.Unit = units.Unit{}
	}
	s.given = domain.Given{
		Approximator: o.GetApproximator() != 0, Unit: !s.unitless, UnitMult: o.UnitMult != nil || template.GetUnitMult() != 0, Decimals: o.Decimals != nil,
	}
	r.shapes[shapeKey{series, string(raw)}] = s
	return s
}

// row reads an observation.
func (r *importReader) row(s *shape, o *metricsv1.ImportedObservation) (changes.Row, error) {
	row := changes.Row{Figure: s.figure, Given: s.given, Shape: s.number, Action: actions[o.GetAction()]}
	if s.fault != nil {
		return row, s.fault
	}
	var faults errs.Violations
	checkEnums(o, &faults)
	f := &row.Figure
	read, known := r.periods[o.GetTimePeriod()]
	if !known {
		read.period, read.err = domain.ParseImportedPeriod(o.GetTimePeriod())
		r.periods[o.GetTimePeriod()] = read
	}
	if f.Period = read.period; read.err != nil {
		faults.Add("time_period", invalidPeriod, "%s; periods of SDMX such as 2020-Q1 are read too", periodMessage(read.err))
	}
	if domain.OtherReportingYear(o.GetTimePeriod(), f.Attributes) {
		faults.Add("time_period", contradictory, "reporting years begin on %s, so %s is no calendar period: give its interval, such as 2020-07/2021-06",
			f.Attributes[domain.ReportingYearStartDay], o.GetTimePeriod())
	}
	f.Value = optionalDecimal(o.GetValue(), "value", &faults)
	f.Lower, f.Upper = importedBound(o.GetLower(), "lower", &faults), importedBound(o.GetUpper(), "upper", &faults)
	f.Values = importedValues(o.GetValues(), &faults)
	f.Kind, f.Missing = domain.ValueKind(short(o.GetValueKind())), short(o.GetMissingReason())
	row.Given.Kind = f.Kind != ""
	kept := row.Action == changes.Merge && f.Numberless() // what is there has the numbers
	if s.unitless && row.Action != changes.Delete && !kept {
		faults.Add("unit", "FIELD_REQUIRED", "neither the template nor the observation has a unit")
	}
	if faults.Len() > 0 || row.Action == changes.Merge || row.Action == changes.Delete {
		return row, faults.Err() // what is left is checked when it is known what is there
	}
	f.SettleImported()
	return row, s.check(f)
}

// maxValues is how many numbers a LIST has.
const maxValues = 100

func importedValues(values []*decimal.Decimal, faults *errs.Violations) (out []numbers.Decimal) {
	if len(values) > maxValues {
		faults.Add("values", "TOO_MANY_ITEMS", "%d numbers are more than the %d of a LIST", len(values), maxValues)
		return nil
	}
	for i, value := range values {
		out = append(out, decimalFromProto(value, errs.Index("values", i), faults))
	}
	return out
}

// checkEnums refuses numbers that no enum has.
func checkEnums(o *metricsv1.ImportedObservation, faults *errs.Violations) {
	if _, known := metricsv1.ImportedObservation_Action_name[int32(o.GetAction())]; !known {
		faults.Add("action", "UNKNOWN_ENUM_VALUE", "there is no action %d", o.GetAction())
	}
	if _, known := metricsv1.Figure_ValueKind_name[int32(o.GetValueKind())]; !known {
		faults.Add("value_kind", "UNKNOWN_ENUM_VALUE", "there is no value_kind %d", o.GetValueKind())
	}
	if _, known := metricsv1.Figure_MissingReason_name[int32(o.GetMissingReason())]; !known {
		faults.Add("missing_reason", "UNKNOWN_ENUM_VALUE", "there is no missing_reason %d", o.GetMissingReason())
	}
}

// check checks a row: the first of its kind in full, the others where they differ.
func (s *shape) check(f *domain.Figure) error {
	if s.checked[f.Kind] {
		f.ObsStatus, f.Unit = s.figure.ObsStatus, s.figure.Unit
		return f.CheckImported()
	}
	if err := f.Check(); err != nil {
		return err
	}
	s.checked[f.Kind] = true
	s.figure.ObsStatus, s.figure.Unit = f.ObsStatus, f.Unit
	return nil
}

// importedBound reads an end, which must say whether it belongs to the range.
func importedBound(b *metricsv1.Bound, path string, faults *errs.Violations) *domain.Bound {
	if b == nil {
		return nil
	}
	if b.Inclusive == nil {
		faults.Add(path+".inclusive", "FIELD_REQUIRED", "say whether the number itself belongs to the range")
	}
	return boundFromProto(b, path, faults)
}

var actions = map[metricsv1.ImportedObservation_Action]changes.Action{
	metricsv1.ImportedObservation_REPLACE: changes.Replace, metricsv1.ImportedObservation_APPEND: changes.Append,
	metricsv1.ImportedObservation_MERGE: changes.Merge, metricsv1.ImportedObservation_DELETE: changes.Delete,
}

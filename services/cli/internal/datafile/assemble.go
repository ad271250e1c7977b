package datafile

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// assembler makes observations of what the cells of a row are.
type assembler struct {
	components *components
	mapping    *Mapping
	// unit is the metric's: a code of it is of its system.
	unit *metricsv1.Unit
	// timed says that the file has periods, valued that it has values.
	timed bool
	// written are the dimensions that the file has.
	written []string
	// separator joins several values in a cell.
	separator string
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
		return Row{}, &fault{UnknownCode, idFreq, fmt.Sprintf("%q is no frequency of SDMX that a figure can have: want A, S, Q, M, W or D", cells.fixed(idFreq))}
	}
	if err := foreign(cells); err != nil {
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
	valued := o.GetValue() != nil || o.GetLower() != nil || o.GetUpper() != nil
	whole := !periodMissing
	for _, id := range a.written {
		whole = whole && row.Dimensions[id] != ""
	}
	switch {
	case o.GetAction() == metricsv1.ImportedObservation_DELETE:
		if !valued && len(o.GetAttributes()) > 0 {
			return Row{}, &fault{UnsupportedAction, idAction, "it asks to delete attributes of an observation: give the observation as it is to be, with action R"}
		}
		// What is deleted is known by its key.
		row.Observation = &metricsv1.ImportedObservation{TimePeriod: o.GetTimePeriod(), ReleaseTime: o.GetReleaseTime(), Action: o.GetAction()}
		if !whole {
			row.Kind = DeleteMatching
		}
	case periodMissing && (valued || cells.fixed(idMissing) != ""):
		return Row{}, &fault{MissingPeriod, idPeriod, "the row has a value and no period"}
	case periodMissing && len(o.GetAttributes()) == 0:
		return Row{}, &fault{MissingPeriod, idPeriod, "the row has neither a period nor an attribute"}
	case periodMissing, !a.timed && !valued && !whole && len(o.GetAttributes()) > 0:
		row.Kind = SeriesAttributes
	}
	return row, nil
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

// foreign refuses what is no observation of a data file: what a document prints,
// and what a query computed.
func foreign(cells values) *fault {
	if cells.fixed(idDocument) != "" {
		return &fault{FigureOfDocument, idDocument, "it is a figure that a document prints: onrecord ingest puts it on record, with its place there"}
	}
	if count := cells.fixed(idAggregated); cells.fixed(idFilled) != "" || cells.fixed(idRateBasis) != "" || cells.fixed(idTransform) != "" || count != "" && count != "0" || cells.fixed(idInexact) == "true" {
		return &fault{interchange.MalformedRow, idValue, "it is what a query computed and no observation"}
	}
	switch kind := cells.fixed(idKind); kind {
	case "LIST", "CHANGE":
		return &fault{interchange.MalformedRow, idKind, "a data file has no " + kind + ": CreateFigure puts it on record"}
	}
	return nil
}

// fill sets what is neither dimension nor attribute.
func (a *assembler) fill(o *metricsv1.ImportedObservation, cells values) *fault {
	o.Value = a.number(cells.fixed(idValue))
	o.Lower = a.bound(cells.fixed(idLower), cells.fixed(idLowerIncl))
	o.Upper = a.bound(cells.fixed(idUpper), cells.fixed(idUpperIncl))
	o.ConfStatus, o.Comment = cells.fixed(idConf), cells.fixed(idComment)
	if status := cells.fixed(idStatus); status != "" {
		o.ObsStatus = strings.Split(status, a.separator)
		if a.separator == "" {
			o.ObsStatus = []string{status}
		}
	}
	if release := cells.fixed(idRelease); release != "" {
		o.ReleaseTime = &typev1.TimePeriod{Edtf: release}
	}
	if unit := cells.fixed(idUnit); unit != "" {
		o.Unit = a.unitOf(unit)
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

// number is a value as it is written, nil if none is.
func (a *assembler) number(written string) *decimal.Decimal {
	switch written {
	case "", "NaN", "nan", "#N/A":
		return nil
	}
	if a.mapping != nil {
		if a.mapping.Thousands != "" {
			written = strings.ReplaceAll(written, a.mapping.Thousands, "")
		}
		if a.mapping.DecimalComma {
			written = strings.Replace(written, ",", ".", 1)
		}
	}
	return &decimal.Decimal{Value: written}
}

func (a *assembler) bound(written, inclusive string) *metricsv1.Bound {
	number := a.number(written)
	if number == nil {
		return nil
	}
	bound := &metricsv1.Bound{Value: number}
	if inclusive != "" {
		is := inclusive == "true"
		bound.Inclusive = &is
	}
	return bound
}

// unitOf is the unit of a code: of the metric's own system if it is its code, else
// three capitals are a currency.
func (a *assembler) unitOf(code string) *metricsv1.Unit {
	if code == a.unit.GetCode() {
		return a.unit
	}
	if len(code) == 3 && strings.ToUpper(code) == code && strings.ToLower(code) != code && !strings.ContainsAny(code, "[]/%0123456789") {
		return &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: code}
	}
	return &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: code}
}

package datafile

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

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

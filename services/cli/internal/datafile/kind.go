package datafile

import (
	"fmt"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

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
			return Row{}, &fault{UnsupportedAction, id, fmt.Sprintf("it asks to delete %s of an observation: give the observation as it is to be, with action R, or nothing but its key to delete all of it", id)}
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

package drawing

import (
	"cmp"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// UnitIn is the unit of the numbers of an observation of an answer.
func UnitIn(answer *metricsv1.QueryMetricResponse, o *metricsv1.Observation) *metricsv1.Unit {
	return cmp.Or(answer.GetTransformedUnit(), o.GetUnit())
}

// AxisIn labels the axis that they need, as words.AxisUnit does.
func AxisIn(answer *metricsv1.QueryMetricResponse, o *metricsv1.Observation) string {
	counted := o.GetCountedObject()
	if answer.GetTransformedUnit() != nil {
		counted = ""
	}
	return words.AxisUnit(UnitIn(answer, o), counted)
}

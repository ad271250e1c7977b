package sqlite

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestColumns checks that every operator of every field that is offered can be compiled.
func TestColumns(t *testing.T) {
	must.OK(t, metricColumns.Check(domain.MetricFields))
	must.OK(t, figureColumns.Check(domain.FigureFields))
}

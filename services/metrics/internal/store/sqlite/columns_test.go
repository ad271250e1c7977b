package sqlite

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestColumns checks that every operator of every field that is offered can be compiled.
func TestColumns(t *testing.T) {
	metrics, figures := dialect.Columns()
	must.OK(t, metrics.Check(domain.MetricFields))
	must.OK(t, figures.Check(domain.FigureFields))
}

package embargo_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestWhatSweepsTellOperators: what is due, and since when that is not known.
func TestWhatSweepsTellOperators(t *testing.T) {
	registry := prometheus.NewRegistry()
	began := time.Now().Unix()
	sweeps := embargo.NewSweeps("statements", registry)
	read := func() map[string]float64 {
		out := map[string]float64{}
		for _, family := range must.Get(registry.Gather())(t) {
			must.Equal(t, family.GetMetric()[0].GetLabel()[0].GetValue(), "statements")
			out[family.GetName()] = family.GetMetric()[0].GetGauge().GetValue()
		}
		return out
	}
	const due, looked = "onrecord_embargoes_due", "onrecord_embargo_sweep_timestamp_seconds"
	started := read()[looked]
	must.True(t, started >= float64(began), "not known since %v", started)
	sweeps.Found(3)
	must.Equal(t, read()[due], 3.0)
	must.True(t, read()[looked] > started)
	found := read()[looked]
	sweeps.Left(1)
	must.Equal(t, read(), map[string]float64{due: 1, looked: found})
}

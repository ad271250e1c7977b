package tables

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// FuzzDecodeObservation: damaged bytes are an error, and what can be read is written the same way.
func FuzzDecodeObservation(f *testing.F) {
	period, err := domain.ParsePeriod("../2019")
	must.OK(f, err)
	period.Printed = &domain.Printed{Text: "until 2019"}
	value := decimal.FromInt64(-5)
	for _, o := range []domain.Observation{
		{}, {Period: period, Kind: domain.Point, Normalized: domain.Normalized{Value: &value, Unit: units.One, Inexact: true}},
		{Kind: domain.List, Normalized: domain.Normalized{Values: []decimal.Decimal{value, value}, Lower: &domain.Bound{Inclusive: true}, Upper: &domain.Bound{}}},
	} {
		stored, err := encodeObservation(o)
		must.OK(f, err)
		var back domain.Observation
		must.OK(f, decodeObservation(string(stored), &back))
		must.Equal(f, back, o)
		f.Add(stored)
	}
	f.Add([]byte{formatPoint, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, stored []byte) {
		var o domain.Observation
		if decodeObservation(string(stored), &o) != nil {
			return
		}
		again, err := encodeObservation(o)
		must.OK(t, err)
		var back domain.Observation
		must.OK(t, decodeObservation(string(again), &back))
		must.Equal(t, back, o)
	})
}

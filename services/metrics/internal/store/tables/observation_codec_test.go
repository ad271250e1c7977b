package tables

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// FuzzDecodeObservation: damaged bytes are an error, and what can be read is written the same way.
func FuzzDecodeObservation(f *testing.F) {
	period, err := domain.ParsePeriod("../2019")
	must.OK(f, err)
	period.Printed = &domain.Printed{Text: "until 2019"}
	value := decimal.FromInt64(-5)
	for _, o := range []domain.Observation{
		{About: &domain.About{}}, {About: &domain.About{Unit: units.One, Attributes: map[string]string{"A": "b"}}, Period: period, Kind: domain.Point, Normalized: domain.Normalized{Value: &value, Unit: units.One, Inexact: true}},
		{About: &domain.About{}, Kind: domain.List, ObsStatus: []string{"P"}, Revision: 2, CreateTime: 5, UpdateTime: 9, Stale: true, Corrected: true, BasePeriod: &period,
			Written: domain.Written{Value: &value}, Normalized: domain.Normalized{Values: []decimal.Decimal{value, value}, Lower: &domain.Bound{Inclusive: true}, Upper: &domain.Bound{}}},
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

// TestIntegersAreReadAsTheyAreWritten: one that is cut off or has no room in 64 bits is damaged, as encoding/binary has it.
func TestIntegersAreReadAsTheyAreWritten(t *testing.T) {
	damaged := func(stored string) bool {
		f := fields{rest: stored}
		f.unsigned()
		return f.damaged
	}
	for _, n := range []uint64{0, 1, 127, 128, 1 << 35, math.MaxInt64, 1 << 63, math.MaxUint64} {
		stored := string(binary.AppendUvarint(nil, n))
		f := fields{rest: stored}
		must.Equal(t, f.unsigned(), n)
		must.True(t, !f.damaged && f.rest == "")
		must.True(t, damaged(stored[:len(stored)-1]))
	}
	most := strings.Repeat("\xff", 9)
	must.False(t, damaged(most+"\x01"))
	for _, last := range []string{"\x02", "\x03", "\x7f", "\x81", "\x81\x00"} {
		must.True(t, damaged(most+last))
	}
}

// TestObservationsKeepEveryField fills what figures have; the rest only a query sets.
func TestObservationsKeepEveryField(t *testing.T) {
	o := filled.Of[domain.Observation](decimal.FromInt64(-7))
	o.Figure, o.FilledFrom, o.Conversion, o.AggregatedCount = "", nil, nil, 0
	stored, err := encodeObservation(o)
	must.OK(t, err)
	var decode observations
	var first, second domain.Observation
	must.OK(t, decode.decode(string(stored), &first))
	must.Equal(t, first, o)
	must.OK(t, decode.decode(string(stored), &second))
	must.True(t, first.About == second.About) // one for all that share it
	must.True(t, first.Normalized.Value != second.Normalized.Value)
	o.About = &domain.About{Comment: "another"}
	stored, err = encodeObservation(o)
	must.OK(t, err)
	must.OK(t, decode.decode(string(stored), &second))
	must.Equal(t, second.About.Comment, "another")
}

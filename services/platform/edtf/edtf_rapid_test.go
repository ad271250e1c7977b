package edtf_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// instants draws whole seconds of the years that are read.
func instants() *rapid.Generator[time.Time] {
	return rapid.Map(rapid.Int64Range(edtf.Earliest.Unix(), time.Date(9998, 12, 31, 23, 59, 59, 0, time.UTC).Unix()),
		func(s int64) time.Time { return time.Unix(s, 0).UTC() })
}

func frequencies() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{edtf.Annual, edtf.HalfYearly, edtf.Quarterly, edtf.Monthly, edtf.Daily})
}

func TestPropertyPeriodsOfAFrequencyTileTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at, frequency := instants().Draw(t, "at"), frequencies().Draw(t, "frequency")
		p := must.Get(edtf.Containing(at, frequency))(t)
		must.True(t, p.ContainsTime(at))
		if next, err := p.Shift(1); err == nil {
			must.Equal(t, next.Start, p.End)
			must.True(t, p.Before(next))
			must.True(t, must.Get(next.Shift(-1))(t).Equal(p))
		}
	})
}

func TestPropertyExactlyOneRelationHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := must.Get(edtf.Containing(instants().Draw(t, "t"), frequencies().Draw(t, "f")))(t)
		q := must.Get(edtf.Containing(instants().Draw(t, "u"), frequencies().Draw(t, "g")))(t)
		n := 0
		for _, holds := range []bool{p.Overlaps(q), p.Before(q), p.After(q)} {
			if holds {
				n++
			}
		}
		must.Equal(t, n, 1)
		if p.Contains(q) {
			must.True(t, p.Overlaps(q))
		}
	})
}

func TestPropertySecondsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := instants().Draw(t, "at")
		p := parse(t, at.Format(time.RFC3339))
		must.Equal(t, p.Start, at)
		must.Equal(t, p.End.Sub(p.Start), time.Second)
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2023", "2023-11-04T10:20:30+01:00", "2019/..", "/1985~", "201X", "2004-XX-XX", "2001-21", "[1667,1668]", "Y-17E7", "2023-02-30", "2010/2009"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := edtf.Parse(s)
		if err != nil {
			must.True(t, p.IsZero())
			return
		}
		must.Equal(t, p.EDTF, s)
		must.True(t, p.Start.Before(p.End))
		must.False(t, p.Start.Before(edtf.Earliest) || p.End.After(edtf.Latest))
		must.Equal(t, p.OpenEnd, p.End.Equal(edtf.Latest))
		must.True(t, p.Overlaps(p) && p.Contains(p) && !p.Before(p))
	})
}

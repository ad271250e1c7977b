package drawing

import (
	"cmp"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/chart"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	exact "github.com/onrecord/onrecord/services/platform/decimal"
)

// Beside is a figure that stands beside the lines of a drawing, of whatever metric: a
// point or a band, joined to nothing, with its own coverage and source in words.
type Beside struct {
	observation *metricsv1.Observation
	words, href string
}

// Other is a figure to stand beside, with what is to be said of it.
type Other struct {
	Figure *metricsv1.Figure
	Metric *metricsv1.Metric
	// Source names where it is from.
	Source string
	// Href is where it leads.
	Href string
}

// In is the figure in the unit of a drawing, multiplied out. label names the unit as
// words.AxisUnit does. The error says why the figure has no
// place there: it is in another unit, or of a kind that no level is.
func (b Other) In(label string, request *metricsv1.QueryMetricRequest) (Beside, error) {
	f := b.Figure
	if request.GetTransform() > metricsv1.QueryMetricRequest_LIN {
		return Beside{}, fmt.Errorf("%s cannot stand beside what a transform computes: leave out transform", f.GetName())
	}
	o, own := b.normalized(), b.own()
	unit := words.AxisUnit(o.GetUnit(), o.GetCountedObject())
	if ownUnit := words.AxisUnit(own.GetUnit(), own.GetCountedObject()); unit != label && ownUnit == label {
		o, unit = own, ownUnit
	}
	if unit != label {
		return Beside{}, fmt.Errorf("%s is in %s, the drawing in %s: ask for unit=%s, or leave it out", f.GetName(),
			cmp.Or(unit, "no unit"), cmp.Or(label, "none"), o.GetUnit().GetCode())
	}
	if StatedChange(o, request) {
		return Beside{}, fmt.Errorf("%s is a change and cannot stand beside levels", f.GetName())
	}
	if why := Undrawn(o); why != "" {
		return Beside{}, fmt.Errorf("%s cannot be drawn: %s", f.GetName(), why)
	}
	return Beside{observation: o, words: b.words(), href: b.Href}, nil
}

// Unit labels, as words.AxisUnit does, the axis of a drawing that has nothing but such figures.
func (b Other) Unit() string {
	o := b.normalized()
	return words.AxisUnit(o.GetUnit(), o.GetCountedObject())
}

// words are what is to be known of the figure beside its number.
func (b Other) words() string {
	out := b.Metric.GetDisplayName()
	if key := words.Key(b.Figure.GetDimensions()); key != "" {
		out += ", " + key
	}
	switch coverage := b.Metric.GetCoverage(); coverage {
	case "", "unspecified":
		out += ", coverage not stated" // it may be other than that of the lines
	default:
		out += ", covering " + strings.TrimSuffix(coverage, ".")
	}
	return out + ". Source: " + cmp.Or(b.Source, "not stated")
}

// observation is the figure without its numbers.
func (b Other) observation() *metricsv1.Observation {
	f := b.Figure
	return &metricsv1.Observation{
		Figure: f.GetName(), TimePeriod: f.GetTimePeriod(), ValueKind: f.GetValueKind(), Approximator: f.GetApproximator(), MissingReason: f.GetMissingReason(),
		CountedObject: f.GetCountedObject(), ObsStatus: f.GetObsStatus(), ConfStatus: f.GetConfStatus(), Stale: f.GetStale(),
		Restricted: f.GetRestricted(), EmbargoEndTime: f.GetEmbargoEndTime(), UpdateTime: f.GetUpdateTime(),
	}
}

// normalized is the figure in its base unit.
func (b Other) normalized() *metricsv1.Observation {
	o, n := b.observation(), b.Figure.GetNormalized()
	o.Value, o.Values, o.Lower, o.Upper, o.Unit, o.Inexact = n.GetValue(), n.GetValues(), n.GetLower(), n.GetUpper(), n.GetUnit(), n.GetInexact()
	return o
}

// own is the figure in the unit that it is recorded in, multiplied out.
func (b Other) own() *metricsv1.Observation {
	o, f := b.observation(), b.Figure
	mult := f.GetUnitMult()
	o.Unit, o.Value = f.GetUnit(), times(f.GetValue(), mult)
	for _, v := range f.GetValues() {
		o.Values = append(o.Values, times(v, mult))
	}
	o.Lower, o.Upper = timesBound(f.GetLower(), mult), timesBound(f.GetUpper(), mult)
	return o
}

// times is d × 10^mult; nil, which is not drawn, of what no decimal can hold.
func times(d *decimal.Decimal, mult int32) *decimal.Decimal {
	if d == nil {
		return nil
	}
	number, err := exact.Parse(d.GetValue())
	if err != nil {
		return nil
	}
	if number, err = number.Scale10(int(mult)); err != nil {
		return nil
	}
	return &decimal.Decimal{Value: number.String()}
}

func timesBound(b *metricsv1.Bound, mult int32) *metricsv1.Bound {
	if b == nil {
		return nil
	}
	return &metricsv1.Bound{Value: times(b.GetValue(), mult), Inclusive: b.Inclusive}
}

// marks are those of the n-th figure beside the lines.
func (b Beside) marks(n int) []chart.Mark {
	out := marks(Item{Observation: b.observation, Value: words.Observation(b.observation), Href: b.href, Line: b.words}, 0)
	for i := range out {
		out[i].Tag = string(rune('A' + n)) // fewer may be named than there are letters
	}
	return out
}

package query

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// MaxFigures is how many figures a series may have that must be read whole, and how many observations gaps may be filled up to.
const MaxFigures = 100_000

// Vintages says which releases of a source are answered for a period.
type Vintages string

// The choices; Latest is also "".
const (
	Latest Vintages = "LATEST"
	First  Vintages = "FIRST"
	All    Vintages = "ALL"
)

// Transform says what is computed of the numbers.
type Transform string

// The transforms; Linear, the numbers themselves, is also "".
const (
	Linear            Transform = "LIN"
	Change            Transform = "CHG"
	YearChange        Transform = "CH1"
	PercentChange     Transform = "PCH"
	YearPercentChange Transform = "PC1"
	Index             Transform = "IDX"
)

// Method says how several periods become one.
type Method string

// The methods.
const (
	Average     Method = "AVG"
	Sum         Method = "SUM"
	EndOfPeriod Method = "EOP"
)

// Fill says what is put where a period has no figure.
type Fill string

// The fills; "" is none.
const (
	Gap      Fill = "GAP"
	Previous Fill = "PREVIOUS"
)

// Plan is what a query asks for. The zero value but for AsOf answers the newest figure of every source as it stands.
type Plan struct {
	// AsOf is the end of the time at which figures were public; recordtime.Forever if that was not asked.
	AsOf     recordtime.Time
	Vintages Vintages
	// Best answers for each period only the best source that has a number.
	Best bool
	// Sources are the ids of the only sources that count; nil: all.
	Sources map[string]bool
	// Policy is the metric's order of sources.
	Policy []domain.SourcePreference

	// Unit is the unit to answer in; nil: the base unit.
	Unit  *units.Resolved
	Basis domain.RateBasis
	// Rates are those of Reference.
	Rates Rates

	// Frequency is the lower one to aggregate to; "" if nothing is aggregated.
	Frequency string
	Method    Method

	Fill      Fill
	Transform Transform
	// LastN is how many observations of each series are answered at most; 0: all.
	LastN       int
	SkipMissing bool
	Align       bool
	// Decimals is how many digits after the point are kept of what is computed; nil: 38 significant ones.
	Decimals *int
	// Window holds the observations that overlap it, and none without a date; nil: all.
	Window *domain.Window
}

// Check refuses what contradicts itself, and a sum of what is no flow.
func (p *Plan) Check(metric domain.Metric) error {
	var v errs.Violations
	if p.Vintages == All {
		for _, other := range []struct {
			field string
			asked bool
		}{
			{"selection", p.Best}, {"aggregation_frequency", p.Frequency != ""}, {"fill", p.Fill != ""}, {"transform", p.transforms()},
		} {
			if other.asked {
				v.Add(other.field, "CONTRADICTORY", "with all vintages there are several numbers for a period: ask for one by as_of, LATEST or FIRST")
			}
		}
	}
	if p.Frequency != "" && p.Method == Sum && metric.TemporalKind != "FLOW" {
		v.Add("aggregation_method", notApplicable, "%s is no FLOW: its figures are not summed over time", metric.Name())
	}
	return v.Err()
}

// notApplicable is the reason of an aggregation that would make no sense.
const notApplicable = "AGGREGATION_NOT_APPLICABLE"

// CheckSeries refuses what cannot be done with a series of a frequency.
func (p *Plan) CheckSeries(frequency string) error {
	switch {
	case p.Frequency != "" && !divides(frequency, p.Frequency):
		return errs.Invalid("aggregation_frequency", notApplicable,
			"periods of frequency %q do not make up whole periods of %q: say which series are meant by frequency", frequency, p.Frequency)
	case frequency == "" && p.Fill != "":
		return errs.Invalid("fill", frequencyRequired, "a series without frequency has no gaps: say which series are meant by frequency")
	case frequency == "" && p.steps():
		return errs.Invalid("transform", frequencyRequired,
			"a series without frequency has no period before: say which series are meant by frequency")
	default:
		return nil
	}
}

const frequencyRequired = "FREQUENCY_REQUIRED"

// transforms reports whether numbers are transformed at all.
func (p *Plan) transforms() bool { return p.Transform != "" && p.Transform != Linear }

// steps reports whether a number is compared with that of another period by their distance.
func (p *Plan) steps() bool { return p.transforms() && p.Transform != Index }

// Whole reports whether a series must be read from its first figure to its last.
func (p *Plan) Whole() bool { return p.Fill != "" || p.LastN > 0 || p.Align || p.Transform == Index }

// Plain reports whether figures are answered as they stand, so that any part of a series can be answered by itself.
func (p *Plan) Plain() bool { return !p.Whole() && p.Frequency == "" && !p.transforms() }

// ReadFrom returns from when on figures must be read for the observations from start on to be right.
func (p *Plan) ReadFrom(frequency string, start recordtime.Time) recordtime.Time {
	if p.Plain() || start <= recordtime.FromTime(earliest) {
		return start
	}
	answered := frequency
	if p.Frequency != "" {
		answered = p.Frequency
	}
	return containerStart(p.Frequency, before(answered, p.Transform, start))
}

// ReadWindow is the window of the figures that the observations in the plan's window are made of; nil: all.
func (p *Plan) ReadWindow(frequency string) *domain.Window {
	if p.Window == nil || p.Plain() {
		return p.Window
	}
	return &domain.Window{Start: p.ReadFrom(frequency, p.Window.Start), End: containerEnd(p.Frequency, p.Window.End)}
}

// Figures is how many figures of a series so many observations are probably made of, with those that they are compared with, where each
// source has one release.
func (p *Plan) Figures(frequency string, observations int) int {
	each, answered := 1, p.Answered(frequency)
	if p.Frequency != "" && perYear[p.Frequency] > 0 {
		each = max(1, perYear[frequency]/perYear[p.Frequency])
	}
	if p.Transform == YearChange || p.Transform == YearPercentChange {
		observations += perYear[answered] + 1 // a day more: see before
	} else if p.steps() {
		observations++
	}
	if each > 1 {
		observations++ // the last one may not be whole
	}
	return observations*each + 1 // whether a period has more figures shows when the next one begins
}

// inWindow reports whether a period is one that is asked for.
func (p *Plan) inWindow(period domain.TimePeriod) bool {
	return p.Window == nil || period.Dated() && period.Start < p.Window.End && period.End > p.Window.Start
}

// Answered is the frequency of the answer to a series.
func (p *Plan) Answered(frequency string) string {
	if p.Frequency != "" {
		return p.Frequency
	}
	return frequency
}

package query

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Outcome is what a series says of a comparison claim.
type Outcome string

// The outcomes.
const (
	Holds        Outcome = "HOLDS"
	Contradicted Outcome = "CONTRADICTED"
	CannotTell   Outcome = "CANNOT_TELL"
)

// maxCounterexamples is how many observations a check names.
const maxCounterexamples = 20

// ClaimCheck is a claim beside the series.
type ClaimCheck struct {
	Claim           domain.Claim
	Outcome         Outcome
	Explanation     string
	Counterexamples []*domain.Observation
	// Compared is with how many observations; First and Last are their periods, without a date if there are none.
	Compared    int
	First, Last domain.TimePeriod
}

// CheckClaim holds a claim about one observation against the others of its series, which come in time order. A claim that a number is the highest
// counts the periods before it: what came later does not make it wrong.
func CheckClaim(claim domain.Claim, of *domain.Observation, series []*domain.Observation) ClaimCheck {
	check := ClaimCheck{Claim: claim, Outcome: CannotTell}
	own, ok := stated(of)
	switch {
	case !ok:
		check.Explanation = "the figure states no single amount that others can be held against"
	case !of.Period.Dated():
		check.Explanation = "the figure states no period, so it is not known which others came before it"
	case claim.Kind == domain.MultipleOf:
		check.multiple(of, own, series)
	default:
		check.extreme(of, own, series)
	}
	return check
}

// comparison is what a run over a series finds.
type comparison struct {
	unclear, foreign, missing, gaps int
	previous                        domain.TimePeriod
	// since are figures that are higher, or lower, and of the time itself that "since" names: "the highest since 2008" mostly says that 2008 was.
	since []*domain.Observation
}

// extreme checks RECORD_HIGH, RECORD_LOW, HIGHEST_SINCE and LOWEST_SINCE.
func (c *ClaimCheck) extreme(of *domain.Observation, own interval, series []*domain.Observation) {
	lowest := c.Claim.Kind == domain.RecordLow || c.Claim.Kind == domain.LowestSince
	var found comparison
	sinceEnd := c.sinceEnd()
	own = hedged(of, own)
	for _, o := range series {
		if o.Kind == domain.KindChange || !o.Period.Dated() || o.Period.Start >= of.Period.Start || c.Claim.Since != nil && o.Period.Start < c.Claim.Since.Start {
			continue
		}
		other, ok := stated(o)
		switch {
		case !ok:
			found.missing++
			continue
		case o.Normalized.Unit != of.Normalized.Unit:
			found.foreign++
			continue
		}
		c.count(o, &found)
		higher, lower := hedged(o, other), own
		if lowest {
			higher, lower = own, hedged(o, other)
		}
		switch {
		case higher.above(lower) && o.Period.Start < sinceEnd:
			found.since = append(found.since, o)
		case higher.above(lower):
			if len(c.Counterexamples) < maxCounterexamples {
				c.Counterexamples = append(c.Counterexamples, o)
			}
			c.Outcome = Contradicted
		case !higher.notAbove(lower):
			found.unclear++
		}
	}
	c.settle(of, found)
}

// count takes an observation among those that were compared, and notes where periods are left out.
func (c *ClaimCheck) count(o *domain.Observation, found *comparison) {
	if c.Compared == 0 {
		c.First = o.Period
	} else if o.Period.Start > found.previous.End {
		found.gaps++
	}
	c.Compared++
	c.Last, found.previous = o.Period, o.Period
}

// settle says what the run over the series comes to.
func (c *ClaimCheck) settle(of *domain.Observation, found comparison) {
	switch since := c.Claim.Since; {
	case c.Outcome == Contradicted:
		c.Explanation = "figures of " + c.Counterexamples[0].Period.EDTF + " and perhaps later say otherwise"
	case c.Compared == 0:
		c.Explanation = "the series has no amount of an earlier period in the same unit"
	case found.unclear > 0:
		c.Explanation = fmt.Sprintf("%d of %d figures are too close, as they are rounded or hedged, to tell", found.unclear, c.Compared)
	case found.foreign > 0:
		c.Explanation = fmt.Sprintf("figures in another unit: %d", found.foreign)
	case found.missing > 0:
		c.Explanation = fmt.Sprintf("%d periods have no number", found.missing)
	case len(found.since) > 0:
		c.Counterexamples = found.since[:min(len(found.since), maxCounterexamples)]
		c.Explanation = fmt.Sprintf("only figures of the time that \"since %s\" begins with say otherwise, and whether it counts is open", since.EDTF)
	case found.gaps > 0 || c.Last.End < of.Period.Start:
		c.Explanation = "the series leaves periods out"
	case since != nil && c.First.Start > since.Start:
		c.Explanation = "the series begins only with " + c.First.EDTF
	default:
		c.Outcome = Holds
		c.Explanation = fmt.Sprintf("none of the %d figures from %s to %s says otherwise", c.Compared, c.First.EDTF, c.Last.EDTF)
	}
}

// sinceEnd is where the day, month, year or decade ends that "since" is or begins with.
func (c *ClaimCheck) sinceEnd() (end recordtime.Time) {
	if c.Claim.Since == nil {
		return end
	}
	first, _, _ := strings.Cut(c.Claim.Since.EDTF, "/")
	period, err := domain.ParsePeriod(first)
	if err != nil {
		return c.Claim.Since.Start
	}
	return period.End
}

// hedged is what a number may be that is printed as about so much: by how much it is off is open, but that it is half or twice is not meant.
func hedged(o *domain.Observation, as interval) interval {
	if o.Approximator != domain.Around {
		return as
	}
	half, twice := as.scaled(whole(1).over(whole(2))), as.scaled(whole(2))
	if as.low != nil && as.low.Sign() < 0 {
		half.low = twice.low
	}
	if as.high == nil || as.high.Sign() > 0 {
		half.high = twice.high
	}
	half.lowIn = as.low != nil && as.low.Sign() == 0 && as.lowIn // half of 0 is 0, and twice
	half.highIn = as.high != nil && as.high.Sign() == 0 && as.highIn
	return half
}

// multiple checks MULTIPLE_OF: the product of the factor, as it is printed, with the figure of the base period.
func (c *ClaimCheck) multiple(of *domain.Observation, own interval, series []*domain.Observation) {
	base := c.Claim.BasePeriod
	if base == nil || c.Claim.Factor == nil {
		c.Explanation = "the claim names no base period"
		return
	}
	factor := asPrinted(*c.Claim.Factor)
	var found comparison
	for _, o := range series {
		other, ok := stated(o)
		if !ok || !o.Period.Dated() || o.Period.Start != base.Start || o.Period.End != base.End || o.Normalized.Unit != of.Normalized.Unit {
			continue
		}
		c.count(o, &found)
		switch {
		case factor.low.Sign() <= 0:
		case other.times(factor).meets(own):
			if !arePoints(of, o) && !other.always(factor, own) {
				found.unclear++
			}
		case hedged(o, other).times(factor).meets(hedged(of, own)):
			found.unclear++
		default:
			c.Outcome = Contradicted
			c.Counterexamples = append(c.Counterexamples, o)
		}
	}
	switch {
	case c.Outcome == Contradicted:
		c.Explanation = fmt.Sprintf("%s times the figure of %s is not the figure of %s, roundings included", c.Claim.Factor, base.EDTF, of.Period.EDTF)
	case c.Compared == 0:
		c.Explanation = "the series has no amount of " + base.EDTF + " in the same unit"
	case factor.low.Sign() <= 0:
		c.Explanation = "a factor that may be zero or less tells nothing"
	case found.unclear > 0:
		c.Explanation = fmt.Sprintf("the figures leave open whether one is %s times the other: they are bounds, or hedged", c.Claim.Factor)
	default:
		c.Outcome = Holds
		c.Explanation = fmt.Sprintf("%s times the figure of %s, roundings included, is the figure of %s", c.Claim.Factor, base.EDTF, of.Period.EDTF)
	}
}

func arePoints(a, b *domain.Observation) bool {
	return a.Kind == domain.Point && b.Kind == domain.Point
}

// always reports whether all numbers of own are within the factor times any number of i, whichever that is.
func (i interval) always(factor, own interval) bool {
	if i.low == nil || i.high == nil {
		return false
	}
	return exactly(i.low).times(factor).holds(own) && exactly(i.high).times(factor).holds(own)
}

// holds reports whether all numbers of o are within i, which has both ends.
func (i interval) holds(o interval) bool {
	if o.low == nil || o.high == nil {
		return false
	}
	low, high := o.low.Cmp(i.low), i.high.Cmp(o.high)
	return (low > 0 || low == 0 && (i.lowIn || !o.lowIn)) && (high > 0 || high == 0 && (i.highIn || !o.highIn))
}

// asPrinted is what a number may have been rounded from by its last digit: 2 from [1.5, 2.5), 2.0 from [1.95, 2.05).
func asPrinted(d decimal.Decimal) interval {
	printed, half := fractionOf(d), &fraction{num: big.NewInt(5), exp: -d.Places() - 1}
	return interval{low: printed.minus(half), lowIn: true, high: printed.plus(half)}
}

package domain

import "github.com/onrecord/onrecord/services/platform/errs"

// checkClaims says which fields each kind of claim has.
func (f *Figure) checkClaims(v *errs.Violations) {
	for i := range f.Claims {
		f.Claims[i].check(v, index("comparison_claims", i)+".")
		f.Claims[i].checkPeriods(v, index("comparison_claims", i)+".", f.Period)
	}
}

// checkPeriods refuses a claim that nothing could be held against: it counts periods before the figure's, and a multiple is one of another
// figure.
func (c *Claim) checkPeriods(v *errs.Violations, path string, own TimePeriod) {
	if !own.Dated() {
		return
	}
	if c.Since != nil && c.Since.Dated() && !own.OpenStart && c.Since.Start > own.Start {
		v.Add(path+"since", contradictory, "%s begins after %s, the figure's own period: no earlier figure could count", c.Since.EDTF, own.EDTF)
	}
	if base := c.BasePeriod; base != nil && base.Dated() && base.Start == own.Start && base.End == own.End {
		v.Add(path+"base_period", contradictory, "%s is the figure's own period: a multiple is one of the figure of another", base.EDTF)
	}
}

func (c *Claim) check(v *errs.Violations, path string) {
	since := c.Kind == HighestSince || c.Kind == LowestSince
	switch {
	case since && (c.Since == nil || !c.Since.Dated()):
		v.Add(path+"since", fieldRequired, "%s says since when: set the first period that counts", c.Kind)
	case !since && c.Since != nil:
		v.Add(path+"since", contradictory, "%s has no since: leave it out, or set kind HIGHEST_SINCE or LOWEST_SINCE", c.Kind)
	}
	multiple := c.Kind == MultipleOf
	switch {
	case multiple && c.Factor == nil:
		v.Add(path+"factor", fieldRequired, "MULTIPLE_OF says how many times: set the factor, such as 2 for double")
	case multiple && c.Factor.Sign() <= 0:
		v.Add(path+"factor", contradictory, "a factor is above zero")
	case !multiple && c.Factor != nil:
		v.Add(path+"factor", contradictory, "%s has no factor: leave it out, or set kind MULTIPLE_OF", c.Kind)
	}
	if !multiple && c.BasePeriod != nil {
		v.Add(path+"base_period", contradictory, "%s has no base_period: leave it out, or set kind MULTIPLE_OF", c.Kind)
	}
}

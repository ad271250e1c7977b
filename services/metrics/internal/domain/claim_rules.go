package domain

import "github.com/onrecord/onrecord/services/platform/errs"

// checkClaims says which fields each kind of claim has.
func (f *Figure) checkClaims(v *errs.Violations) {
	for i := range f.Claims {
		f.Claims[i].check(v, index("comparison_claims", i)+".")
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

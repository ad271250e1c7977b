package domain

import "github.com/onrecord/onrecord/services/platform/errs"

// hedge is what an approximator asks for.
type hedge struct {
	kind ValueKind
	// end is the bound that the hedge speaks of, inclusive whether the number itself belongs to it; end is "" where there is no one such bound.
	end       string
	inclusive bool
}

// hedges is the meaning of each approximator. "nearly 3,000" is below 3,000, "at least 100" is 100 or more: direction and strictness are
// never lost to a "~".
var hedges = map[Approximator]hedge{
	Exactly:          {kind: Point},
	Around:           {kind: Point},
	Nearly:           {kind: UpperBound, end: "upper", inclusive: false},
	Over:             {kind: LowerBound, end: "lower", inclusive: false},
	Under:            {kind: UpperBound, end: "upper", inclusive: false},
	AtLeast:          {kind: LowerBound, end: "lower", inclusive: true},
	AtMost:           {kind: UpperBound, end: "upper", inclusive: true},
	UpTo:             {kind: UpperBound, end: "upper", inclusive: true},
	OrderOfMagnitude: {kind: Range},
}

// checkApproximator compares hedge, kind and inclusivity.
func (f *Figure) checkApproximator(v *errs.Violations) {
	f.checkReadingRule(v)
	h, hedged := hedges[f.Approximator]
	if !hedged {
		return
	}
	if f.Kind == KindChange {
		f.checkChangeHedge(v, h)
		return
	}
	if f.Kind != h.kind {
		v.Add("approximator", contradictory, "%s goes with value_kind %s: set that, or another approximator", f.Approximator, h.kind)
		v.Add("value_kind", contradictory, "approximator %s goes with value_kind %s, not %s", f.Approximator, h.kind, f.Kind)
		return
	}
	bound := f.Upper
	if h.end == "lower" {
		bound = f.Lower
	}
	if h.end != "" && bound != nil && bound.Inclusive != h.inclusive {
		v.Add("approximator", contradictory, "%s has an %s %s end: set %s.inclusive to %t, or another approximator",
			f.Approximator, word(h.inclusive), h.end, h.end, h.inclusive)
		v.Add(h.end+".inclusive", contradictory, "approximator %s makes it %t", f.Approximator, h.inclusive)
	}
}

// checkChangeHedge compares the hedge with the numbers of a CHANGE. "Rose by more than 5 %" has a lower end only; "fell by more than 5 %"
// has an upper end only, of -5.
func (f *Figure) checkChangeHedge(v *errs.Violations, h hedge) {
	fits := false
	switch h.kind {
	case Point:
		fits = f.Value != nil
	case Range:
		fits = f.Lower != nil && f.Upper != nil
	default:
		bound, rose := f.Lower, true
		if bound == nil {
			bound, rose = f.Upper, false
		}
		if bound == nil || f.Lower != nil && f.Upper != nil {
			break
		}
		fits = bound.Inclusive == h.inclusive && (rose == (h.end == "lower") || bound.Value.Sign() < 0)
	}
	if !fits {
		v.Add("approximator", contradictory, "%s goes with the numbers of value_kind %s: set those, or another approximator", f.Approximator, h.kind)
	}
}

// checkReadingRule says when bounds carry the rule that gave them.
func (f *Figure) checkReadingRule(v *errs.Violations) {
	bounded := f.Lower != nil || f.Upper != nil
	switch {
	case f.Approximator == OrderOfMagnitude && f.ReadingRule == "":
		v.Add("reading_rule", contradictory, "approximator ORDER_OF_MAGNITUDE needs the rule that gave the bounds, such as tens-of-2x-10x")
	case f.ReadingRule != "" && !bounded:
		v.Add("reading_rule", contradictory, "value_kind %s has no bounds that a rule could have given: leave it out", f.Kind)
	}
}

func word(inclusive bool) string {
	if inclusive {
		return "inclusive"
	}
	return "exclusive"
}

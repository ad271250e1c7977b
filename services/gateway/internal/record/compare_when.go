package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
)

// compare puts the claim beside each figure that the series had for the period.
func (c *comparing) compare(ctx context.Context) error {
	now, besides, err := c.references(ctx, look{readTime: c.j.at})
	if err != nil {
		return err
	}
	h, err := c.historyOf(ctx, besides.whole)
	if err != nil {
		return err
	}
	var then, before []reference
	var left leftOut
	err = sideBySide(ctx, func(ctx context.Context) (err error) {
		then, left, err = c.knownBy(ctx, moment{c.asOf.EDTF, c.asOf.End}, h)
		return err
	}, func(ctx context.Context) (err error) {
		before, err = c.knownBefore(ctx, h)
		return err
	})
	if err != nil {
		return err
	}
	latest, certain := bySeries(now), bySeries(before)
	for i := range then {
		r := &then[i]
		comparison, err := c.claim.beside(r.observation)
		if err != nil {
			return err
		}
		comparison.Source = r.source
		if newest := r.rivals(latest[r.series]); len(newest) > 0 && !anySaysTheSame(newest, r) {
			comparison.Latest = newest[len(newest)-1].observation
		}
		if err := c.lookAhead(r, certain, comparison); err != nil {
			return err
		}
		r.tell(comparison)
		for _, part := range r.parts {
			c.changed.add(part)
		}
		c.answer.Comparisons = append(c.answer.Comparisons, comparison)
	}
	if len(then) == 0 {
		return c.sayWhyNothing(ctx, now, left)
	}
	if parts := c.describeParts(left, then); len(parts) > 0 {
		c.answer.Explanation = "Not compared: " + strings.Join(parts, "; ") + "."
	}
	return nil
}

// bySeries finds references; of one source the newest release is the last. A source may have
// several for a period, such as the sum of its months and that of its quarters.
func bySeries(references []reference) map[string][]reference {
	found := make(map[string][]reference, len(references))
	for _, r := range references {
		found[r.series] = append(found[r.series], r)
	}
	return found
}

// rivals are those of other references of its series that may stand for it: 2022~ does not stand for
// 2022, unless it was that before.
func (r *reference) rivals(ofSeries []reference) []reference {
	var rivals []reference
	for _, other := range ofSeries {
		if other.slot() == r.slot() {
			rivals = append(rivals, other)
		}
	}
	if len(rivals) == 0 {
		return ofSeries
	}
	return rivals
}

// anySaysTheSame reports whether one of the references of a source says what r does.
func anySaysTheSame(references []reference, r *reference) bool {
	return slices.ContainsFunc(references, func(other reference) bool { return saysTheSame(other.observation, r.observation) })
}

// isExact reports whether the reader said as of when; else the figure was said at some
// moment within that time.
func (c *comparing) isExact() bool {
	return c.answer.GetAsOfBasis() == gatewayv1.CompareFigureResponse_GIVEN
}

// knownBefore is what was known when the time began within which the figure was said.
func (c *comparing) knownBefore(ctx context.Context, h history) ([]reference, error) {
	start := c.asOf.Start
	if c.isExact() || c.asOf.OpenStart || !start.After(edtf.Earliest.Add(time.Second)) {
		return nil, nil
	}
	found, _, err := c.knownBy(ctx, moment{start.Add(-time.Second).Format(time.RFC3339), start}, h)
	return found, err
}

// lookAhead doubts a verdict by what came out within the time in which the figure was said,
// unless it is the same with what was known before.
func (c *comparing) lookAhead(r *reference, before map[string][]reference, comparison *gatewayv1.CompareFigureResponse_Comparison) error {
	if c.isExact() {
		return nil
	}
	known := r.rivals(before[r.series])
	if slices.ContainsFunc(known, func(k reference) bool { return !k.doubt && saysTheSame(k.observation, r.observation) }) {
		return nil
	}
	when := c.answer.GetAsOf().GetEdtf()
	if len(known) == 0 {
		r.doubt = true
		r.note("The reference may have been put out only after it was said, of which no more is known than %s.", when)
		return nil
	}
	earlier := known[len(known)-1]
	other, err := c.claim.beside(earlier.observation)
	if err != nil {
		return err
	}
	if other.GetWithinRounding() == comparison.GetWithinRounding() && !earlier.doubt {
		r.note("Of when it was said no more is known than %s; of what was known before it holds too.", when)
		return nil
	}
	otherwise := "says otherwise"
	if earlier.doubt {
		otherwise = "cannot be told"
	}
	r.doubt = true
	r.note("The reference may have been put out only after it was said, of which no more is known than %s: what was known before %s.", when, otherwise)
	return nil
}

// tell adds to a comparison what is to be said of its reference. A verdict that rests on
// what may not have been known is none.
func (r *reference) tell(comparison *gatewayv1.CompareFigureResponse_Comparison) {
	said := append([]string{comparison.GetExplanation()}, r.notes...)
	if parts := r.observation.GetAggregatedCount(); parts > 0 {
		said = append([]string{fmt.Sprintf("The reference is the sum of %d parts of the period, %s figures.", parts, adverbs[r.frequency])}, said...)
	}
	comparison.Explanation = strings.Join(said, " ")
	if r.doubt {
		comparison.WithinRounding = gatewayv1.CompareFigureResponse_CANNOT_TELL
	}
}

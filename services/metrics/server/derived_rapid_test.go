package server_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// sums are figures of which each may be the sum of two before it, by their ids.
type sums struct {
	s   *service
	ids []string
}

// step makes a drawn change. What the service refuses for a good reason is refused.
func (c *sums) step(t *rapid.T, prefix string) {
	ctx := t.Context()
	which := func(name string) string { return c.ids[rapid.IntRange(0, len(c.ids)-1).Draw(t, name)] }
	var err error
	switch what := rapid.IntRange(0, 6).Draw(t, "what"); {
	case len(c.ids) < 2 || what == 0:
		id := fmt.Sprint(prefix, len(c.ids))
		_, err = c.s.figures.CreateFigure(ctx, &metricsv1.CreateFigureRequest{Figure: observed("2022", "1", area("US")), FigureId: id})
		c.ids = append(c.ids, id)
	case what <= 2:
		id := fmt.Sprint(prefix, len(c.ids))
		_, err = c.s.figures.CreateFigure(ctx, &metricsv1.CreateFigureRequest{Figure: derived("a + b", which("a"), which("b")), FigureId: id})
		if err == nil {
			c.ids = append(c.ids, id)
		}
	case what == 3:
		value := &metricsv1.Figure{Value: number(fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "value")))}
		_, err = c.s.figures.CorrectFigure(ctx, correction(which("corrected"), value, "value", "derivation"))
	case what == 4:
		_, err = c.s.figures.CorrectFigure(ctx, correction(which("changed"), derived("a + b", which("a"), which("b")), "derivation"))
	case what == 5:
		_, err = c.s.figures.RecomputeFigure(ctx, &metricsv1.RecomputeFigureRequest{Name: "figures/" + which("recomputed")})
	case rapid.Bool().Draw(t, "back"):
		number := fmt.Sprint(rapid.IntRange(1, 3).Draw(t, "revision"))
		_, err = c.s.figures.RollbackFigure(ctx, &metricsv1.RollbackFigureRequest{Name: "figures/" + which("rolled back"), RevisionId: number, Reason: "r"})
	default:
		_, err = c.s.figures.DeleteFigure(ctx, &metricsv1.DeleteFigureRequest{Name: "figures/" + which("gone"), Reason: "r"})
	}
	switch reason := errs.ReasonOf(err); reason {
	case "", "RETRACTED", "REFERENCE_NOT_FOUND", "NOTHING_CORRECTED", "FORMULA_CITES_ITSELF", "NOT_DERIVED", "INPUT_RETRACTED", "REVISION_NOT_FOUND":
	default:
		t.Fatalf("%v", err)
	}
}

// check compares every figure with what it is computed from.
func (c *sums) check(t *rapid.T) {
	for _, id := range c.ids {
		f, err := c.s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/" + id, ShowDeleted: true})
		must.OK(t, err)
		if f.GetDeleteTime() != nil {
			continue
		}
		sum, stale, once := new(big.Rat), false, false
		for _, input := range f.GetDerivation().GetInputs() {
			pinned, err := c.s.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{
				Name: input.GetFigure() + "/revisions/" + input.GetRevisionId(),
			})
			must.OK(t, err)
			value, _ := new(big.Rat).SetString(pinned.GetSnapshot().GetNormalized().GetValue().GetValue())
			sum.Add(sum, value)
			newest, err := c.s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: input.GetFigure(), ShowDeleted: true})
			must.OK(t, err)
			stale = stale || newest.GetStale() || newest.GetDeleteTime() != nil || c.correctedAfter(t, input)
			once = once || c.staleSince(t, input, newest.GetRevisionId())
		}
		// What an input made stale stays so until it is computed anew itself, though the input came back to the value it had.
		must.True(t, f.GetStale() == stale || f.GetStale() && once, "%s: stale is %v, not %v", id, f.GetStale(), stale)
		if f.GetDerivation() != nil {
			value, _ := new(big.Rat).SetString(f.GetValue().GetValue())
			must.True(t, value.Cmp(sum) == 0, "%s is %s, not %s", id, value, sum)
		}
	}
}

// correctedAfter reports whether an input was corrected after the revision that is pinned.
func (c *sums) correctedAfter(t *rapid.T, input *metricsv1.Derivation_Input) bool {
	all, err := c.s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{Filter: fmt.Sprintf("subject = %q", input.GetFigure())})
	must.OK(t, err)
	for _, one := range all.GetCorrections() {
		if revision(one.GetNewRevision()) > revision(input.GetRevisionId()) {
			return true
		}
	}
	return false
}

// staleSince reports whether an input was stale in the revision that is pinned or in a later one.
func (c *sums) staleSince(t *rapid.T, input *metricsv1.Derivation_Input, newest string) bool {
	for number := revision(input.GetRevisionId()); number <= revision(newest); number++ {
		r, err := c.s.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{
			Name: fmt.Sprint(input.GetFigure(), "/revisions/", number),
		})
		must.OK(t, err)
		if r.GetSnapshot().GetStale() {
			return true
		}
	}
	return false
}

// revision is the number of a revision.
func revision(id string) (number int) {
	_, _ = fmt.Sscan(id, &number)
	return number
}

// TestAFigureIsStaleIfWhatItIsComputedFromChanged: whatever was corrected, computed anew, rolled back and retracted, each figure is the sum
// of the revisions that it names, and says whether one of them is not what stands any more.
func TestAFigureIsStaleIfWhatItIsComputedFromChanged(t *testing.T) {
	s, runs := startFilled(t), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		c := &sums{s: s}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			c.step(t, fmt.Sprintf("r%d-", runs))
			c.check(t)
		}
	})
}

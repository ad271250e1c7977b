package record

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// sayWhyNothing says why there is nothing to compare with: what there would be and why it
// was left out.
func (c *comparing) sayWhyNothing(ctx context.Context, now []reference, left leftOut) error {
	metric, when := c.answer.GetMetric().GetName(), fmt.Sprintf("for %s that was public as of %s", c.period, c.asOf)
	others := 0
	if len(c.req.GetSources()) > 0 {
		found, _, err := c.references(ctx, look{asOf: c.asOf.EDTF, readTime: c.j.at, allSources: true})
		if err != nil {
			return err
		}
		others = len(found)
	}
	var text string
	switch {
	case others > 0:
		text = fmt.Sprintf("Of %s none of the sources asked for has a figure %s: others have %d", metric, when, others)
	case left.ownSource > 0:
		text = fmt.Sprintf("%s has no figure %s but those of the claimed figure's own source, which is a reference only where it is asked for", metric, when)
	case left.claimed:
		text = fmt.Sprintf("%s has none but the claimed figure itself %s", metric, when)
	default:
		text = fmt.Sprintf("%s has no figure %s", metric, when)
	}
	for _, parts := range c.describeParts(left, nil) {
		text += "; " + parts
	}
	if left.notUndone > 0 {
		text += fmt.Sprintf("; figures were updated since at %d times, too many to undo", left.notUndone)
	}
	if len(now) > 0 {
		text += fmt.Sprintf("; since then %d %s put out", len(now), wereOrWas(len(now)))
	}
	retracted, all, err := c.retracted(ctx)
	for _, figure := range retracted {
		text += fmt.Sprintf("; %s was retracted (%s)", figure.GetName(), figure.GetRetraction().GetName())
		c.changed.add(figure.GetName())
	}
	if !all {
		text += "; more may have been retracted: there are too many figures to tell"
	}
	c.answer.Explanation = text + "."
	return err
}

func wereOrWas(count int) string {
	if count == 1 {
		return "was"
	}
	return "were"
}

// maxRetracted is how many retracted figures an explanation names.
const maxRetracted = 10

// retracted are figures that would be references, or parts of one, but were retracted after
// the time of the comparison. all is false if there may be more.
func (c *comparing) retracted(ctx context.Context) (found []*metricsv1.Figure, all bool, err error) {
	terms := []string{"metric = " + strconv.Quote(c.answer.GetMetric().GetName()), "time_period = " + strconv.Quote(c.period.EDTF)}
	for id, code := range c.dimensions() {
		terms = append(terms, "dimensions."+id+" = "+strconv.Quote(code))
	}
	// Those that stand are listed, too.
	listed, err := pages(func(token string) ([]*metricsv1.Figure, string, error) {
		page, err := c.figures.ListFigures(ctx, &metricsv1.ListFiguresRequest{
			Filter: strings.Join(terms, " AND "), PageSize: pageSize, PageToken: token, ReadTime: c.j.at, ShowDeleted: true,
		})
		return page.GetFigures(), page.GetNextPageToken(), err
	})
	all = err == nil
	if reason := errs.ReasonOf(err); reason == "FILTER_TOO_WIDE" || reason == tooMany { // more figures than can be looked through
		err = nil
	}
	for _, figure := range listed {
		if c.wasPublic(figure) {
			found = append(found, figure)
		}
	}
	if len(found) > maxRetracted {
		found, all = found[:maxRetracted], false
	}
	return found, all, err
}

// wasPublic reports whether a figure that was retracted since was public at the time of the
// comparison.
func (c *comparing) wasPublic(figure *metricsv1.Figure) bool {
	period, err := edtf.Parse(figure.GetTimePeriod().GetEdtf())
	if err != nil || figure.GetDeleteTime() == nil || figure.GetName() == c.answer.GetFigure().GetName() || !c.period.Contains(period) {
		return false
	}
	from := figure.GetCreateTime().AsTime()
	if release, err := edtf.Parse(figure.GetReleaseTime().GetEdtf()); err == nil && !release.OpenEnd {
		from = release.End
	}
	return !from.After(c.asOf.End) && !figure.GetDeleteTime().AsTime().Before(c.asOf.End)
}

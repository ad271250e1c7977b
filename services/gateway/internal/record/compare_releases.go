package record

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
)

// newestOfThen is the newest release of each series for each period: of those that are on record, each
// source's oldest first, and those that were undone, which stand for what they are now.
func (c *comparing) newestOfThen(ctx context.Context, released, undone []reference) (known []reference, err error) {
	isUndone := map[string]bool{}
	for _, r := range undone {
		isUndone[r.observation.GetFigure()] = true
	}
	newest := map[slot]reference{}
	for _, r := range released {
		if !isUndone[r.observation.GetFigure()] {
			newest[r.slot()] = r
		}
	}
	rivals := slices.Clone(undone)
	for _, r := range undone {
		if other, ok := newest[r.slot()]; ok {
			rivals = append(rivals, other)
		}
	}
	created, err := c.createTimes(ctx, rivals)
	if err != nil {
		return nil, err
	}
	for _, r := range undone {
		if other, ok := newest[r.slot()]; !ok || compareReleases(r.observation, other.observation, created) > 0 {
			newest[r.slot()] = r
		}
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b reference) int {
		return cmp.Or(strings.Compare(a.series, b.series), strings.Compare(a.slot().period, b.slot().period))
	}), nil
}

// slot is where a source has one figure at a time: 2022 and 2022~ are two.
type slot struct{ series, period string }

func (r *reference) slot() slot {
	return slot{r.series, edtf.BeyondBounds(r.observation.GetTimePeriod().GetEdtf())}
}

// createTimes are when the figures of references were first recorded, by their names: an observation
// says it of a first revision alone.
func (c *comparing) createTimes(ctx context.Context, references []reference) (map[string]time.Time, error) {
	created := make(map[string]time.Time, len(references))
	var revised distinct
	for _, r := range references {
		if o := r.observation; o.GetRevisionId() == "1" {
			created[o.GetFigure()] = o.GetUpdateTime().AsTime()
		} else {
			revised.add(o.GetFigure())
		}
	}
	batches, err := readAll(ctx, slices.Collect(slices.Chunk(revised.names, figuresPerBatch)), func(ctx context.Context, names []string) ([]*metricsv1.Figure, error) {
		batch, err := c.figures.BatchGetFigures(ctx, &metricsv1.BatchGetFiguresRequest{Names: names, ReadTime: c.j.at})
		return batch.GetFigures(), err
	})
	for _, figure := range slices.Concat(batches...) {
		created[figure.GetName()] = figure.GetCreateTime().AsTime()
	}
	return created, err
}

// figuresPerBatch keeps an answer with the longest figures within what a message may hold.
const figuresPerBatch = 100

// compareReleases orders the figures of one source for one period as the metrics service does: by
// release, then by when they were first recorded, then by name.
func compareReleases(a, b *metricsv1.Observation, created map[string]time.Time) int {
	first, second := created[a.GetFigure()], created[b.GetFigure()]
	return cmp.Or(outBy(a, first).Compare(outBy(b, second)), first.Compare(second), strings.Compare(a.GetFigure(), b.GetFigure()))
}

// outBy is when an observation surely was out: at the end of its release, or when it was first recorded
// within that; not before its embargo ended.
func outBy(o *metricsv1.Observation, created time.Time) time.Time {
	out, start, end := created, o.GetReleaseTime().GetStartTime(), o.GetReleaseTime().GetEndTime()
	if end != nil && (start == nil || created.Before(start.AsTime()) || created.After(end.AsTime())) {
		out = end.AsTime()
	}
	if embargo := o.GetEmbargoEndTime(); embargo != nil && embargo.AsTime().After(out) {
		return embargo.AsTime()
	}
	return out
}

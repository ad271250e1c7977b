package record

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// moment is a time of which it is asked what was known by then.
type moment struct {
	// asOf is a time in EDTF that ends then.
	asOf string
	// end is that end: what was recorded from it on was not known.
	end time.Time
}

// knownBy are the references that were public by a moment, as they were then: where the
// record has been updated since, in the revision before. now are those of the present.
func (c *comparing) knownBy(ctx context.Context, m moment, now []reference) ([]reference, leftOut, error) {
	found, left, err := c.references(ctx, look{asOf: m.asOf, readTime: c.j.at})
	if err != nil {
		return nil, left, err
	}
	changes, err := c.changesOf(ctx, slices.Concat(found, now))
	if err != nil {
		return nil, left, err
	}
	for _, figure := range slices.Sorted(maps.Keys(changes)) {
		if update := firstUpdate(changes[figure], m.end); update != nil {
			if found, err = c.undo(ctx, found, figure, update, m); err != nil {
				return nil, left, err
			}
		}
	}
	for i := range found {
		found[i].noteChanges(changes[found[i].observation.GetFigure()], m.end)
		if err := c.noteParts(ctx, &found[i], m); err != nil {
			return nil, left, err
		}
	}
	bestFirst(found)
	return found, left, nil
}

// changesOf are the corrections of references, by the name of the figure, the newest first.
func (c *comparing) changesOf(ctx context.Context, references []reference) (map[string][]*typev1.Correction, error) {
	var names distinct
	for _, r := range references {
		if r.observation.GetRevisionId() != "1" { // one of the first revision was never corrected
			names.add(r.observation.GetFigure())
		}
	}
	return c.changesOfFigures(ctx, names.names)
}

func (c *comparing) changesOfFigures(ctx context.Context, names []string) (map[string][]*typev1.Correction, error) {
	corrections, err := c.correctionsOfFigures(ctx, c.j, names)
	changes := make(map[string][]*typev1.Correction, len(names))
	for _, correction := range newestFirst(corrections) {
		if correction.GetNewRevision() != "" {
			changes[correction.GetSubject()] = append(changes[correction.GetSubject()], correction)
		}
	}
	return changes, err
}

// firstUpdate is the first correction of a figure, from a time on, that says that what it
// said was right until then; nil if there is none.
func firstUpdate(newestFirst []*typev1.Correction, from time.Time) (first *typev1.Correction) {
	for _, correction := range newestFirst {
		if correction.GetKind() == typev1.Correction_UPDATE && !correction.GetRecordTime().AsTime().Before(from) {
			first = correction
		}
	}
	return first
}

// undo puts a figure back to what it said before it was updated. The series is looked at as
// the record stood right before, so that everything that is computed is computed anew.
func (c *comparing) undo(ctx context.Context, found []reference, figure string, update *typev1.Correction, m moment) ([]reference, error) {
	before := timestamppb.New(update.GetRecordTime().AsTime().Add(-time.Microsecond))
	earlier, _, err := c.references(ctx, look{asOf: m.asOf, readTime: before})
	if exceptGone(err) != nil { // the exchange rate may be newer
		return nil, err
	}
	isIt := func(r reference) bool { return r.observation.GetFigure() == figure }
	if at := slices.IndexFunc(earlier, isIt); at >= 0 {
		old := earlier[at]
		found = slices.DeleteFunc(found, func(r reference) bool { return isIt(r) || r.series == old.series })
		return append(found, old), nil
	}
	if at := slices.IndexFunc(found, isIt); at >= 0 {
		found[at].doubt = true
	}
	return found, nil
}

// noteChanges says how a reference was corrected after a time.
func (r *reference) noteChanges(corrections []*typev1.Correction, from time.Time) {
	shown := revisionNumber(r.observation.GetRevisionId())
	for _, correction := range corrections {
		isLater := revisionNumber(correction.GetNewRevision()) > shown
		switch kind := correction.GetKind(); {
		case correction.GetRecordTime().AsTime().Before(from):
		case kind == typev1.Correction_UPDATE && isLater:
			r.note("The reference was updated since (%s): this is revision %d, as it was until then.", correction.GetName(), shown)
		case kind == typev1.Correction_UPDATE:
			r.doubt = true
			r.note("The reference was updated since (%s), and what it was before cannot be told.", correction.GetName())
		case kind == typev1.Correction_ERROR && isLater:
			r.doubt = true
			r.note("An error of a later revision was put right (%s), and may have been one of this.", correction.GetName())
		case kind == typev1.Correction_ERROR:
			r.note("The record had the reference wrong until it was put right (%s).", correction.GetName())
		}
	}
}

// noteParts says how the parts of a sum were corrected after a moment.
func (c *comparing) noteParts(ctx context.Context, r *reference, m moment) error {
	if r.observation.GetAggregatedCount() == 0 || !r.observation.GetCorrected() {
		return nil
	}
	var parts distinct
	req := c.question(look{asOf: m.asOf, readTime: c.j.at})
	req.Frequency = r.frequency
	err := c.query(ctx, req, func(page *metricsv1.QueryMetricResponse) {
		for _, series := range page.GetSeries() {
			for _, o := range series.GetObservations() {
				if o.GetSourceId() == r.observation.GetSourceId() && o.GetRevisionId() != "1" {
					parts.add(o.GetFigure())
				}
			}
		}
	})
	if err != nil {
		return err
	}
	changes, err := c.changesOfFigures(ctx, parts.names)
	for _, part := range parts.names {
		c.changed.add(part)
		for _, correction := range changes[part] {
			if correction.GetRecordTime().AsTime().Before(m.end) || correction.GetKind() == typev1.Correction_CLARIFICATION {
				continue
			}
			r.doubt = r.doubt || correction.GetKind() == typev1.Correction_UPDATE
			r.note("%s is a part of it and was corrected since (%s, %s).", part, correction.GetKind(), correction.GetName())
		}
	}
	return err
}

// revisionNumber reads a revision; 0 of none.
func revisionNumber(id string) int {
	number, err := strconv.Atoi(id)
	if err != nil {
		return 0
	}
	return number
}

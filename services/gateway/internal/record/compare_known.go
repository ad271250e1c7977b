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
	"github.com/onrecord/onrecord/services/platform/paging"
)

// moment is a time of which it is asked what was known by then.
type moment struct {
	// asOf is a time in EDTF that ends then.
	asOf string
	// end is that end: what was recorded from it on was not known.
	end time.Time
}

// history is how the figures for the period came to be what they are now.
type history struct {
	// frequencies are those of the series.
	frequencies []metricsv1.Figure_Frequency
	// changes are the corrections of all releases, by the name of the figure, the newest first.
	changes map[string][]*typev1.Correction
}

// historyOf is that of the series of some frequencies. All releases are asked for: one that was
// updated may stand behind a newer one now, and have stood before it then.
func (c *comparing) historyOf(ctx context.Context, frequencies []metricsv1.Figure_Frequency) (history, error) {
	releases, err := c.releases(ctx, frequencies, look{readTime: c.j.at})
	if err != nil {
		return history{}, err
	}
	var names distinct
	for _, r := range releases {
		if r.observation.GetRevisionId() != "1" { // one of the first revision was never corrected
			names.add(r.observation.GetFigure())
		}
	}
	changes, err := c.changesOfFigures(ctx, names.names)
	return history{frequencies, changes}, err
}

// maxUndone is at how many times updates are undone: for each the series is looked at once.
const maxUndone = 2 * parallelReads

// knownBy are the references that were public by a moment, as they were then: where the
// record has been updated since, in the revision before.
func (c *comparing) knownBy(ctx context.Context, m moment, h history) ([]reference, leftOut, error) {
	found, left, err := c.references(ctx, look{asOf: m.asOf, readTime: c.j.at})
	if err != nil {
		return nil, left, err
	}
	updated := firstUpdates(h.changes, m.end)
	times := slices.Compact(slices.SortedFunc(maps.Values(updated), time.Time.Compare))
	if len(times) > maxUndone {
		left.notUndone = len(times)
		for i := range found {
			found[i].doubt = true
			found[i].note("Figures of the series were updated since at %d times, too many to undo: what was known then cannot be told.", len(times))
		}
	} else if len(times) > 0 {
		known, err := c.undo(ctx, updated, times, h.frequencies, m)
		if err != nil {
			return nil, left, err
		}
		if len(known) > 0 {
			found, left.parts = known, nil
		}
	}
	for i := range found {
		found[i].noteChanges(h.changes[found[i].observation.GetFigure()], m.end)
		if err := c.noteParts(ctx, &found[i], m); err != nil {
			return nil, left, err
		}
	}
	bestFirst(found)
	return found, left, nil
}

// changesOfFigures are all corrections of figures that changed what they say, by their names, the
// newest first.
func (c *comparing) changesOfFigures(ctx context.Context, names []string) (map[string][]*typev1.Correction, error) {
	lists, err := readAll(ctx, subjectFilters(names), func(ctx context.Context, filter string) (all []*typev1.Correction, err error) {
		req := &metricsv1.ListCorrectionsRequest{Filter: filter, PageSize: paging.MaxSize, ReadTime: c.j.at}
		for {
			page, err := c.figureCorrections.ListCorrections(ctx, req)
			if err != nil {
				return nil, err
			}
			all = append(all, page.GetCorrections()...)
			if req.PageToken = page.GetNextPageToken(); req.GetPageToken() == "" {
				return all, nil
			}
		}
	})
	changes := make(map[string][]*typev1.Correction, len(names))
	for _, correction := range newestFirst(lists...) {
		if correction.GetNewRevision() != "" {
			changes[correction.GetSubject()] = append(changes[correction.GetSubject()], correction)
		}
	}
	return changes, err
}

// firstUpdates are when figures were first updated from a time on: what they said was right
// until then.
func firstUpdates(changes map[string][]*typev1.Correction, from time.Time) map[string]time.Time {
	first := map[string]time.Time{}
	for figure, newestFirst := range changes {
		for _, correction := range newestFirst {
			if at := correction.GetRecordTime().AsTime(); correction.GetKind() == typev1.Correction_UPDATE && !at.Before(from) {
				first[figure] = at
			}
		}
	}
	return first
}

// undo puts figures back to what they said before they were updated; times are when that was. The
// series are looked at as the record stood right before, so that everything that is computed is
// computed anew. Of each series the newest release of then is the reference: it may be of a figure
// that was not updated, and recorded later. A figure that was not public before stays as it is.
func (c *comparing) undo(ctx context.Context, updated map[string]time.Time, times []time.Time, frequencies []metricsv1.Figure_Frequency, m moment) ([]reference, error) {
	earlier, err := readAll(ctx, times, func(ctx context.Context, at time.Time) ([]reference, error) {
		before, err := c.releases(ctx, frequencies, look{asOf: m.asOf, readTime: timestamppb.New(at.Add(-time.Microsecond))})
		return slices.DeleteFunc(before, func(r reference) bool { return !updated[r.observation.GetFigure()].Equal(at) }), exceptGone(err) // the exchange rate may be newer
	})
	if err != nil {
		return nil, err
	}
	released, err := c.releases(ctx, frequencies, look{asOf: m.asOf, readTime: c.j.at})
	if err != nil {
		return nil, err
	}
	return c.newestOfThen(ctx, released, slices.Concat(earlier...))
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
	r.parts = parts.names
	for _, part := range parts.names {
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

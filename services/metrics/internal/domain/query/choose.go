package query

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Chooser chooses vintages and sources of the figures of one series, which are added in the order of their start.
type Chooser struct {
	plan   *Plan
	group  []*domain.Observation // those of the newest start
	chosen []*domain.Observation
}

// NewChooser returns one for a series.
func (p *Plan) NewChooser() *Chooser { return &Chooser{plan: p} }

// Add adds the next figure. It must not be changed afterwards.
func (c *Chooser) Add(o *domain.Observation) {
	if len(c.group) > 0 && c.group[0].Period.SortKey() != o.Period.SortKey() {
		c.Close()
	}
	c.group = append(c.group, o)
}

// Close says that no figure follows that has the start of the last one.
func (c *Chooser) Close() {
	c.chosen = append(c.chosen, c.plan.choose(c.group)...)
	c.group = c.group[:0]
}

// Chosen returns what was chosen of all starts but the last, and before which start that is everything.
func (c *Chooser) Chosen() (chosen []*domain.Observation, before recordtime.Time) {
	if len(c.group) == 0 {
		return c.chosen, recordtime.Forever
	}
	return c.chosen, c.group[0].Period.SortKey()
}

// choose chooses among figures with one start: for each period the best source first, of one source the oldest release first. Figures
// without a date may be about different times, so that none replaces another.
func (p *Plan) choose(group []*domain.Observation) []*domain.Observation {
	if len(group) == 1 {
		if p.Public(group[0]) {
			return group
		}
		return nil
	}
	visible := make([]*domain.Observation, 0, len(group))
	for _, o := range group {
		if p.Public(o) {
			visible = append(visible, o)
		}
	}
	if len(visible) < 2 {
		return visible
	}
	slices.SortFunc(visible, func(a, b *domain.Observation) int {
		return cmp.Or(comparePeriods(a.Period, b.Period), strings.Compare(a.About.Source.ID, b.About.Source.ID), compareChange(a, b), compareReleases(a, b))
	})
	if p.Vintages != All && visible[0].Period.Dated() {
		visible = p.oneRelease(visible)
	}
	return p.bestFirst(visible)
}

// Public reports whether a figure counts: of a source that is asked for, and out by then.
func (p *Plan) Public(o *domain.Observation) bool {
	return (p.Sources == nil || p.Sources[o.About.Source.ID]) && (p.AsOf == recordtime.Forever || o.Released() <= p.AsOf)
}

// compareChange puts changes after what is no change: one never stands for the other.
func compareChange(a, b *domain.Observation) int {
	return compareOpen(a.Kind == domain.KindChange, b.Kind == domain.KindChange)
}

// oneRelease keeps the newest or the first release of each source for each period, of figures ordered by these.
func (p *Plan) oneRelease(sorted []*domain.Observation) []*domain.Observation {
	kept := sorted[:0]
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && rivals(sorted[start], sorted[end]) {
			end++
		}
		newest := sorted[end-1]
		switch {
		case p.Vintages == First:
			kept = append(kept, sorted[start])
		case p.showsTwins():
			for _, o := range sorted[start:end] {
				if o == newest || sameRelease(o, newest) {
					kept = append(kept, o)
				}
			}
		default:
			kept = append(kept, newest)
		}
		start = end
	}
	return kept
}

// rivals reports whether one figure may stand for the other: of one source, for one period.
func rivals(a, b *domain.Observation) bool {
	return a.About.Source.ID == b.About.Source.ID && compareChange(a, b) == 0 && samePeriod(a.Period, b.Period)
}

// showsTwins reports whether all figures of one release are answered: where nobody asked for one number, a document that states two for a
// period has both shown.
func (p *Plan) showsTwins() bool {
	return p.Plain() && p.AsOf == recordtime.Forever && !p.Best
}

// sameRelease reports whether two figures of a source were put out together. Without a release they are if they are of one version of a
// document, or both of data: nothing says which of them came later.
func sameRelease(a, b *domain.Observation) bool {
	first, second := a.About.Release, b.About.Release
	if first == nil || second == nil {
		return first == second && a.About.DocumentVersion == b.About.DocumentVersion
	}
	return first.EDTF == second.EDTF
}

// bestFirst orders the sources of each period by the newest figure that they have for it.
func (p *Plan) bestFirst(sorted []*domain.Observation) []*domain.Observation {
	type placed struct {
		o *domain.Observation
		standing
	}
	all := make([]placed, len(sorted))
	sameSource := func(i int) bool { // as the one before
		return all[i].id == all[i-1].id && samePeriod(all[i].o.Period, all[i-1].o.Period)
	}
	for i, o := range sorted {
		if all[i] = (placed{o, p.standingOf(o)}); i > 0 && sameSource(i) {
			all[i].released = max(all[i].released, all[i-1].released)
		}
	}
	for i := len(all) - 1; i > 0; i-- { // the last one has the newest of all by now
		if sameSource(i) {
			all[i-1].released = all[i].released
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(comparePeriods(a.o.Period, b.o.Period), compareStandings(a.standing, b.standing), compareChange(a.o, b.o))
	})
	for i := range all {
		sorted[i] = all[i].o
	}
	return sorted
}

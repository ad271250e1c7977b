package query

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// samePeriod reports whether two periods with one start are one: with equal bounds, and with equal text if that says more than the bounds.
func samePeriod(a, b domain.TimePeriod) bool { return comparePeriods(a, b) == 0 }

// comparePeriods orders periods by start, end, and what their text says beyond these.
func comparePeriods(a, b domain.TimePeriod) int {
	return cmp.Or(
		cmp.Compare(a.SortKey(), b.SortKey()), cmp.Compare(a.End, b.End), compareOpen(a.OpenStart, b.OpenStart), compareOpen(a.OpenEnd, b.OpenEnd),
		func() int {
			if a.EDTF == b.EDTF {
				return 0
			}
			return cmp.Compare(edtf.BeyondBounds(a.EDTF), edtf.BeyondBounds(b.EDTF))
		}(),
	)
}

// periodKey is a period as what finds it in a map: equal of those that samePeriod finds equal.
type periodKey struct {
	start, end         recordtime.Time
	openStart, openEnd bool
	beyond             string
}

func keyOf(p domain.TimePeriod) periodKey {
	return periodKey{p.SortKey(), p.End, p.OpenStart, p.OpenEnd, edtf.BeyondBounds(p.EDTF)}
}

// wordsOf is a period for a message.
func wordsOf(p domain.TimePeriod) string {
	if !p.Dated() {
		return "no date"
	}
	return p.EDTF
}

func compareOpen(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// compareReleases orders the figures of one source for one period: by release, then by when they were recorded, then by name.
func compareReleases(a, b *domain.Observation) int {
	return cmp.Or(cmp.Compare(a.Released(), b.Released()), cmp.Compare(a.CreateTime, b.CreateTime), strings.Compare(a.Figure, b.Figure))
}

// preference is the place of a source on a policy; sources that are not on it share the one after the last.
func preference(policy []domain.SourcePreference, source domain.Source) int {
	for i, p := range policy {
		if p.Producer == source.Producer && (p.Title == "" || p.Title == source.Title) {
			return i
		}
	}
	return len(policy)
}

// standing is what the order of sources goes by.
type standing struct {
	preference int
	printed    bool
	released   int64
	id         string
}

func (p *Plan) standingOf(o *domain.Observation) standing {
	return standing{
		preference: preference(p.Policy, o.About.Source), printed: o.About.Source.Document != "", released: int64(o.Released()),
		id: o.About.Source.ID,
	}
}

// compareStandings puts the better source first: that of the policy, data before printed documents, the newest release, the id.
func compareStandings(a, b standing) int {
	return cmp.Or(
		cmp.Compare(a.preference, b.preference), compareOpen(a.printed, b.printed), cmp.Compare(b.released, a.released),
		strings.Compare(a.id, b.id),
	)
}

// Ranked is a source with its place among those of an answer.
type Ranked struct {
	Source domain.Source
	Rank   int
}

// Rank lists the sources of observations, best first.
func (p *Plan) Rank(observations []*domain.Observation) []Ranked {
	newest := map[string]*domain.Observation{}
	var last *domain.About
	for _, o := range observations {
		if o.About == nil || o.About.Source.ID == "" || o.About == last && o.About.Release != nil {
			continue
		}
		last = o.About
		id := o.About.Source.ID
		if known := newest[id]; known == nil || compareReleases(o, known) > 0 {
			newest[id] = o
		}
	}
	standings := make([]standing, 0, len(newest))
	for _, o := range newest {
		standings = append(standings, p.standingOf(o))
	}
	slices.SortFunc(standings, compareStandings)
	ranked := make([]Ranked, len(standings))
	for i, s := range standings {
		ranked[i] = Ranked{Source: newest[s.id].About.Source, Rank: i + 1}
	}
	return ranked
}

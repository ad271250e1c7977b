package drawing

import (
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// SourceName names a source: who made the data, in what; or who says so.
func SourceName(s *metricsv1.Source) string {
	name := s.GetProducer()
	if s.GetTitle() != "" {
		name = strings.TrimPrefix(name+", "+s.GetTitle(), ", ")
	}
	if name == "" {
		name = s.GetDocument()
	}
	if s.GetClaimant() != "" {
		name = strings.TrimPrefix(name+", as claimed by "+s.GetClaimant(), ", ")
	}
	return name
}

// SourceNames are what people call sources, by their ids; called is what documents and claimants
// are called. No two have one name: where who made the data in what is the same, they are told
// apart by the document that prints it, and where that is called the same, by the id.
func SourceNames(sources []*metricsv1.Source, called func(name string) string) map[string]string {
	of := func(name string) string {
		if name == "" {
			return ""
		}
		return called(name)
	}
	named, times := map[string]string{}, map[string]int{}
	for _, source := range sources {
		named[source.GetSourceId()] = SourceName(&metricsv1.Source{
			Producer: source.GetProducer(), Title: source.GetTitle(), Document: of(source.GetDocument()), Claimant: of(source.GetClaimant()),
		})
	}
	for _, part := range []func(*metricsv1.Source) string{
		func(s *metricsv1.Source) string { return of(s.GetDocument()) },
		(*metricsv1.Source).GetSourceId,
	} {
		clear(times)
		for _, name := range named {
			times[name]++
		}
		for _, source := range sources {
			id := source.GetSourceId()
			if said := part(source); said != "" && said != named[id] && times[named[id]] > 1 {
				named[id] += " (" + said + ")"
			}
		}
	}
	return named
}

// apart are the items of a plan, named apart where sources of one line have numbers for one
// period: what one office put out piece by piece is one line, what stands side by side is not.
func (p *Plan) apart() []Item {
	type place struct{ line, period string }
	first, mixed := map[place]string{}, map[string]bool{}
	for _, item := range p.Items {
		at := place{item.Line, item.Observation.GetTimePeriod().GetEdtf()}
		if track, known := first[at]; known && track != item.Track {
			mixed[item.Line] = true
		}
		first[at] = item.Track
	}
	items := slices.Clone(p.Items)
	for i, item := range items {
		if mixed[item.Line] && item.Apart != "" {
			items[i].Line = item.Apart
		}
	}
	return items
}

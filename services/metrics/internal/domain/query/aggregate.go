package query

import (
	"cmp"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// container is a longer period of one source with the figures of the shorter ones in it.
type container struct {
	source string
	slot   int
	count  int // how many shorter periods it has
	rows   []row
	last   int  // the slot of the last figure
	ends   int  // the slot of the last shorter period
	over   bool // whether the series goes on after the longer period
}

// aggregates reports whether several periods of a series become one.
func (p *Plan) aggregates(frequency string) bool {
	return p.Frequency != "" && p.Frequency != frequency
}

// aggregate makes one row of the rows of each longer period and source. What is not about one period of the series' frequency, and changes,
// cannot be aggregated and are left out. Periods of which not all figures may be there are, too.
func (p *Plan) aggregate(frequency string, rows []row, part Part) []row {
	if !p.aggregates(frequency) {
		return rows
	}
	reach := lastStart(rows)
	type key struct {
		source string
		slot   int
	}
	containers := map[key]*container{}
	for _, r := range rows {
		slot, regular := slotOf(frequency, r.o.Period)
		if !regular || r.o.Kind == domain.KindChange {
			continue
		}
		longer, count, whole := containerOf(frequency, slot, p.Frequency)
		end := startOf(p.Frequency, longer+stepOf(p.Frequency))
		over := reach >= end || part.Later
		if !whole || end > part.Before || p.LooksAhead(frequency) && !over && part.Before != recordtime.Forever {
			continue
		}
		k := key{r.source(), longer}
		c := containers[k]
		if c == nil {
			c = &container{source: k.source, slot: longer, count: count, over: over}
			containers[k] = c
		}
		c.rows, c.last = append(c.rows, r), slot
	}
	aggregated := make([]row, 0, len(containers))
	for _, c := range slices.SortedFunc(maps.Values(containers), func(a, b *container) int {
		return cmp.Or(cmp.Compare(a.slot, b.slot), cmp.Compare(a.source, b.source))
	}) {
		if period, ok := periodAt(p.Frequency, c.slot); ok {
			c.ends = lastWithin(frequency, p.Frequency, c.slot)
			aggregated = append(aggregated, p.together(frequency, c, period))
		}
	}
	slices.SortStableFunc(aggregated, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.o.Period.Start, b.o.Period.Start), compareStandings(p.standingOf(a.o), p.standingOf(b.o)))
	})
	return aggregated
}

// lastWithin is the slot of the last shorter period in a longer one.
func lastWithin(frequency, into string, slot int) int {
	end := startOf(into, slot+stepOf(into))
	if days[frequency] > 0 {
		return int(end/dayMicros) - days[frequency]
	}
	return slot + stepOf(into) - stepOf(frequency)
}

// together makes one row of those of a container. A figure that could not be converted is a fault of what is made of it.
func (p *Plan) together(frequency string, c *container, period domain.TimePeriod) row {
	o := merged(c.rows)
	o.Period = period
	result := row{o: o, made: true, own: true}
	if p.Method == EndOfPeriod {
		p.takeLast(frequency, c, &result)
		return result
	}
	result.numbers = total(c.rows, c.count)
	if result.numbers.kind != domain.NoValue {
		o.Missing = ""
		if p.Method == Average {
			result.numbers.within = result.numbers.within.scaled(whole(1).over(whole(int64(c.count))))
		}
	}
	for _, r := range c.rows {
		if len(c.rows) == c.count { // of a period that is not whole there is nothing to know
			result.faults = append(result.faults, r.faults...)
		}
	}
	return result
}

// takeLast makes a row that of the last figure of a container. Of days many have none, such as Sundays: that of the last day with a number
// counts if the period is over in the series, and says which day that is.
func (p *Plan) takeLast(frequency string, c *container, result *row) {
	at := len(c.rows) - 1
	ended := c.last == c.ends
	if p.LooksAhead(frequency) && (ended || c.over) {
		for at > 0 && !c.rows[at].hasNumber() {
			at--
		}
		ended = true
	}
	last := &c.rows[at]
	o := result.o
	o.AggregatedCount = 1
	if !ended || !last.says().known() {
		result.numbers, result.faults = none(last.says().unit), last.faults
		return
	}
	o.Figure, o.Approximator = last.o.Figure, last.o.Approximator
	n := *last.says()
	result.numbers = &n
	if slot, _ := slotOf(frequency, last.o.Period); slot != c.ends {
		from := last.o.Period
		o.FilledFrom = &from
	}
}

// LooksAhead reports whether it matters for the last longer period of what is read of a series that the series goes on after it.
func (p *Plan) LooksAhead(frequency string) bool {
	return p.Method == EndOfPeriod && frequency == "D" && p.Frequency != "D"
}

// lastStart is the start of the last row.
func lastStart(rows []row) recordtime.Time {
	last := domain.Undated
	for i := range rows {
		last = max(last, rows[i].o.Period.SortKey())
	}
	return last
}

// total adds numbers of one unit; none if one is missing.
func total(rows []row, count int) *numbers {
	first := rows[0].says()
	if len(rows) != count {
		return none(first.unit)
	}
	sum := exactly(whole(0))
	all := make([]*numbers, len(rows))
	for i := range rows {
		n := rows[i].says()
		if !n.known() || n.unit != first.unit {
			return none(first.unit)
		}
		sum = sum.plus(n.within)
		all[i] = n
	}
	return computed(sum, first.unit, all...)
}

// merged is what figures of one source that become one have in common: what qualifies one of them qualifies all.
func merged(rows []row) *domain.Observation {
	first := rows[0].o
	o := &domain.Observation{AggregatedCount: len(rows), Missing: first.Missing, Conversion: first.Conversion, About: first.About}
	about := *first.About
	for _, r := range rows {
		o.Corrected, o.Stale = o.Corrected || r.o.Corrected, o.Stale || r.o.Stale
		o.UpdateTime, o.CreateTime = max(o.UpdateTime, r.o.UpdateTime), max(o.CreateTime, r.o.CreateTime)
		if r.o.Missing != o.Missing {
			o.Missing = ""
		}
		for _, status := range r.o.ObsStatus {
			if !slices.Contains(o.ObsStatus, status) {
				o.ObsStatus = append(o.ObsStatus, status)
			}
		}
		if r.o.Conversion != nil && o.Conversion != nil && r.o.Conversion.Figure != o.Conversion.Figure {
			o.Conversion = severalRates(o.Conversion)
		}
		if r.o.About != first.About {
			join(&about, r.o.About)
			o.About = &about
		}
	}
	return o
}

// severalRates is the label of what was converted by more than one rate: which currencies, but no rate.
func severalRates(c *domain.Conversion) *domain.Conversion {
	return &domain.Conversion{Basis: c.Basis, From: c.From, To: c.To}
}

// join keeps of one description what also holds of another of the same source, and the newest release.
func join(into, other *domain.About) {
	switch {
	case into.Release == nil || other.Release == nil: // one of them counts from when it was recorded
		into.Release = nil
	case other.Release.End > into.Release.End:
		into.Release = other.Release
	}
	if into.ConfStatus != other.ConfStatus {
		into.ConfStatus = stricter(into.ConfStatus, other.ConfStatus)
	}
	into.Restricted, into.EmbargoEnd = into.Restricted || other.Restricted, max(into.EmbargoEnd, other.EmbargoEnd)
	if !maps.Equal(into.Attributes, other.Attributes) {
		same := map[string]string{}
		for id, value := range into.Attributes {
			if other.Attributes[id] == value {
				same[id] = value
			}
		}
		into.Attributes = same
	}
	if into.DocumentVersion != other.DocumentVersion {
		into.DocumentVersion = ""
	}
	if into.Comment != other.Comment {
		into.Comment = ""
	}
	if into.CountedObject != other.CountedObject {
		into.CountedObject = ""
	}
	into.Alternates, into.Decimals = nil, nil
}

// stricter prefers a status of confidentiality to one that is none, and that to no status.
func stricter(a, b string) string {
	if sdmx.Confidential(a) || b == "" {
		return a
	}
	return b
}

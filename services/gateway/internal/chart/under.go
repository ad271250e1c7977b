package chart

import "time"

// coinciding reports of each group whether most of its points are those of groups before
// it: its line then lies below theirs, broader, so that both are seen.
func coinciding(marks []Mark) (under [MaxGroups]bool) {
	type point struct {
		start, end time.Time
		value      string
	}
	first := map[point]int{}
	for _, m := range marks {
		at := point{m.Start, m.End, m.Value}
		if group, known := first[at]; m.Kind == Point && m.Tag == "" && (!known || m.Group < group) {
			first[at] = m.Group
		}
	}
	var all, same [MaxGroups]int
	for _, m := range marks {
		if m.Kind != Point || m.Tag != "" {
			continue
		}
		all[m.Group]++
		if first[point{m.Start, m.End, m.Value}] < m.Group {
			same[m.Group]++
		}
	}
	for i := range under {
		under[i] = same[i]*2 > all[i]
	}
	return under
}

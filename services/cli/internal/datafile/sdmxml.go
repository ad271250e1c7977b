package datafile

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// newML begins a file of SDMX-ML, which is read twice: first what may stand after the
// observations that it is of.
func newML(from *twice, metric *metricsv1.Metric, m *Mapping) (*sdmxReader, error) {
	head, err := readMLHead(from, m)
	if err != nil {
		return nil, err
	}
	if err := testAlone(head.test, "header", "Test", m); err != nil {
		return nil, err
	}
	if err := from.again(); err != nil {
		return nil, err
	}
	r := &sdmxReader{parser: newMLParser(from), setOf: func(i int) sdmxSet { return head.sets[i] }}
	if err := r.understand(head.ids, func(id string) int { return head.lines[id] }, metric, m); err != nil {
		return nil, err
	}
	r.assembler.shapes = func() (*shapes, error) { return head.shapesOf(r.parts), nil }
	for i := range head.sets {
		set, groups := &head.sets[i], head.groups[i]
		if deletes(set.action) {
			groups = nil // they are refused where they stand
		}
		if set.groups, err = r.groupsOf(groups, head); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// groupsOf puts the groups of a data set in order. One that is wrong, so that its key is not
// sure, and two of the same that contradict each other let the file not be taken.
func (r *sdmxReader) groupsOf(parts []*sdmxPart, head *mlHead) (*sdmxGroups, error) {
	groups := &sdmxGroups{}
	for _, of := range parts {
		var key []sdmxCell
		for _, id := range r.keyOf(of, head) {
			cell, _ := of.cell(id)
			key = append(key, cell)
		}
		wrong := r.wrong(of)
		if wrong == nil && len(key) == 0 && of.name == "Group" {
			wrong = &fault{UnsupportedFormat, "Group", "the group says no dimensions: which observations it is of cannot be told"}
		}
		if wrong != nil {
			return nil, of.error(wrong)
		}
		groups.add(of, key)
	}
	for _, one := range groups.all {
		last := one.groups[len(one.groups)-1].part()
		if wrong := r.contradiction(one.said(&sdmxShape{}), func(string) string { return "" }); wrong != nil {
			return nil, last.error(wrong)
		}
	}
	return groups.sort(), nil
}

// keyOf is what of a group is its key. Structure-specific data do not say it: then it is a
// dimension of the metric, or what can be one of the file's alone, and is if all observations
// say it themselves: the unit, and what the mapping leaves out.
func (r *sdmxReader) keyOf(group *sdmxPart, head *mlHead) []string {
	if head.generic {
		return group.keys
	}
	var key []string
	for _, cell := range group.cells {
		one := r.parts[cell.id]
		foreign := one.kind == unknownPart || one == part{fixedPart, idUnit}
		if r.dimension(cell.id) || foreign && head.saying[cell.id] == head.observations {
			key = append(key, cell.id)
		}
	}
	return key
}

// shapesOf are what the periods look like.
func (h *mlHead) shapesOf(parts map[string]part) *shapes {
	for id, one := range h.shapes {
		if parts[id] == (part{fixedPart, idPeriod}) {
			return one
		}
	}
	return &shapes{}
}

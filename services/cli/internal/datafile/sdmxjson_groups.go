package datafile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// jsonGroups are the keys of the groups of a data set, by the positions of the dimensions that
// they name.
type jsonGroups struct {
	// named are the positions that groups name, the fewest first: what is said of fewer
	// observations comes after what is said of more.
	named [][]int
	byKey map[string][]string
}

// groupsOf puts groups in order.
func groupsOf(groups map[string][]json.RawMessage) *jsonGroups {
	g, seen := &jsonGroups{byKey: map[string][]string{}}, map[string]bool{}
	for group := range groups {
		named, indexes := namedBy(group), strings.Split(group, ":")
		if positions := fmt.Sprint(named); !seen[positions] {
			seen[positions], g.named = true, append(g.named, named)
		}
		key := groupKey(named, func(position int) string { return indexes[position] })
		g.byKey[key] = append(g.byKey[key], group)
	}
	for _, same := range g.byKey {
		slices.Sort(same)
	}
	slices.SortFunc(g.named, func(a, b []int) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	return g
}

// namedBy are the positions that the key of a group names: it leaves out what may be anything.
func namedBy(group string) (named []int) {
	position := 0
	for index := range strings.SplitSeq(group, ":") {
		if index != "" {
			named = append(named, position)
		}
		position++
	}
	return named
}

// groupKey stands for the indexes at some positions.
func groupKey(named []int, index func(position int) string) string {
	var out strings.Builder
	for _, position := range named {
		out.WriteString(strconv.Itoa(position) + "=" + index(position) + ":")
	}
	return out.String()
}

// of are the groups that an observation is of, those that are of most first.
func (g *jsonGroups) of(positions map[int]string) (all []string) {
	for _, named := range g.named {
		all = append(all, g.byKey[groupKey(named, func(position int) string { return positions[position] })]...)
	}
	return all
}

// distinct refuses a dimension that is there twice.
func (s *jsonStructure) distinct() *fault {
	ids := map[string]bool{}
	for _, one := range s.dimensions() {
		if ids[one.ID] {
			return &fault{DuplicateColumn, one.ID, fmt.Sprintf("it has the dimension %s twice", one.ID)}
		}
		ids[one.ID] = true
	}
	return nil
}

// dimensions are all of a structure, wherever they stand.
func (s *jsonStructure) dimensions() []jsonComponent {
	return slices.Concat(s.Dimensions.DataSet, s.Dimensions.Series, s.Dimensions.Observation)
}

// placed refuses groups that say something and name dimensions by positions that not one has.
func (h *jsonHead) placed(set *jsonSet) *fault {
	if len(set.Groups) == 0 || set.Structure < 0 || set.Structure >= len(h.structures) {
		return nil
	}
	at := map[int]int{}
	for _, one := range h.structures[set.Structure].dimensions() {
		if one.Position != nil {
			at[*one.Position]++
		}
	}
	for _, group := range slices.Sorted(maps.Keys(set.Groups)) {
		for _, position := range namedBy(group) {
			if at[position] != 1 && says(set.Groups[group]) {
				return &fault{UnsupportedFormat, "dimensionGroupAttributes", fmt.Sprintf("the group %q names a dimension by its position, %d, and not one dimension has the keyPosition %d, but %d have", group, position, position, at[position])}
			}
		}
	}
	return nil
}

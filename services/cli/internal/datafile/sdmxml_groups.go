package datafile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// mlGroups are the groups of a data set by what they are of.
type mlGroups struct {
	// keys are the dimensions that groups are of, those of fewest first: what is said of
	// fewer observations comes after what is said of more.
	keys  [][]string
	byKey map[string]*mlGrouped
}

// mlGrouped is what groups of one key say.
type mlGrouped struct {
	part *mlPart
	// key are the dimensions that it is of, and says what it says beside them.
	key   []string
	says  []mlCell
	notes []string
	// loses says that what it says would be lost if no observation had its key.
	loses, used bool
}

// groupsOf puts the groups of a data set in order. One that is wrong lets the file not be
// taken: what it says would be missing of others.
func (r *mlReader) groupsOf(set mlSet) (*mlGroups, error) {
	groups := &mlGroups{byKey: map[string]*mlGrouped{}}
	for _, part := range set.groups {
		one := &mlGrouped{part: part, notes: part.notes, loses: len(part.notes) > 0}
		var key []string
		for _, cell := range part.cells {
			one.loses = one.loses || r.says(cell)
			if r.isKey(part, cell.id) {
				key = append(key, cell.id)
			} else {
				one.says = append(one.says, cell)
			}
		}
		slices.Sort(key)
		one.key = key
		wrong := part.wrong
		if wrong == nil && len(key) == 0 && part.name == "Group" {
			wrong = &fault{UnsupportedFormat, "Group", "the group says no dimensions: which observations it is of cannot be told"}
		}
		if wrong == nil {
			wrong = groups.add(key, one)
		}
		if wrong != nil {
			return nil, part.error(wrong)
		}
	}
	slices.SortFunc(groups.keys, func(a, b []string) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	return groups, nil
}

// add adds a group to those of its key, which say nothing else of the same.
func (g *mlGroups) add(key []string, one *mlGrouped) *fault {
	if !slices.ContainsFunc(g.keys, func(other []string) bool { return slices.Equal(key, other) }) {
		g.keys = append(g.keys, key)
	}
	of := mlKey(key, func(id string) string { value, _ := one.part.value(id); return value })
	before := g.byKey[of]
	if before == nil {
		g.byKey[of] = one
		return nil
	}
	before.notes, before.loses = append(before.notes, one.notes...), before.loses || one.loses
	for _, cell := range one.says {
		said, has := (&mlPart{cells: before.says}).value(cell.id)
		if has && said != cell.value {
			return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("two groups of the same observations say what %s is: %q, in line %d, and %q", cell.id, said, before.part.line, cell.value)}
		}
		if !has {
			before.says = append(before.says, cell)
		}
	}
	return nil
}

// mlKey stands for the values of some components.
func mlKey(ids []string, value func(id string) string) string {
	var out strings.Builder
	for _, id := range ids {
		out.WriteString(id + "\x00" + value(id) + "\x00")
	}
	return out.String()
}

// of are the groups that say something of an observation, those that are of most first.
func (g *mlGroups) of(value func(id string) string) []*mlGrouped {
	var all []*mlGrouped
	for _, key := range g.keys {
		if one := g.byKey[mlKey(key, value)]; one != nil {
			all = append(all, one)
		}
	}
	return all
}

// contradiction refuses what groups say differently of an observation that does not say
// it itself: only a group of more dimensions says it of fewer of the same.
func contradiction(groups []*mlGrouped, own func(id string) string) *fault {
	for i, wide := range groups {
		for _, cell := range wide.says {
			near := wide // the one that holds
			for _, other := range groups[i+1:] {
				if other.value(cell.id) != "" {
					near = other
				}
			}
			said := near.value(cell.id)
			if cell.value == "" || said == cell.value || own(cell.id) != "" || wide.holds(near) {
				continue
			}
			return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("two groups say what %s is: %q, in line %d, and %q, in line %d", cell.id, cell.value, wide.part.line, said, near.part.line)}
		}
	}
	return nil
}

func (g *mlGrouped) value(id string) string {
	value, _ := (&mlPart{cells: g.says}).value(id)
	return value
}

// holds says that a group is of all observations that another is of.
func (g *mlGrouped) holds(other *mlGrouped) bool {
	return !slices.ContainsFunc(g.key, func(id string) bool { return !slices.Contains(other.key, id) })
}

// idle are the groups that say something, and of no observation.
func (g *mlGroups) idle() []*mlGrouped {
	var all []*mlGrouped
	for _, one := range g.byKey {
		if !one.used && one.loses {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b *mlGrouped) int { return cmp.Compare(a.part.end, b.part.end) })
	return all
}

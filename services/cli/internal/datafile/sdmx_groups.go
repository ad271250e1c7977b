package datafile

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// sdmxGroup says something of all observations that have its key.
type sdmxGroup interface {
	// part is the group. Of SDMX-JSON it is made each time: what indexes stand for may be much
	// longer than they are.
	part() *sdmxPart
}

// sdmxGroups are the groups of a data set by what they are of.
type sdmxGroups struct {
	// shapes are the dimensions that groups are of, those of fewest first: what is said of
	// fewer observations comes after what is said of more.
	shapes []*sdmxShape
	// all are in the order of the file, or of their names.
	all []*sdmxGrouped

	// numbers are those of the dimensions, and byNumbers are the shapes by them.
	numbers   map[string]uint64
	byNumbers map[string]*sdmxShape
}

// sdmxShape are the groups of some dimensions, by what these say.
type sdmxShape struct {
	ids   []string
	byKey map[string]*sdmxGrouped
}

// sdmxGrouped are the groups of one key.
type sdmxGrouped struct {
	groups []sdmxGroup
	used   bool
}

// sdmxSaid is what a group says of an observation, and the dimensions that it is of.
type sdmxSaid struct {
	*sdmxPart
	key []string
}

// add adds a group of a key, in which SDMX-JSON has indexes.
func (g *sdmxGroups) add(one sdmxGroup, key []sdmxCell) {
	slices.SortFunc(key, func(a, b sdmxCell) int { return cmp.Compare(a.id, b.id) })
	shape, of := g.shape(key), sdmxPart{cells: key}
	said := groupKey(shape.ids, func(id string) string { value, _ := of.value(id); return value })
	if shape.byKey[said] == nil {
		shape.byKey[said] = &sdmxGrouped{}
		g.all = append(g.all, shape.byKey[said])
	}
	shape.byKey[said].groups = append(shape.byKey[said].groups, one)
}

// shape is that of a key.
func (g *sdmxGroups) shape(key []sdmxCell) *sdmxShape {
	if g.numbers == nil {
		g.numbers, g.byNumbers = map[string]uint64{}, map[string]*sdmxShape{}
	}
	var numbers []byte
	for _, cell := range key {
		if _, has := g.numbers[cell.id]; !has {
			g.numbers[cell.id] = uint64(len(g.numbers))
		}
		numbers = binary.AppendUvarint(numbers, g.numbers[cell.id])
	}
	if known := g.byNumbers[string(numbers)]; known != nil {
		return known
	}
	shape := &sdmxShape{byKey: map[string]*sdmxGrouped{}}
	for _, cell := range key {
		shape.ids = append(shape.ids, cell.id)
	}
	g.byNumbers[string(numbers)], g.shapes = shape, append(g.shapes, shape)
	return shape
}

// sort puts what is said of more observations first. It is called after the last group.
func (g *sdmxGroups) sort() *sdmxGroups {
	slices.SortFunc(g.shapes, func(a, b *sdmxShape) int {
		return cmp.Or(cmp.Compare(len(a.ids), len(b.ids)), slices.Compare(a.ids, b.ids))
	})
	return g
}

// groupKey stands for the values of some components.
func groupKey(ids []string, value func(id string) string) string {
	var out strings.Builder
	for _, id := range ids {
		out.WriteString(value(id) + "\x00")
	}
	return out.String()
}

// of is what groups say of an observation, those that are of most first.
func (g *sdmxGroups) of(value func(id string) string) []sdmxSaid {
	var all []sdmxSaid
	for _, shape := range g.shapes {
		if one := shape.byKey[groupKey(shape.ids, value)]; one != nil {
			one.used = true
			all = append(all, one.said(shape)...)
		}
	}
	return all
}

// said is what groups of one key say.
func (g *sdmxGrouped) said(shape *sdmxShape) []sdmxSaid {
	all := make([]sdmxSaid, len(g.groups))
	for i, one := range g.groups {
		all[i] = sdmxSaid{one.part(), shape.ids}
	}
	return all
}

// contradiction refuses what groups say differently of an observation that does not say
// it itself: only a group of more dimensions says it of fewer of the same.
func (r *sdmxReader) contradiction(groups []sdmxSaid, own func(id string) string) *fault {
	for i, wide := range groups {
		for _, cell := range wide.cells {
			if cell.value == "" || r.parts[cell.id].kind == unknownPart || own(cell.id) != "" {
				continue
			}
			near, said := wide, cell.value // what holds
			for _, other := range groups[i+1:] {
				if value, _ := other.value(cell.id); value != "" {
					near, said = other, value
				}
			}
			if said != cell.value && !wide.holds(near) {
				return &fault{interchange.MalformedRow, cell.id, fmt.Sprintf("two groups say what %s is: %q, in %s, and %q, in %s", cell.id, cell.value, wide.called("group"), said, near.called("group"))}
			}
		}
	}
	return nil
}

// holds says that a group is of all observations that another is of, and of more.
func (s sdmxSaid) holds(other sdmxSaid) bool {
	return len(s.key) < len(other.key) && !slices.ContainsFunc(s.key, func(id string) bool { return !slices.Contains(other.key, id) })
}

// idle says that no observation has the key of groups, and that what they say is lost: so is what
// is of the key and no dimension, which may be meant to be said.
func (r *sdmxReader) idle(one *sdmxGrouped) bool {
	return !one.used && slices.ContainsFunc(one.groups, func(group sdmxGroup) bool {
		of := group.part()
		says := func(cell sdmxCell) bool { return r.says(&sdmxPart{}, cell) }
		return r.wrong(of) != nil || len(of.notes) > 0 || slices.ContainsFunc(of.cells, says)
	})
}

package datafile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// setOf is a data set but its series and observations. What its indexes stand for is held no
// longer than it is read, since it may be much longer than they are.
func (h *jsonHead) setOf(i int) sdmxSet {
	said := &h.sets[i]
	set := sdmxSet{action: said.Action, groups: &sdmxGroups{}, part: &sdmxPart{name: "dataSet", title: fmt.Sprintf("data set %d", i+1)}}
	s := h.structure(said)
	if s == nil {
		set.part.refuse(interchange.MalformedRow, "", "there is no structure %d", said.Structure)
		return set
	}
	set.part.attributes(s.Attributes.DataSet, said.Attributes)
	set.part.notes = s.notes(said.Annotations)
	for _, one := range s.dimensions() {
		set.dimensions = append(set.dimensions, one.ID)
	}
	defaults := &sdmxPart{}
	defaults.attributes(s.defaults())
	set.defaults, set.part.wrong = defaults.cells, cmp.Or(set.part.wrong, defaults.wrong)
	places := s.places()
	for _, name := range slices.Sorted(maps.Keys(said.Groups)) {
		if anySaid(said.Groups[name]) {
			set.groups.add(&jsonGroup{s, name, said.Groups[name]}, keyOf(name, places))
		}
	}
	said.Groups = nil // they are among those of the set
	set.groups.sort()
	return set
}

// jsonGroup is a group of a data set as it stands in the file.
type jsonGroup struct {
	of   *jsonStructure
	name string
	said []json.RawMessage
}

// part implements sdmxGroup.
func (g *jsonGroup) part() *sdmxPart {
	part := &sdmxPart{name: "dimensionGroupAttributes", title: fmt.Sprintf("the group %q", g.name), shown: []string{g.name}}
	part.attributes(g.of.Attributes.Group, g.said)
	return part
}

// keyOf are the dimensions that a group names by their places, and their indexes.
func keyOf(group string, places map[int]string) []sdmxCell {
	var key []sdmxCell
	for position, index := range namedBy(group) {
		if n, err := strconv.Atoi(index); err == nil {
			index = strconv.Itoa(n)
		}
		key = append(key, sdmxCell{id: places[position], value: index})
	}
	return key
}

// namedBy are the indexes in the name of a group by their positions: it leaves out what may be
// anything.
func namedBy(group string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		position := 0
		for index := range strings.SplitSeq(group, ":") {
			if index != "" && !yield(position, index) {
				return
			}
			position++
		}
	}
}

// dimensions adds what the indexes of a key say of dimensions.
func (p *sdmxPart) dimensions(of []jsonComponent, key string) {
	if len(of) == 0 {
		return
	}
	indexes := strings.Split(key, ":")
	if len(indexes) != len(of) {
		p.refuse(interchange.MalformedRow, "", "the key %q has not %d parts", key, len(of))
		return
	}
	for i, index := range indexes {
		cell, err := of[i].of(index)
		if err != nil {
			p.refuse(interchange.MalformedRow, "", "%v", err)
			return
		}
		p.cells, p.keys = append(p.cells, cell), append(p.keys, cell.id)
	}
}

// ofSet adds what the dimensions say that have one value in all of a data set.
func (p *sdmxPart) ofSet(s *jsonStructure) {
	for i := range s.Dimensions.DataSet {
		p.dimensions(s.Dimensions.DataSet[i:i+1], "0")
	}
}

// attributes adds what attributes say, up to a limit; null says nothing.
func (p *sdmxPart) attributes(of []jsonComponent, said []json.RawMessage) {
	length := 0
	for i := range min(len(of), len(said)) {
		value, err := of[i].value(said[i])
		length += len(value)
		switch {
		case err != nil:
			p.refuse(interchange.MalformedRow, "", "%v", err)
		case length > maxHead:
			p.refuse(interchange.MalformedRow, "", "%v", errSaidTooLong)
			return
		case value != "":
			p.say(of[i].ID, value)
		}
	}
}

// observation adds what an observation says: its value, attributes and annotations.
func (p *sdmxPart) observation(s *jsonStructure, content []json.RawMessage) {
	if len(content) == 0 {
		return
	}
	if value := plain(content[0]); value != "null" {
		p.say(idValue, value)
	}
	attributes := content[1:min(len(content), 1+len(s.Attributes.Observation))]
	p.attributes(s.Attributes.Observation, attributes)
	p.notes = s.notes(content[1+len(attributes):])
}

// anySaid says that some of the attributes are more than null.
func anySaid(attributes []json.RawMessage) bool {
	return slices.ContainsFunc(attributes, func(one json.RawMessage) bool { return string(one) != "null" })
}

// notes are the texts of annotations.
func (s *jsonStructure) notes(annotations []json.RawMessage) []string {
	var texts []string
	for _, raw := range annotations {
		index, err := strconv.Atoi(string(raw))
		if err != nil || index < 0 || index >= len(s.Annotations) {
			continue
		}
		if text := cmp.Or(s.Annotations[index].Text, s.Annotations[index].Title); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}
